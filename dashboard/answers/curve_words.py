"""Label-curve wording of an answer kind: its unit of quality, the leader, and the cost of errors."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.evaluation.records import Interval
from core.scenarios import Scenario
from core.searches import FittedLaws, LabelCurve, Levels
from core.tasks import task_of
from dashboard.answers import room
from storage import Run, Store

MOST_CURVES = 1_000


@dataclass(frozen=True)
class QualityAxis:
    """How a chart shows the quality. `ticks` is a format of Plotly's, `shown` writes one value."""

    title: str
    ticks: str
    reading: str
    shown: Callable[[float], str]


@dataclass(frozen=True)
class ErrorPrice:
    """What is asked about the price of an error, and the text beside it; what stands there to begin with."""

    label: str
    help: str
    start: float


@dataclass(frozen=True)
class MoneyWords:
    """What is left over once labels are paid, or what errors and labels cost together. Texts take `other`, `rows`,
    `low`, `high`, `currency`."""

    axis: str
    title: str
    reading: str
    best: str
    """Where the best place is, after `rows` labels."""
    surely_worse: str
    perhaps_worse: str
    are_costs: bool


class CurveWords(Protocol):
    """A kind's words. Sentences are safe Markdown."""

    size: str
    """What a size counts: "Labels a class"."""
    usual: tuple[int, ...]
    offered: tuple[int, ...]
    sizes_help: str
    too_few: str
    counted: str
    """A caption on how labels are counted where money is asked for; empty where there is nothing to say."""

    def plan(self, question: LabelCurve, other: str) -> str:
        """What will be measured."""
        ...

    def ahead(self, found: Levels, model: str, other: str) -> str:
        """How the model stands to the baseline as labels grow."""
        ...

    def twice(self, fit: FittedLaws, name: str) -> str:
        """What twice the largest measured number of labels would bring."""
        ...

    def with_interval(self, one: Interval) -> str:
        """A level in a table, with its interval where it has one."""
        ...

    def axis(self) -> QualityAxis:
        """How the chart shows the quality."""
        ...

    def error_price(self, story: Scenario | None, currency: str) -> ErrorPrice:
        """What is asked about the price of an error."""
        ...

    def money(self, currency: str) -> MoneyWords:
        """What is left over, or what it costs."""
        ...


def curve_words(store: Store, run: Run, found: Levels | None = None) -> CurveWords:
    """The words for a run, by the kind of its answers; `found` says how fine they need be."""
    made: CurveWords = room(task_of(run.config).targets.name, "label_curve").words(store, run, found)
    return made


def curves_counted(store: Store, run: Run) -> int:
    """How many curves of the same dataset and target have begun, this one included: each is another look for a lead."""
    beside = store.runs.list(limit=MOST_CURVES, kind="search", dataset=run.dataset_id)
    return 1 + sum(
        one.id != run.id
        and one.status != "queued"
        and not one.unreadable
        and one.config.task.target == run.config.task.target
        for one in beside
    )
