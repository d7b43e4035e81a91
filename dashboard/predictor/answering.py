"""Predictions of a run's model on a page: for one row, or for many with a progress bar."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import UserError
from core.tasks import task_of
from dashboard.access.store import store
from dashboard.answers import room
from dashboard.answers.summary import Summary
from dashboard.doors import what_is_this
from dashboard.downloads import offer
from dashboard.faults import show_error
from dashboard.inputs import room_of
from dashboard.language.engine import said
from dashboard.language.formats import count
from dashboard.language.words import tr
from dashboard.predictor.ask import ask
from dashboard.predictor.novelty import warn
from dashboard.sentences.novelty import UNLIKE, not_told
from dashboard.tables import fitted
from storage import Run

MOST_SHOWN = 1_000


def answer(run: Run, cell: str) -> Any:
    """Draws and returns the prediction for one row; None on an error. `cell` is what the model reads of it."""
    try:
        with st.spinner(tr("Asking the model; the first time it is loaded…")):
            replies = _asked(run.id, cell, run.decision.model_dump_json() if run.decision else "")
    except UserError as error:
        show_error(error)
        return None
    if any(replies.problems):
        st.error(said(replies.problems[0]), icon=":material/error:")
        return None
    warn(run, cell, replies)
    room(replies.kind, "predict").said(run, replies)
    return replies


@st.cache_data(show_spinner=False, max_entries=200, ttl="1h")
def _asked(run_id: str, cell: str, decision: str) -> Any:  # noqa: ARG001  # another decision answers otherwise
    config = store().runs.get(run_id).config
    return ask(store().predictor(), run_id, [task_of(config).inputs.row(cell, config.task)])


def answer_all(run: Run, batches: Iterable[Sequence[str]], rows: int) -> list[Any] | None:
    """Predictions for many rows, batch by batch, with a progress bar; None on an error."""
    inputs, settings, done = task_of(run.config).inputs, run.config.task, 0
    bar = st.progress(0.0, text=tr("Asking the model…"))
    parts: list[Any] = []
    try:
        for batch in batches:
            parts.append(ask(store().predictor(), run.id, [inputs.row(one, settings) for one in batch]))
            done += len(batch)
            bar.progress(min(1.0, done / rows), text=tr("{n} of {rows} rows", n=count(done), rows=count(rows)))
    except UserError as error:
        show_error(error)
        return None
    finally:
        bar.empty()
    return parts


def with_answers(frame: pd.DataFrame, parts: Sequence[Any]) -> pd.DataFrame:
    """Table of the rows with their answers beside them."""
    answered: pd.DataFrame = room(parts[0].kind, "predict").beside(frame, parts)
    return answered


def hand_over(run: Run, answered: pd.DataFrame, summary: Summary) -> None:
    """Draws the summary, the table of rows with answers, its download buttons, and how often each class was said."""
    _summed_up(run, summary)
    some = answered.head(MOST_SHOWN)
    st.dataframe(some, hide_index=True, height=fitted(len(some), 380), alt=tr("The rows with their answers"))
    offer(answered, f"answers-{run.id}", key=f"answers-{run.id}")
    if summary.counts:
        counts = pd.DataFrame({tr("Answer"): summary.counts.keys(), tr("Rows"): summary.counts.values()})
        st.dataframe(counts, hide_index=True, width="content", alt=tr("How often each class was answered"))


def _summed_up(run: Run, summary: Summary) -> None:
    with st.container(horizontal=True, key=f"summary-{run.id}"):
        st.metric(tr("Rows"), count(summary.rows), border=True)
        if summary.unlike is not None:
            st.metric(tr("Unlike the training rows"), count(summary.unlike), border=True)
        st.metric(room_of(run.config, "words").unread(), count(summary.unread), border=True)
    if summary.unlike is None:
        st.caption(not_told(run.config.learning))
    what_is_this(UNLIKE)
