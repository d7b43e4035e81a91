"""What can be asked of a model about its answers, and how far such work is. Travels between dashboard and model."""

from typing import Annotated, Literal

from pydantic import Field

from core.config import Frozen
from core.explanations.records import AlikeRows, Explanation, ModelWords, PictureExplanation

ENDED = ("succeeded", "failed", "cancelled")


class WhyOrder(Frozen):
    """What on a row pushed the answer, or the class that `label` names?

    `cell` is what the model reads, as the predictor takes it. Without a method, the first one of its kind of input.
    """

    kind: Literal["why"] = "why"
    run: str
    cell: str
    method: str = ""
    label: str | None = None


class AlikeOrder(Frozen):
    """Which rows that the model learned from are most like this one? `cell` is as in `WhyOrder`."""

    kind: Literal["alike"] = "alike"
    run: str
    cell: str


class WordsOrder(Frozen):
    """Which words matter most for each class, over a sample of held-out rows?"""

    kind: Literal["words"] = "words"
    run: str
    method: str = "integrated_gradients"
    rows_per_class: int = Field(12, ge=3, le=50)


ExplanationRequest = Annotated[WhyOrder | AlikeOrder | WordsOrder, Field(discriminator="kind")]


class Refusal(Frozen):
    """Why the work failed, and what to do."""

    message: str
    hint: str = ""


class ExplanationProgress(Frozen):
    """How far an order is; `total` is 0 until the model is asked. What was found stands under the order's kind."""

    id: str
    status: Literal["queued", "running", "succeeded", "failed", "cancelled"] = "queued"
    done: int = 0
    total: int = 0
    error: Refusal | None = None
    why: Explanation | PictureExplanation | None = None
    alike: AlikeRows | None = None
    words: ModelWords | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in ENDED
