"""Several runs that answer with classes in one picture: over every threshold, and where they mix classes up."""

from collections.abc import Mapping
from functools import partial

import numpy as np
import streamlit as st

from core.data.labels.order import in_order, places
from core.evaluation import Curve
from dashboard import charts
from dashboard.cached.compared import Keys, RankedComparison, aligned_of, calibrations_of, counts_of, curves_of
from dashboard.charts import Trace, show
from dashboard.language.formats import count
from dashboard.language.plain import apart, plain, shortened
from dashboard.language.words import tr
from dashboard.parts.compare.two import two_of

MOST_CLASSES = 60
CurvePair = tuple[Curve | None, Curve | None]
"""The ROC curve and the precision-recall curve of one run."""


def curves(chosen: RankedComparison) -> None:
    """ROC and precision-recall of one class, and the calibration, of everybody in one picture each."""
    keys, names = chosen.keys, chosen.names
    held = aligned_of(keys).classes
    first = next(iter(held.answers.values()))
    there = in_order(label for label in held.labels if label in set(first.targets))
    label = st.selectbox(
        tr("Class"), there, format_func=apart(there, partial(shortened, longest=80)), key="compare:class"
    )
    found = curves_of(keys, label)
    left, right = st.columns(2, gap="large")
    with left:
        _roc(found, names, label)
    with right:
        _precision_recall(found, names, label, first.targets.count(label) / len(first.targets))
    _calibration(keys, names)


def _roc(found: Mapping[str, CurvePair], names: Mapping[str, str], label: str) -> None:
    traces = [
        Trace(name, one.x, one.y, place, note=f"{one.area:.3f}")
        for place, (key, name) in enumerate(names.items())
        if (one := found[key][0])
    ]
    show(
        charts.overlaid(
            traces,
            title=tr("ROC curve: {label}", label=plain(shortened(label, 40))),
            x=tr("False positive rate"),
            y=tr("Recall"),
            reading=tr(
                "The further a curve bends to the upper left, the better. Beside each name is the area under it: 1 is "
                "perfect, 0.5 is a coin."
            ),
            guide="diagonal",
        ),
        key="compare-roc",
    )


def _precision_recall(found: Mapping[str, CurvePair], names: Mapping[str, str], label: str, prevalence: float) -> None:
    traces = [
        Trace(name, one.x, one.y, place, note=f"{one.area:.3f}")
        for place, (key, name) in enumerate(names.items())
        if (one := found[key][1])
    ]
    show(
        charts.overlaid(
            traces,
            title=tr("Right answers against found rows: {label}", label=plain(shortened(label, 40))),
            x=tr("Recall"),
            y=tr("Precision"),
            reading=tr(
                "The further to the upper right, the better. Beside each name is the average precision. The dotted "
                "line is what guessing would reach."
            ),
            guide=prevalence,
        ),
        key="compare-pr",
    )


def _calibration(keys: Keys, names: Mapping[str, str]) -> None:
    found = calibrations_of(keys)
    traces = [
        Trace(name, found[key].stated, found[key].observed, place) for place, (key, name) in enumerate(names.items())
    ]
    show(
        charts.overlaid(
            traces,
            title=tr("Calibration"),
            x=tr("Stated confidence"),
            y=tr("Observed accuracy"),
            reading=tr(
                "On the dotted line, answers given with 80% confidence are right 80% of the time. Below it a run is "
                "too sure of itself; above it, too modest. How far luck alone leads off the line is drawn on each "
                "run's own page."
            ),
            guide="diagonal",
        ),
        key="compare-calibration",
    )


def mixups(chosen: RankedComparison) -> None:
    """The confusion of two runs side by side, and the difference."""
    keys, found, names = chosen.keys, chosen.found, chosen.names
    labels = aligned_of(keys).classes.labels
    before, after = two_of(found, names, "compare:mixups")
    if len(labels) > MOST_CLASSES:
        st.caption(tr("With {n} classes a chart is not readable; see the rows that changed.", n=count(len(labels))))
        return
    order = places(labels)
    labels = tuple(labels[place] for place in order)
    counts = {one.key: counts_of(keys, one.key)[np.ix_(order, order)] for one in (before, after)}
    show(charts.confusion_difference(counts[before.key], counts[after.key], labels), key="compare-difference")
    for place, one, side in zip(st.columns(2, gap="large"), (before, after), ("before", "after"), strict=True):
        with place:
            st.markdown(f"##### {plain(names[one.key])}")
            show(charts.confusion(counts[one.key], labels), key=f"compare-confusion-{side}")
