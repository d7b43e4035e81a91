"""Choice of the task, with the reason for the suggested one."""

import streamlit as st

from core.tasks import TASKS
from dashboard.cached.known import fits_of
from dashboard.language.engine import said
from dashboard.language.plain import plain
from dashboard.language.words import tr
from dashboard.parts.train import form
from storage import Dataset


def choose_task(dataset: Dataset) -> None:
    """Draw the choice of the task, where more than one could be learned from the rows."""
    target = st.session_state.get(form.PREFIX + "task.target")
    fits = fits_of(dataset.id, target if target in dataset.columns else None)
    names = [fit.task.name for fit in fits]
    chosen = form.task_chosen()
    if chosen not in names:
        names.append(chosen)
    if len(names) < 2:
        return
    st.segmented_control(
        tr("What is the answer?"),
        names,
        required=True,
        format_func=lambda name: tr(TASKS[name].answer_title),
        key=form.PREFIX + form.TASK,
    )
    if fits:
        st.caption(plain(said(fits[0].reason)))
