"""Records of an evaluation: every metric of a run on its test rows with its interval."""

from pydantic import Field

from core.config import Frozen
from core.data.rows.sketch import RowSketch

REVISION = 2
"""Revision of how intervals are worked out; it rises when they change."""


class Interval(Frozen):
    """A measured value and its 95% confidence interval, which holds the true value over all rows of the kind."""

    value: float
    low: float
    high: float


class ClassQuality(Frozen):
    """How well one class is found: shares between 0 and 1; `rows` is how many test rows have it."""

    label: str
    rows: int
    precision: float
    recall: float
    f1: float


class Evaluation(Frozen):
    """Measured quality on test rows, with the baselines' quality on the same rows beside it."""

    kind: str = "class"
    """What the answers are: class or number."""
    headline: str = "accuracy"
    """The metric that stands for the run in lists and decides what is best."""
    revision: int = 1
    """Revision of the intervals; what does not say was written by the first release."""
    remeasured: bool = False
    """Whether the intervals were worked out anew, after a version that worked them out otherwise."""
    split: str = "test"
    rows: int
    metrics: dict[str, Interval]
    per_class: tuple[ClassQuality, ...] = ()
    coverage: Interval | None = None
    """The share of rows whose target lies in the prediction interval of its answer, where answers are numbers."""
    left_out: int = 0
    """Held-out rows that do not judge, as they taught the model that the run started from."""
    sketch: RowSketch | None = None
    """Which rows judged; None in what an earlier version wrote."""
    temperature: float | None = None
    """What the logits were divided by so that probabilities can be believed, where it was fitted on validation rows."""
    baselines: dict[str, dict[str, Interval]] = Field(default_factory=dict)
    seconds: dict[str, float] = Field(default_factory=dict)
    """How long each stage took: prepare, baseline, train, evaluate, save."""

    @property
    def reached(self) -> Interval | None:
        """The headline metric's value; None where these rows could not give it."""
        return self.metrics.get(self.headline)
