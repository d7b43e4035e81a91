"""What can be asked of a model about its answers, and how far such work is. Travels between dashboard and model."""

from typing import Annotated, Literal

from pydantic import Field

from core.config import Frozen
from core.explanations.records import AlikeRows, Explanation, ModelWords

MAX_CHARACTERS = 100_000
ENDED = ("succeeded", "failed", "cancelled")


class WhyOrder(Frozen):
    """Which words of a text pushed the answer, or the class that `label` names?"""

    kind: Literal["why"] = "why"
    run: str
    text: str = Field(max_length=MAX_CHARACTERS)
    method: str = "integrated_gradients"
    label: str | None = None


class AlikeOrder(Frozen):
    """Which rows that the model learned from are most like a text?"""

    kind: Literal["alike"] = "alike"
    run: str
    text: str = Field(max_length=MAX_CHARACTERS)


class WordsOrder(Frozen):
    """Which words matter most for each class, over a sample of held-out rows?"""

    kind: Literal["words"] = "words"
    run: str
    method: str = "integrated_gradients"
    rows_per_class: int = Field(12, ge=3, le=50)


Order = Annotated[WhyOrder | AlikeOrder | WordsOrder, Field(discriminator="kind")]


class Refusal(Frozen):
    """Why the work failed, and what to do."""

    message: str
    hint: str = ""


class Work(Frozen):
    """How far an order is; `total` is 0 until the model is asked. What was found stands under the order's kind."""

    id: str
    status: Literal["queued", "running", "succeeded", "failed", "cancelled"] = "queued"
    done: int = 0
    total: int = 0
    error: Refusal | None = None
    why: Explanation | None = None
    alike: AlikeRows | None = None
    words: ModelWords | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in ENDED
