"""Calibration: reliability of confidence, before and after temperature scaling."""

import pandas as pd
import streamlit as st

from core.evaluation import METRICS, Calibration, calibration
from core.evaluation.coded import code
from core.evaluation.expected_calibration import HonestModel, calibration_error, honest_model
from core.inspection import Scaled, scaled
from dashboard import charts
from dashboard.cached.known import answers_of, choosing_of
from dashboard.charts import show
from dashboard.downloads import offer
from dashboard.language.formats import count, figure, share
from dashboard.language.words import tr
from dashboard.sentences.confidence import what_sure_means
from storage import Run


def confidence(run: Run) -> None:
    """How far its confidence is off, and before and after the correction when that is asked for."""
    if run.evaluation and (error := run.evaluation.metrics.get("calibration_error")):
        st.metric(
            tr(METRICS["calibration_error"].title),
            share(error.value),
            help=tr(METRICS["calibration_error"].meaning),
            delta=tr("{low} to {high}", low=share(error.low), high=share(error.high)),
            delta_color="off",
            delta_arrow="off",
        )
    st.caption(beside_honest(run.id))
    st.caption(what_sure_means(run))
    asked = st.toggle(
        tr("Show it corrected"),
        key=f"scaled-{run.id}",
        help=tr(
            "Temperature scaling: one number makes the model more modest or bolder everywhere. The answers stay the "
            "same; only how sure it says it is changes."
        ),
    )
    if asked:
        _corrected(run)
        return
    found = _points(run.id)
    show(
        charts.calibration(found.stated, found.observed, found.low, found.high, found.rows),
        key=f"inside-calibration-{run.id}",
    )


def beside_honest(run_id: str) -> str:
    """The calibration error beside that of a model whose confidence is exactly right, in a sentence."""
    error, honest = _honest(run_id)
    words = {"error": share(error), "usual": share(honest.usual), "most": share(honest.most)}
    if error <= honest.most:
        return tr(
            "Its confidence is {error} off on average; one that is exactly right would show {usual} on as many rows, "
            "and up to {most} by luck. So nothing here speaks against its confidence.",
            **words,
        )
    return tr(
        "Its confidence is {error} off on average; one that is exactly right would show {usual} on as many rows, and "
        "up to {most} by luck. So its confidence is off by more than luck.",
        **words,
    )


@st.cache_resource(show_spinner=False, max_entries=24)
def _honest(run_id: str) -> tuple[float, HonestModel]:
    answers = answers_of(run_id)
    return calibration_error(code(answers)), honest_model(answers)


@st.cache_resource(show_spinner=False, max_entries=24)
def _points(run_id: str) -> Calibration:
    return calibration(answers_of(run_id))


@st.cache_resource(show_spinner=False, max_entries=8)
def _scaled(run_id: str) -> Scaled:
    return scaled(answers_of(run_id), choosing_of(run_id))


def _corrected(run: Run) -> None:
    found = _scaled(run.id)
    with st.container(border=True, key="verdict"):
        st.markdown(_sentence(found))
    show(
        charts.calibration_change(calibration(found.before), calibration(found.after)),
        key=f"calibration-change-{run.id}",
    )
    frame = pd.DataFrame(
        {
            tr("Measure"): [tr(METRICS[name].title) for name in found.metrics],
            tr("As it is"): [figure(before.value) for before, _ in found.metrics.values()],
            tr("Corrected"): [figure(after.value) for _, after in found.metrics.values()],
            tr("Meaning"): [tr(METRICS[name].meaning) for name in found.metrics],
        }
    )
    st.dataframe(frame, hide_index=True, alt=tr("Measures of confidence before and after"))
    st.caption(_where_from(found))
    after = found.after
    offer(
        pd.DataFrame(
            {
                tr("Row"): after.row_ids,
                tr("True class"): after.targets,
                tr("The model answered"): after.answers,
                tr("Confidence"): found.before.scores.max(axis=1).round(4),
                tr("Corrected"): after.scores.max(axis=1).round(4),
            }
        ),
        f"confidence-{run.id}",
        key=f"confidence-{run.id}",
    )


def _sentence(found: Scaled) -> str:
    temperature = sum(found.temperatures) / len(found.temperatures)
    gain = found.gain
    values = {"t": figure(temperature, 2), "low": figure(gain.low), "high": figure(gain.high)}
    if gain.low > 0:
        tail = tr(
            "Corrected, the right answers surprise it less: log loss falls by {low} to {high}, more than luck.",
            **values,
        )
        head = tr("**It is too sure of itself**") if temperature > 1 else tr("**It is too modest**")
        return f":orange[:material/thermostat:] {head} " + tr("(temperature {t}).", **values) + " " + tail
    if gain.high < 0:
        return ":red[:material/thermostat:] " + tr(
            "**Correcting makes it worse here** (temperature {t}): log loss rises. Leave it as it is.", **values
        )
    return ":green[:material/check_circle:] " + tr(
        "**Correcting its confidence changes nothing that luck does not explain** (temperature {t}).", **values
    )


def _where_from(found: Scaled) -> str:
    if found.fitted_on == "validation":
        return tr(
            "The correction was learnt from {n} validation rows and is shown on the test rows, which it has not seen.",
            n=count(found.fitted_rows),
        )
    return tr(
        "This run keeps no answers for validation rows, so the correction was learnt from one half of the test rows "
        "and shown on the other, both ways round."
    )
