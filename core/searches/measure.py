"""Metric of a label curve: the headline metric of its answers, as a mean of losses row by row."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from core.answers import Answers
from core.arrays import Floats
from core.errors import NotFound

if TYPE_CHECKING:  # scikit-learn comes with it, which a process that only keeps questions has no need of
    from core.evaluation import MetricMeaning

Quantity = TypeVar("Quantity", float, Floats)


@dataclass(frozen=True)
class Measure:
    """A metric that is a mean over rows. A loss of 0 is a perfect answer; of a share, 1 is the worst."""

    metric: str
    meaning: "MetricMeaning"

    @property
    def is_share(self) -> bool:
        """Whether the metric is a share of the rows (zero-one loss), such as accuracy."""
        return self.meaning.unit == "share"

    def reached(self, loss: Quantity) -> Quantity:
        """Metric at this mean loss."""
        return 1 - loss if self.meaning.higher_is_better else loss

    def goodness(self, loss: Quantity) -> Quantity:
        """Score at this mean loss: greater is better."""
        return 1 - loss if self.meaning.higher_is_better else -loss


@cache
def measure_of(metric: str) -> Measure:
    """Metric of this name. Raises NotFound."""
    from core.evaluation import MEANINGS

    if metric not in MEANINGS:
        raise NotFound(f"There is no metric '{metric}'.", "Update Tuneboard and look again.")
    return Measure(metric, MEANINGS[metric])


@cache
def first_metric() -> str:
    """Default metric, of points that name none: the first release knew classes only."""
    from core.evaluation.one_class import ClassYardstick

    return ClassYardstick.headline


def losses(answers: Answers) -> tuple[str, Floats]:
    """The headline metric of this kind of answers, and the loss of each row, float64 (rows,)."""
    from core.evaluation import YARDSTICKS

    yardstick = YARDSTICKS[answers.kind]
    measured = yardstick.by_row(answers, yardstick.headline)
    assert measured is not None  # noqa: S101  # a headline metric has a value for each row
    return yardstick.headline, measure_of(yardstick.headline).reached(measured)
