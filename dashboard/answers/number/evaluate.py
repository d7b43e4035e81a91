"""Evaluation of a regression: predicted against actual, residuals, prediction intervals, worst rows."""

import numpy as np
import streamlit as st

from core.answers import NumberAnswers
from core.errors import NotFound
from core.evaluation.conformal import COVERAGE, held, learn_intervals, promised
from core.evaluation.number import may_miss_tail, measured, uneven
from core.evaluation.records import Interval
from core.evaluation.tenths import Tenth, by_tenth
from dashboard import charts
from dashboard.answers.number.table import frame_of_rows, number_columns
from dashboard.cached.known import answers_of, inputs_by_row
from dashboard.charts import show
from dashboard.downloads import offer
from dashboard.inputs import room_of
from dashboard.language.formats import amount, count, share
from dashboard.language.words import tr, trn
from storage import Run


def caution(run: Run) -> str | None:
    """Why the root mean squared error and R² may lie outside of their intervals: a few rows outweigh all others."""
    answers = answers_of(run.id)
    if not uneven(answers):
        if not may_miss_tail(answers):
            return None
        return tr(
            "With fewer than 100 rows, errors that are far off may not have shown yet: the mean absolute error, the "
            "root mean squared error and R² may lie outside of their intervals where such errors are to be expected."
        )
    squares = np.square(answers.errors)
    return tr(
        "A single row makes up {share} of all squared errors. So the root mean squared error and R² may lie outside "
        "of their intervals; go by the mean absolute error and the median, and look at the largest errors.",
        share=share(float(squares.max() / squares.sum())),
    )


def predicted_and_true(run: Run) -> None:
    """A point for each test row."""
    show(charts.predicted_against_true(answers_of(run.id)), key=f"true-{run.id}")


def errors(run: Run) -> None:
    """How large errors are, in which direction, and where."""
    answers = answers_of(run.id)
    bias = measured("bias", answers.targets, answers.values)
    found = Interval(value=float(bias.value), low=float(bias.low), high=float(bias.high))
    show(charts.errors(answers.errors, found), key=f"errors-{run.id}")
    show(charts.errors_by_size(_by_truth(run.id)), key=f"sizes-{run.id}")


def intervals(run: Run) -> None:
    """Coverage of the prediction intervals beside what they promise, where they fail, and the rows that they miss."""
    answers = answers_of(run.id)
    if answers.low is None:
        st.info(
            tr(
                "These answers carry no prediction intervals: they are learned from validation rows, and this run had "
                "fewer than nine. Give the run a larger validation part."
            ),
            icon=":material/info:",
        )
        return
    _held(run, answers)
    show(charts.coverage(_by_answer(run.id), COVERAGE), key=f"coverage-{run.id}")
    _missed(run, answers)


def _held(run: Run, answers: NumberAnswers) -> None:
    """The measured coverage beside the promise, in a sentence."""
    found, width = held(answers), float(np.median(answers.high - answers.low))
    low, high = _expected(run.id, len(answers))
    words = {
        "promised": round(COVERAGE * 100),
        "held": f"{found.value * 100:.1f}",
        "low": f"{found.low * 100:.1f}",
        "high": f"{found.high * 100:.1f}",
        "least": f"{low * 100:.1f}",
        "most": f"{high * 100:.1f}",
    }
    said = tr(
        "Each answer carries a prediction interval that should hold the truth in **{promised} of 100** cases. "
        "Here the coverage is **{held}** ({low} to {high}).",
        **words,
    )
    if found.value < low:
        tail = tr(
            "That is fewer than promised, where luck alone would give {least} to {most}: these rows are unlike those "
            "that the intervals were learned from.",
            **words,
        )
        colour, icon = "orange", "warning"
    elif found.value > high:
        tail = tr(
            "That is more than promised, where luck alone would give {least} to {most}: the intervals are wider than "
            "these rows need.",
            **words,
        )
        colour, icon = "orange", "info"
    else:
        tail = tr("The promise is kept: by luck alone it would be {least} to {most}.", **words)
        colour, icon = "green", "check_circle"
    with st.container(border=True, key="verdict-intervals"):
        st.markdown(f":{colour}[:material/{icon}:] {said} {tail}")
        st.caption(tr("Half of the intervals are narrower than {width} from end to end.", width=amount(width)))


@st.cache_resource(show_spinner=False, max_entries=24)
def _expected(run_id: str, rows: int) -> tuple[float, float]:
    """Between which shares the coverage lies in 95 of 100 cases where the rows are alike."""
    try:
        learned = learn_intervals(answers_of(run_id, "validation"))
    except NotFound:
        learned = None
    if learned is None:
        found = held(answers_of(run_id))
        return COVERAGE - (found.high - found.value), COVERAGE + (found.value - found.low)
    return promised(learned, rows)


def _missed(run: Run, answers: NumberAnswers) -> None:
    """The rows whose truth lies outside of its prediction interval, the furthest outside first."""
    beyond = np.maximum(answers.low - answers.targets, answers.targets - answers.high)
    rows = np.flatnonzero(beyond > 0)
    rows = rows[np.argsort(-beyond[rows], kind="stable")]
    if not len(rows):
        st.success(tr("Every test row lies in its prediction interval."), icon=":material/check_circle:")
        return
    st.markdown(f"**{tr('Rows outside of their prediction interval')}** · {count(len(rows))}")
    _table(run, answers, rows, "outside", tr("Rows whose true number lies outside of the prediction interval"))


def largest(run: Run) -> None:
    """The test rows, those first whose answers are furthest from the truth."""
    answers = answers_of(run.id)
    rows = np.argsort(-np.abs(answers.errors), kind="stable")
    st.caption(
        trn(
            "{n} test row, the one furthest off first: look whether its own number is wrong.",
            "{n} test rows, those furthest off first: look whether their own numbers are wrong. Off by: how much "
            "too high the answer is, and with a minus, how much too low.",
            len(rows),
        )
    )
    _table(run, answers, rows, "largest", tr("Rows, the largest errors first"))


def _table(run: Run, answers: NumberAnswers, rows: np.ndarray, name: str, alt: str) -> None:
    texts = inputs_by_row(run.dataset_id, run.config)
    frame = frame_of_rows(run.config, answers, rows, [texts.get(answers.row_ids[i], "–") for i in rows])
    room, config = room_of(run.config, "rows"), number_columns(frame)
    room.rows(frame, run.dataset_id, config | {frame.columns[0]: room.cell(300)}, alt=alt, height=480, key=name)
    offer(frame, f"{name}-{run.id}", key=f"{name}-{run.id}")


@st.cache_resource(show_spinner=False, max_entries=24)
def _by_truth(run_id: str) -> tuple[Tenth, ...]:
    answers = answers_of(run_id)
    return by_tenth(answers, answers.targets)


@st.cache_resource(show_spinner=False, max_entries=24)
def _by_answer(run_id: str) -> tuple[Tenth, ...]:
    answers = answers_of(run_id)
    return by_tenth(answers, answers.values)
