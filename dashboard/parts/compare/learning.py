"""Training curves of several runs in one chart."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from dashboard import charts
from dashboard.cached.comparable import Comparable
from dashboard.cached.compared import series_of
from dashboard.charts import Trace, show
from dashboard.charts.smoothing import smoothed
from dashboard.language.plain import plain
from dashboard.language.words import listed, tr, word
from dashboard.sentences.measures import is_share, lower_is_better, said, unit_of
from storage import Series

MEASURED = {
    "validation/accuracy": word("Validation accuracy"),
    "validation/f1_macro": word("Validation macro F1"),
    "validation/f1_weighted": word("Validation weighted F1"),
    "validation/mae": word("Validation mean absolute error"),
    "validation/loss": word("Validation loss"),
    "train/loss": word("How wrong it is on the rows it learns from (loss)"),
}
ALONG = {"pass": word("Epochs"), "step": word("Steps"), "time": word("Time")}
AXES = {"pass": word("Epochs"), "step": word("Steps"), "time": word("Minutes since its start")}
FEW_POINTS = 40
"""Most points of a line that is not smoothed."""


def while_learning(found: Sequence[Comparable], names: Mapping[str, str]) -> None:
    """Training curves of one measure, a line a run, with its axis and smoothing to choose."""
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
    traces = [_trace(one, measured, names, along or "pass", reach) for one, measured in with_it]
    reading = tr("Lower is better.") if lower_is_better(name) else tr("Higher is better.")
    order = tr("Beside each name is the best value it measured; the runs stand in the order of their test results.")
    show(
        charts.learning(
            traces,
            title=tr(MEASURED[name]),
            x=tr(AXES[along or "pass"]),
            y=unit_of(name),
            reading=f"{reading} {order}",
            as_share=is_share(name),
        ),
        key="compare-learning",
    )
    silent = [names[one.key] for one in found if (one.key not in series or name not in series[one.key])]
    if silent:
        st.caption(tr("Without this measure: {names}.", names=listed(plain(one) for one in silent)))


def _trace(one: Comparable, measured: Series, names: Mapping[str, str], along: str, reach: int) -> Trace:
    reach = reach if len(measured.values) > FEW_POINTS else 0
    smooth = smoothed(measured.values, reach)
    best = measured.least if lower_is_better(measured.name) else measured.greatest
    raw = measured.values if reach else None
    place = list(names).index(one.key)
    return Trace(names[one.key], _along(measured, one, along), smooth, place, raw, said(measured.name, best))


def _along(measured: Series, one: Comparable, along: str) -> np.ndarray:
    if along == "time":
        began = one.run.started.timestamp() if one.run.started else measured.times[0]
        return np.maximum(measured.times - began, 0.0) / 60
    return measured.epochs if along == "pass" and np.isfinite(measured.epochs).all() else measured.steps
