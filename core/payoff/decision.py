"""Decision: a cost matrix with thresholds. Values only; `choose` finds the thresholds, `worth` counts the money."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from core.config import Versioned

if TYPE_CHECKING:  # a process that only keeps decisions needs no NumPy
    from core.arrays import Floats

Rule = Literal["likeliest", "prices", "one", "each", "hand"]
"""Rule by which the thresholds were chosen.

likeliest: none; the answer with the highest score. prices: worked out from the prices, the scores taken at their word.
one: the best single threshold for all classes. each: the best threshold for each class. hand: a person set them.
"""
Threshold = Annotated[float, Field(gt=0.0, le=1.0)]
Amount = Annotated[float, Field(ge=-1e12, le=1e12)]


class Decision(Versioned):
    """Cost-sensitive decision: what each outcome is worth (a cost matrix), and the thresholds chosen for it.

    `worths[t][a]` is what one case is worth, in `currency`, where `labels[t]` is true and `labels[a]` is answered;
    costs are negative.
    """

    currency: str = Field(min_length=1, max_length=16)
    labels: tuple[str, ...] = Field(min_length=2)
    worths: tuple[tuple[Amount, ...], ...]
    person: Amount | None = Field(None, ge=0.0)
    """Cost of the reject option: handing one case to a person, who answers it right; None where nobody is there."""
    nothing: str | None = None
    """The answer that doing nothing amounts to; None where doing nothing is worth 0."""
    upfront: Amount = Field(0.0, ge=0.0)
    """What setting it up costs, once."""
    thresholds: tuple[Threshold, ...] | None = None
    """The score that each class must reach, relative to the others', to be answered; None: the highest score wins.

    The answer is the class whose score is the largest multiple of its threshold; where a person is there, she gets
    the case if no class reaches its threshold.
    """
    rule: Rule = "likeliest"
    chosen_on: Literal["validation", "test", "hand"] | None = None
    """Which rows the rule and its thresholds were chosen on; None where nothing was chosen yet."""
    chosen_rows: int = Field(0, ge=0)
    asked: Rule | Literal["auto"] | None = None
    """Rule that was asked for, or auto: cross-validation chose the rule too. None where nothing was chosen."""

    @model_validator(mode="before")
    @classmethod
    def _asked_for_the_rule_it_has(cls, told: Any) -> Any:
        """Decisions of older versions do not say what was asked for."""
        if isinstance(told, dict) and told.get("chosen_on") in {"validation", "test"}:
            return {"asked": told.get("rule", "likeliest"), **told}
        return told

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        size = len(self.labels)
        if len(set(self.labels)) < size:
            raise ValueError("A class stands twice among the prices")
        if len(self.worths) != size or any(len(line) != size for line in self.worths):
            raise ValueError(f"The prices need {size} lines of {size} amounts, one for each pair of classes")
        if self.thresholds is not None and len(self.thresholds) != size:
            raise ValueError(f"There are {len(self.thresholds)} thresholds for {size} classes")
        if self.nothing is not None and self.nothing not in self.labels:
            raise ValueError(f"Doing nothing is said to answer '{self.nothing}', which is not one of the classes")
        return self

    def __eq__(self, other: object) -> bool:
        """Whether both have the same prices and thresholds, whatever rule was asked for."""
        return isinstance(other, Decision) and self.model_dump(exclude={"asked"}) == other.model_dump(exclude={"asked"})

    def __hash__(self) -> int:
        return hash((self.labels, self.worths, self.thresholds))

    @property
    def matrix(self) -> "Floats":
        """Cost matrix of the worths, shape (targets, answers)."""
        import numpy as np

        return np.array(self.worths, np.float64)

    @property
    def hands_over(self) -> bool:
        """Whether some cases may go to a person."""
        return self.person is not None and self.thresholds is not None

    def undecided(self) -> "Decision":
        """The same prices with no thresholds."""
        kept = {"thresholds": None, "rule": "likeliest", "chosen_on": None, "chosen_rows": 0, "asked": None}
        return self.model_copy(update=kept)
