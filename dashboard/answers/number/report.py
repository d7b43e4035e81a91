"""Report sections of a regression: metrics table and charts."""

from collections.abc import Iterator, Sequence

from core.evaluation import NUMBER_METRICS
from core.evaluation.conformal import COVERAGE
from core.evaluation.records import Interval
from core.evaluation.tenths import by_tenth
from dashboard import charts
from dashboard.charts import Chart, numbers
from dashboard.language.formats import metric_interval
from dashboard.language.words import tr
from dashboard.report.facts import Facts

SHOWN = ("mae", "rmse", "r2", "bias")


def cell(facts: Facts, name: str, measured: Interval) -> str:
    """A measure with its interval, in the numbers' own unit where it has one."""
    if NUMBER_METRICS[name].unit != "target":
        return metric_interval(name, measured)
    scale = facts.told[facts.best.id].scale
    return tr(
        "{value} ({low} to {high})",
        value=scale(measured.value),
        low=scale.bare(measured.low),
        high=scale.bare(measured.high),
    )


def standing(names: Sequence[str], measured: Sequence[Interval]) -> Chart:
    """Who stands where by the headline."""
    return charts.result_bars(names, measured, metric=tr(NUMBER_METRICS["mae"].title), as_share=False)


def better() -> str:
    """Which bars are better."""
    return tr("Shorter is better. The thin line on each bar holds the true value 95 times of 100.")


def figures(facts: Facts) -> Iterator[tuple[str, Chart]]:
    """Answers beside the truth, errors by size, and the coverage of the prediction intervals."""
    answers = facts.answers[facts.best.id]
    yield "beside", numbers.predicted_against_true(answers)
    yield "errors", numbers.errors(answers.errors, facts.evaluation(facts.best).metrics["bias"])
    yield "sizes", numbers.errors_by_size(by_tenth(answers, answers.targets))
    if answers.low is not None:
        yield "coverage", numbers.coverage(by_tenth(answers, answers.values), COVERAGE)
