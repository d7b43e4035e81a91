"""What pages draw of answers, one entry for each kind. Pages ask what the answers are, look here, and hand over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dashboard import charts
from dashboard.answers.number import changed as number_changed
from dashboard.answers.number import compare as number_compare
from dashboard.answers.number import evaluate as number_evaluate
from dashboard.answers.number import inspect as number_inspect
from dashboard.answers.number import slices as number_slices
from dashboard.answers.one_class import calibration, changed, compare, evaluate, fairness, labels, slices
from dashboard.answers.slice_view import SliceView
from dashboard.charts import Bar, Chart
from dashboard.compared import Chosen
from dashboard.parts.words import words_of_model
from dashboard.words import word
from storage import Run

Tabs = Mapping[str, Callable[[Run], None]]


@dataclass(frozen=True)
class View:
    """What pages show of one kind of answers. Texts are for `tr`; tabs go by their title."""

    headlines: tuple[str, ...]
    """Metrics that stand large on the evaluate page."""
    compared: tuple[str, ...]
    """Metrics of the bars beside the simple ways, which `bars` draws."""
    bars: Callable[[Sequence[str], Sequence[Bar]], Chart]
    evaluate: Tabs
    inspect: Tabs
    slices: SliceView
    compare: Mapping[str, Callable[[Chosen], None]]
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


VIEWS: dict[str, View] = {
    "class": View(
        headlines=("accuracy", "f1_macro", "balanced_accuracy", "roc_auc"),
        compared=("accuracy", "balanced_accuracy", "f1_macro", "f1_weighted"),
        bars=charts.metric_bars,
        evaluate={
            word("Each class"): evaluate.classes,
            word("Mix-ups"): evaluate.mixups,
            word("Confidence"): evaluate.confidence,
            word("Curves"): evaluate.curves,
            word("Wrong rows"): evaluate.wrong,
            word("Words"): words_of_model,
        },
        inspect={
            word("Fairness"): fairness.by_group,
            word("Labels"): labels.doubted,
            word("Calibration"): calibration.confidence,
        },
        slices=slices.VIEW,
        compare={
            word("Rows that changed"): changed.changed_rows,
            word("Curves"): compare.curves,
            word("Mix-ups"): compare.mixups,
        },
        beside=("accuracy", "f1_macro"),
        which_metric=word("Right answers is the plainest. Where rare classes matter as much, let classes count alike."),
        only_first=word("Right only in the first"),
        only_second=word("Right only in the second"),
        tests={"accuracy": word("The test is McNemar's, on the rows where just one of the two is right.")},
        other_test=word("The test draws the same rows again for both, many times over (a paired bootstrap)."),
    ),
    "number": View(
        headlines=("mae", "median_error", "bias", "r2"),
        compared=("mae", "median_error", "rmse"),
        bars=charts.error_bars,
        evaluate={
            word("Predicted and true"): number_evaluate.predicted_and_true,
            word("Errors"): number_evaluate.errors,
            word("Ranges"): number_evaluate.ranges,
            word("Largest errors"): number_evaluate.largest,
            word("Words"): words_of_model,
        },
        inspect={
            word("Ranges"): number_evaluate.ranges,
            word("Fairness"): number_inspect.fairness,
            word("Labels"): number_inspect.labels,
        },
        slices=number_slices.VIEW,
        compare={
            word("Rows that changed"): number_changed.changed_rows,
            word("Predicted and true"): number_compare.side_by_side,
        },
        beside=("mae", "r2"),
        which_metric=word(
            "The mean absolute error is the plainest. Where a few large errors hurt most, take the root mean squared "
            "error; where they should not count, the median."
        ),
        only_first=word("Nearer in the first"),
        only_second=word("Nearer in the second"),
        tests={
            "median_error": word(
                "The test counts the rows on which just one of the two is off by less than the median of both "
                "together; the interval draws the same rows again for both, many times over (a paired bootstrap)."
            )
        },
        other_test=word(
            "The test goes by the difference on each row, as the paired t test does, and is stricter where a few rows "
            "differ much more than the others."
        ),
    ),
}
"""By the kind of the answers."""
