"""Several runs' curves in one picture: while they learned, over every threshold, and where they mix classes up."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from core.evaluation import Curve
from dashboard import charts
from dashboard.charts import Trace, show
from dashboard.compared import Keys, aligned_of, calibrations_of, counts_of, curves_of, series_of
from dashboard.contestants import Contestant
from dashboard.formats import count
from dashboard.parts.compare_rows import two_of
from dashboard.plain import plain, shortened
from dashboard.smoothing import smoothed
from dashboard.words import tr, word
from storage import Series

MEASURED = {
    "validation/accuracy": word("Right answers on rows kept aside"),
    "validation/f1_macro": word("F1 on rows kept aside, every class alike"),
    "validation/f1_weighted": word("F1 on rows kept aside, by class size"),
    "validation/loss": word("How wrong it is on rows kept aside (loss)"),
    "train/loss": word("How wrong it is on the rows it learns from (loss)"),
}
ALONG = {"pass": word("Passes"), "step": word("Steps"), "time": word("Time")}
AXES = {"pass": word("Passes over the rows"), "step": word("Steps"), "time": word("Minutes since its start")}
MOST_CLASSES = 60
FEW_POINTS = 40
"""Lines of so few points are drawn as they are."""
Pair = tuple[Curve | None, Curve | None]
"""The ROC curve and the precision-recall curve of one run."""


def while_learning(found: Sequence[Contestant], names: Mapping[str, str]) -> None:
    """One measure of every run over its training."""
    series = {one.key: series_of(one.run.id) for one in found if one.is_model}
    there = [name for name in MEASURED if any(name in one for one in series.values())]
    if not there:
        st.info(tr("None of these runs measured anything while it learned."), icon=":material/info:")
        return
    left, middle, right = st.columns([2, 1.5, 1], vertical_alignment="bottom")
    with left:
        name = st.selectbox(tr("Measure"), there, format_func=lambda one: tr(MEASURED[one]), key="compare:measure")
    with middle:
        along = st.segmented_control(
            tr("Along"),
            list(ALONG),
            format_func=lambda one: tr(ALONG[one]),
            default="pass",
            required=True,
            key="compare:along",
        )
    with right:
        reach = st.slider(
            tr("Smoothing"),
            0,
            50,
            5,
            key="compare:smoothing",
            help=tr("Calms the lines for the eye. Where each ends, and every number beside a name, stays as measured."),
        )
    with_it = [(one, series[one.key][name]) for one in found if one.is_model and name in series[one.key]]
    lowers = name.endswith("loss")
    traces = [_trace(one, measured, names, along or "pass", reach) for one, measured in with_it]
    reading = tr("Lower is better.") if lowers else tr("Higher is better.")
    order = tr("Beside each name is the best value it measured; the runs stand in the order of their test results.")
    show(
        charts.learning(
            traces,
            title=tr(MEASURED[name]),
            x=tr(AXES[along or "pass"]),
            y=tr("Loss") if lowers else tr("Share"),
            reading=f"{reading} {order}",
            as_share=not lowers,
        ),
        key="compare-learning",
    )
    silent = [names[one.key] for one in found if (one.key not in series or name not in series[one.key])]
    if silent:
        st.caption(tr("Without this measure: {names}.", names=", ".join(plain(one) for one in silent)))


def _trace(one: Contestant, measured: Series, names: Mapping[str, str], along: str, reach: int) -> Trace:
    reach = reach if len(measured.values) > FEW_POINTS else 0
    calm = smoothed(measured.values, reach)
    best = measured.least if measured.name.endswith("loss") else measured.greatest
    note = f"{best:.3f}" if measured.name.endswith("loss") else f"{best:.1%}"
    raw = measured.values if reach else None
    return Trace(names[one.key], _along(measured, one, along), calm, list(names).index(one.key), raw, note)


def _along(measured: Series, one: Contestant, along: str) -> np.ndarray:
    if along == "time":
        began = one.run.started.timestamp() if one.run.started else measured.times[0]
        return np.maximum(measured.times - began, 0.0) / 60
    return measured.epochs if along == "pass" and np.isfinite(measured.epochs).all() else measured.steps


def curves(keys: Keys, names: Mapping[str, str]) -> None:
    """ROC and precision-recall of one class, and the calibration, of everybody in one picture each."""
    held = aligned_of(keys).classes
    first = next(iter(held.answers.values()))
    there = [label for label in held.labels if label in set(first.targets)]
    label = st.selectbox(tr("Class"), there, format_func=lambda one: shortened(one, 80), key="compare:class")
    found = curves_of(keys, label)
    left, right = st.columns(2, gap="large")
    with left:
        _roc(found, names, label)
    with right:
        _precision_recall(found, names, label, first.targets.count(label) / len(first.targets))
    _calibration(keys, names)


def _roc(found: Mapping[str, Pair], names: Mapping[str, str], label: str) -> None:
    traces = [
        Trace(name, one.x, one.y, place, note=f"{one.area:.3f}")
        for place, (key, name) in enumerate(names.items())
        if (one := found[key][0])
    ]
    show(
        charts.overlaid(
            traces,
            title=tr("Finding against false alarms: {label}", label=plain(shortened(label, 40))),
            x=tr("Other rows taken for this class"),
            y=tr("Rows of this class found"),
            reading=tr(
                "The further a curve bends to the upper left, the better. Beside each name is the area under it: 1 is "
                "perfect, 0.5 is a coin."
            ),
            guide="diagonal",
        ),
        key="compare-roc",
    )


def _precision_recall(found: Mapping[str, Pair], names: Mapping[str, str], label: str, prevalence: float) -> None:
    traces = [
        Trace(name, one.x, one.y, place, note=f"{one.area:.3f}")
        for place, (key, name) in enumerate(names.items())
        if (one := found[key][1])
    ]
    show(
        charts.overlaid(
            traces,
            title=tr("Right answers against found rows: {label}", label=plain(shortened(label, 40))),
            x=tr("Rows of this class found (recall)"),
            y=tr("Answers that are right (precision)"),
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
            title=tr("Can their confidence be believed?"),
            x=tr("How sure the run said it was"),
            y=tr("How often it was right"),
            reading=tr(
                "On the dotted line, answers given with 80% confidence are right 80% of the time. Below it a run is "
                "too sure of itself; above it, too modest."
            ),
            guide="diagonal",
        ),
        key="compare-calibration",
    )


def mixups(keys: Keys, found: Sequence[Contestant], names: Mapping[str, str]) -> None:
    """The confusion of two runs side by side, and the difference."""
    labels = aligned_of(keys).classes.labels
    before, after = two_of(found, names, "compare:mixups")
    if len(labels) > MOST_CLASSES:
        st.caption(tr("With {n} classes a chart is not readable; see the rows that changed.", n=count(len(labels))))
        return
    counts = {one.key: counts_of(keys, one.key) for one in (before, after)}
    show(charts.confusion_difference(counts[before.key], counts[after.key], labels), key="compare-difference")
    for place, one, side in zip(st.columns(2, gap="large"), (before, after), ("before", "after"), strict=True):
        with place:
            st.markdown(f"##### {plain(names[one.key])}")
            show(charts.confusion(counts[one.key], labels), key=f"compare-confusion-{side}")
