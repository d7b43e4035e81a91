"""Protocol of metrics: how answers of one kind are measured, as a whole and row by row."""

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from core.answers import Answers
from core.arrays import Floats
from core.evaluation.meanings import MetricMeaning
from core.evaluation.records import Interval

A_contra = TypeVar("A_contra", bound=Answers, contravariant=True)


class Yardstick(Protocol, Generic[A_contra]):
    """Metrics of one kind of answers."""

    kind: ClassVar[str]
    headline: ClassVar[str]
    """Name of the headline metric, which stands for a run in lists."""
    metrics: ClassVar[Mapping[str, MetricMeaning]]
    """Every metric by its name, the most telling first."""

    def measure(self, answers: A_contra) -> dict[str, Interval]:
        """Evaluates every metric with its 95% interval; one that these rows cannot give is left out.

        Raises DatasetError without rows, ModelError for answers that are not numbers.
        """
        ...

    def by_row(self, answers: A_contra, metric: str) -> Floats | None:
        """Per-row contribution to the metric, (rows,); None where it is nothing that rows have one by one."""
        ...

    def details(self, answers: A_contra) -> dict[str, Any]:
        """Further fields of an Evaluation of this kind, by name."""
        ...
