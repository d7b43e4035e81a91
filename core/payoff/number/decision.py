"""NumberDecision: an asymmetric linear cost, and by how much answers are raised for it. Values only."""

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from core.config import Frozen
from core.evaluation.difficulty import Difficulty

if TYPE_CHECKING:  # a process that only keeps decisions needs no NumPy
    from core.arrays import Floats

Cost = Annotated[float, Field(ge=0.0, le=1e12)]


class NumberDecision(Frozen):
    """Asymmetric linear cost, of one unit too high and one too low in one case, in `currency`, and the answer for it.

    The answer is the model's own raised by `shift` times the answer's difficulty, the usual size of its error; where no
    difficulty is known, by `shift` itself.
    """

    currency: str = Field(min_length=1, max_length=16)
    too_high: Cost
    too_low: Cost
    upfront: Cost = 0.0
    """What setting it up costs, once."""
    shift: float = 0.0
    difficulty: Difficulty | None = None
    chosen_on: Literal["validation", "test", "hand"] | None = None
    """Which rows the shift was chosen on; None where nothing was chosen yet."""
    chosen_rows: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _something_costs(self) -> Self:
        if self.too_high == 0.0 and self.too_low == 0.0:
            raise ValueError("One unit too high and one unit too low both cost nothing, so any answer is as good")
        if self.too_high == 0.0 or self.too_low == 0.0:
            free, way = ("too high", "highest") if self.too_high == 0.0 else ("too low", "lowest")
            raise ValueError(f"An answer that is {free} costs nothing, so the {way} thinkable answer would be best")
        return self

    @property
    def quantile(self) -> float:
        """Critical ratio of the newsvendor (Arrow et al. 1951): which part of cases should lie below the answer."""
        return self.too_low / (self.too_low + self.too_high)

    def answers(self, values: "Floats") -> "Floats":
        """Shifted answers, given where the model says `values`."""
        return values + self.shift * self.sizes(values)

    def sizes(self, values: "Floats") -> "Floats":
        """The difficulty of each answer; 1 where none is known."""
        import numpy as np

        return np.ones_like(values) if self.difficulty is None else self.difficulty.of(values)

    def undecided(self) -> "NumberDecision":
        """The same prices with the model's own answers."""
        kept = {"shift": 0.0, "difficulty": None, "chosen_on": None, "chosen_rows": 0}
        return self.model_copy(update=kept)
