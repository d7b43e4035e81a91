"""Numeric prediction on the Predict page: value and prediction interval; result columns of a file."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core.arrays import Floats
from dashboard.access.store import store
from dashboard.answers.columns import UNREAD, add_problems, free
from dashboard.answers.number.asked import NumberReplies
from dashboard.answers.number.charts import answer_among
from dashboard.answers.number.predict_words import measured, span_of
from dashboard.answers.number.scale import scale_of
from dashboard.cached.known import answers_of
from dashboard.charts import show
from dashboard.language.plain import plain
from dashboard.language.words import tr
from storage import Run

EXACT = 9
"""Significant digits in a file: what a model says is no finer."""


def said(run: Run, found: NumberReplies) -> None:
    """The number, large, and its prediction interval, which holds the truth in 90 of 100 cases."""
    scale = scale_of(store(), run)
    st.caption(tr("The model answers"))
    st.title(plain(scale(found.values[0])), anchor=False)
    if span := span_of(found, scale):
        st.markdown(plain(span))
    if run.evaluation:
        st.caption(measured(run.evaluation))
    if found.values[0] != found.estimates[0]:
        st.caption(
            tr(
                "The model's own number is {own}. At the prices that were kept, {answer} is worth more.",
                own=plain(scale(found.estimates[0])),
                answer=plain(scale(found.values[0])),
            )
        )
    if found.cut and found.cut[0]:
        st.caption(tr(UNREAD[found.cut[0]]))
    known = answers_of(run.id).targets
    show(answer_among(known, found.values[0], found.low[0], found.high[0], scale), key=f"among-{run.id}")


def counted(_parts: Sequence[NumberReplies], _unread: Sequence[bool]) -> dict[str, int]:
    """Nothing: numbers have no classes to count."""
    return {}


def beside(frame: pd.DataFrame, parts: Sequence[NumberReplies]) -> pd.DataFrame:
    """The rows with their number, its prediction interval, and the model's own number where prices moved it."""
    values, estimates, low, high = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("values", "estimates", "low", "high")
    )
    answered = frame.reset_index(drop=True).copy()
    answered[free(tr("answer"), answered)] = _rounded(values)
    answered[free(tr("interval from"), answered)] = _rounded(low)
    answered[free(tr("interval to"), answered)] = _rounded(high)
    if not np.array_equal(values, estimates, equal_nan=True):
        answered[free(tr("the model's own"), answered)] = _rounded(estimates)
    add_problems(answered, parts)
    return answered


def _rounded(values: Floats) -> Floats:
    """Numbers to EXACT significant digits."""
    return np.array([float(f"{value:.{EXACT}g}") for value in values])
