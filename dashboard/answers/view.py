"""View interface of an answer kind: each folder's file `views` holds one as `VIEW`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.answers import room
from dashboard.answers.slice_view import SliceView
from dashboard.cached.compared import RankedComparison
from dashboard.charts import Bar, Chart
from storage import Run

Tabs = Mapping[str, Callable[[Run], None]]


@dataclass(frozen=True)
class View:
    """What pages show of one kind of answers. Texts are for `tr`; tabs go by their title."""

    headlines: tuple[str, ...]
    """Metrics that stand large on the evaluate page."""
    compared: tuple[str, ...]
    """Metrics of the bars beside the baselines, which `bars` draws."""
    bars: Callable[[Sequence[str], Sequence[Bar]], Chart]
    evaluate: Tabs
    inspect: Tabs
    slices: SliceView
    compare: Mapping[str, Callable[[RankedComparison], None]]
    beside: tuple[str, ...]
    """Metrics that stand in the table of a comparison, whatever it is judged by."""
    which_metric: str
    """Help for whoever chooses a metric."""
    only_first: str
    only_second: str
    """What `Pair.only_a` and `only_b` count."""
    tests: Mapping[str, str]
    other_test: str
    """How two are told apart by a metric."""
    caution: Callable[[Run], str | None] = lambda _run: None
    """Why intervals of these answers may promise more than they hold; None where nothing speaks against them."""


def view_of(kind: str) -> View:
    """What pages show of answers of this kind."""
    found: View = room(kind, "views").VIEW
    return found
