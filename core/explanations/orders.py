"""Requests for explanations and their progress. They travel between dashboard and predictor."""

from typing import Annotated, Literal

from pydantic import Field

from core.config import Frozen
from core.config.text import Text
from core.explanations.records import (
    AlikeRows,
    ClassChange,
    Explanation,
    ModelColumns,
    ModelWords,
    PictureExplanation,
    RecordExplanation,
)

ENDED = ("succeeded", "failed", "cancelled")
MOST_COLUMNS = 4
"""Columns that a counterfactual changes, at most."""


class WhyOrder(Frozen):
    """Request for a local explanation: what on a row pushed the answer, or the class that `label` names?

    `cell` is what the model reads, as the predictor takes it. Without a method, the first one of its kind of input.
    """

    kind: Literal["why"] = "why"
    run: Text
    cell: Text
    method: Text = ""
    label: Text | None = None


class AlikeOrder(Frozen):
    """Request for nearest neighbours: which training rows are most like this one? `cell` is as in `WhyOrder`."""

    kind: Literal["alike"] = "alike"
    run: Text
    cell: Text


class WordsOrder(Frozen):
    """Request for a global explanation: which words matter most for each class, over a sample of test rows?"""

    kind: Literal["words"] = "words"
    run: Text
    method: Text = "integrated_gradients"
    rows_per_class: int = Field(12, ge=3, le=50)


class ChangeOrder(Frozen):
    """Request for a counterfactual: which change of a record's columns would make another answer, or `label`?

    `may_change` names the columns that may change, any where it is empty; `cell` is as in `WhyOrder`.
    """

    kind: Literal["change"] = "change"
    run: Text
    cell: Text
    may_change: tuple[Text, ...] = ()
    label: Text | None = None


class ColumnsOrder(Frozen):
    """Request for a global explanation: which columns does the model go by, and how, over a sample of test rows?"""

    kind: Literal["columns"] = "columns"
    run: Text


ExplanationRequest = Annotated[
    WhyOrder | AlikeOrder | WordsOrder | ColumnsOrder | ChangeOrder, Field(discriminator="kind")
]


class Refusal(Frozen):
    """Error message of a failed request: why it failed, and what to do."""

    message: str
    hint: str = ""


class ExplanationProgress(Frozen):
    """Status of a request; `total` is 0 until the model is asked. What was found stands under the request's kind."""

    id: str
    status: Literal["queued", "running", "succeeded", "failed", "cancelled"] = "queued"
    done: int = 0
    total: int = 0
    error: Refusal | None = None
    why: Explanation | PictureExplanation | RecordExplanation | None = None
    alike: AlikeRows | None = None
    words: ModelWords | None = None
    columns: ModelColumns | None = None
    change: ClassChange | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in ENDED
