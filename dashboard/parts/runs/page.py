"""Detail view of one run, with its actions."""

from typing import Any

import pandas as pd
import streamlit as st

from core.config import RunConfig
from core.evaluation import best_baseline
from core.evaluation.records import Evaluation
from dashboard import doors
from dashboard.access.store import may, may_change, store
from dashboard.faults import attempt
from dashboard.language.formats import count, metric_interval, metric_value
from dashboard.language.words import joined, tr
from dashboard.parts import activity
from dashboard.parts.runs import unreadable
from dashboard.parts.runs.head import head
from dashboard.parts.runs.labels import labels
from dashboard.parts.runs.progress import learning, watch
from dashboard.parts.runs.repeats import repeats
from dashboard.parts.runs.status import is_active
from dashboard.parts.runs.unreadable import confirm_deletion
from dashboard.parts.train import form
from dashboard.requests import forget, request_id
from dashboard.sentences.measures import counts, title_of
from dashboard.tables import fitted
from storage import Run


def detail(run: Run) -> None:
    """Detail view of a run: its state, actions, measurements, log and settings."""
    if run.unreadable:
        unreadable.detail(run)
        return
    head(run)
    labels(run)
    if run.evaluation:
        st.markdown(_result(run.evaluation))
    actions(run)
    if is_active(run):
        activity.ask(run)
    watch(run.id, learning)
    if run.status == "succeeded":
        repeats(run)
    with st.expander(tr("Settings"), icon=":material/tune:"):
        _settings(run.config)


def _result(evaluation: Evaluation) -> str:
    """Headline metric of the run, beside the best baseline's, in a line; "" where it could not be computed."""
    name, reached, simple = evaluation.headline, evaluation.reached, best_baseline(evaluation)
    if reached is None:
        return ""
    value, rows = metric_interval(name, reached), count(evaluation.rows)
    if counts(name) == "right":
        said = tr("**{share}** of {rows} test rows answered right.", share=value, rows=rows)
    else:
        said = tr("{metric}: **{value}** on {rows} test rows.", metric=title_of(name), value=value, rows=rows)
    if simple is None:
        return said
    return joined([said, tr("The best baseline: {share}.", share=metric_value(name, simple[1].value))])


def actions(run: Run) -> None:
    """Buttons for the actions that the run's state and the actor's role allow."""
    runs, is_mine = store().runs, may_change(run.created_by)
    with st.container(horizontal=True):
        if run.status == "succeeded":
            if st.button(tr("See how good it is"), type="primary", icon=":material/fact_check:"):
                doors.go("evaluate", run=run.id)
            if st.button(tr("Try it"), icon=":material/chat_bubble:"):
                doors.go("predict", run=run.id)
        if is_active(run) and is_mine:
            st.button(
                tr("Stop"),
                icon=":material/stop_circle:",
                on_click=attempt,
                args=(runs.stop, run.id),
                disabled=run.stopping,
            )
        if run.status in ("failed", "cancelled") and is_mine:
            st.button(
                tr("Resume"),
                type="primary",
                icon=":material/play_arrow:",
                on_click=attempt,
                args=(runs.resume, run.id),
            )
        if run.has_ended and may("editor"):
            if st.button(tr("Run again"), icon=":material/replay:"):
                doors.go("runs", run=runs.rerun(run.id, request_id("rerun", run.id)).id)
            forget("rerun")
            if st.button(tr("Change and run"), icon=":material/tune:"):
                st.session_state["train:from"] = run.config
                doors.go("train", dataset=run.dataset_id)
            if is_mine and st.button(tr("Delete"), type="tertiary", icon=":material/delete:"):
                confirm_deletion(run)


def _settings(config: RunConfig) -> None:
    """Table of all settings of the run, by title."""
    values = form.as_values(config)
    shown = [
        (tr(entry.title), _say(values.get(entry.path)))
        for entry in form.entries(config.task.task, config.learning.method)
    ]
    st.dataframe(
        pd.DataFrame(shown, columns=[tr("Setting"), tr("Value")]),
        hide_index=True,
        height=fitted(len(shown), 360),
        alt=tr("The settings of this run"),
    )


def _say(value: Any) -> str:
    if value is None or value == "":
        return tr("empty")
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return count(value) if isinstance(value, int) else str(value)
