"""Report sections of a classification: metrics table and charts."""

from collections.abc import Iterator, Sequence

import numpy as np

from core.evaluation import METRICS, calibration, confusion, wilson
from core.evaluation.records import Interval
from dashboard import charts
from dashboard.charts import Chart
from dashboard.language.formats import interval
from dashboard.language.words import tr
from dashboard.report.facts import Facts

SHOWN = ("accuracy", "balanced_accuracy", "f1_macro")
MOST_CLASSES = 40


def cell(_facts: Facts, _name: str, measured: Interval) -> str:
    """A measure with its interval."""
    return interval(measured)


def standing(names: Sequence[str], measured: Sequence[Interval]) -> Chart:
    """Who stands where by the headline."""
    return charts.result_bars(names, measured, metric=tr(METRICS["accuracy"].title), as_share=True)


def better() -> str:
    """Which bars are better."""
    return tr("Longer is better. The thin line on each bar holds the true value 95 times of 100.")


def figures(facts: Facts) -> Iterator[tuple[str, Chart]]:
    """Each class, the mix-ups, and whether confidence is what it says."""
    quality = [one for one in facts.evaluation(facts.best).per_class if one.rows]
    quality = sorted(quality, key=lambda one: one.recall)[:MOST_CLASSES]
    rows = np.array([one.rows for one in quality])
    recall = np.array([one.recall for one in quality])
    low, high = wilson(np.rint(recall * rows).astype(int), rows)
    labels = [one.label for one in quality]
    yield "classes", charts.per_class(labels, recall, low, high, rows, measure=tr("Recall"))
    answers = facts.answers[facts.best.id]
    mixed = confusion(answers)
    if len(mixed.labels) <= MOST_CLASSES:
        yield "mixups", charts.confusion(mixed.counts, mixed.labels)
    found = calibration(answers)
    yield "confidence", charts.calibration(found.stated, found.observed, found.low, found.high, found.rows)
