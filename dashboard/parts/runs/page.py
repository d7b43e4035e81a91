"""Runs page: the table of runs, and one run with its actions."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.config import RunConfig
from core.evaluation import best_baseline
from core.evaluation.records import Evaluation
from dashboard import doors
from dashboard.access.store import may, may_change, store
from dashboard.cached.comparable import MOST
from dashboard.faults import attempt
from dashboard.language.formats import count, metric_interval, metric_value
from dashboard.language.words import joined, tr
from dashboard.parts.runs import unreadable
from dashboard.parts.runs.head import head
from dashboard.parts.runs.progress import learning, watch
from dashboard.parts.runs.repeats import repeats
from dashboard.parts.runs.status import is_active, state, when
from dashboard.parts.runs.unreadable import confirm_deletion
from dashboard.parts.train import form
from dashboard.requests import forget, request_id
from dashboard.sentences.comparison import counts, result, title_of
from dashboard.tables import fitted
from storage import Run


def table(runs: Sequence[Run], key: str, *, to_compare: bool = False) -> None:
    """Table of runs; choosing a cell opens the run. `to_compare` lets several lines be ticked and compared."""
    above = st.container()
    results, simple, title, kind = _results(runs)
    frame = pd.DataFrame(
        {
            "name": [run.name for run in runs],
            "state": [state(run) for run in runs],
            "data": [run.dataset_name for run in runs],
            "preset": ["–" if run.unreadable else form.say(run.preset) for run in runs],
            "result": results,
            "simple": simple,
            "when": [when(run) for run in runs],
        }
    )
    columns = {
        "name": st.column_config.TextColumn(tr("Run"), width="medium"),
        "state": st.column_config.TextColumn(tr("State"), width=100),
        "data": st.column_config.TextColumn(tr("Data")),
        "preset": st.column_config.TextColumn(tr("Preset"), width=100),
        "result": kind(title, width=90 if title == tr("Right") else None),
        "simple": kind(tr("Baseline"), width=105),
        "when": st.column_config.TextColumn(tr("When")),
    }
    chosen: Any = st.dataframe(
        frame,
        column_config=columns,
        hide_index=True,
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"] if to_compare else "single-cell",
        key=key,
        placeholder="–",
        height="content" if len(runs) <= 14 else 520,
        alt=tr("Runs, newest first"),
    )
    if to_compare:
        with above:
            _compare([runs[i] for i in chosen.selection.rows])
    if chosen.selection.cells:
        doors.go("runs", run=runs[chosen.selection.cells[0][0]].id)


def _compare(ticked: Sequence[Run]) -> None:
    """Button that compares the ticked runs."""
    finished = [run.id for run in ticked if run.status == "succeeded"]
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            tr("Compare"), type="primary", icon=":material/compare_arrows:", disabled=not 2 <= len(finished) <= MOST
        ):
            doors.go("compare", runs=",".join(finished))
        st.caption(_ticked_words(len(finished), len(ticked)), width="content")


def _ticked_words(finished: int, ticked: int) -> str:
    if not ticked:
        return tr("Tick two to {most} finished runs to compare them.", most=MOST)
    return tr(
        "{n} of {ticked} ticked runs are finished. Two to {most} can be compared.", n=finished, ticked=ticked, most=MOST
    )


def _results(runs: Sequence[Run]) -> tuple[list[Any], list[Any], str, Callable[..., Any]]:
    """Result columns of the table: each run's result, the best baseline's, the column's title and its type.

    Shares of right answers are numbers, which sort; where runs are judged by other metrics, each says its own.
    """
    found = [run.evaluation for run in runs]
    if all(one is None or counts(one.headline) == "right" for one in found):
        numbers = [one.reached.value * 100 if one and one.reached else None for one in found]
        return numbers, [_simple(one, lambda v: v * 100) for one in found], tr("Right"), _percent
    words = [result(one) if one else None for one in found]
    beside = [_simple(one, partial(metric_value, one.headline)) if one else None for one in found]
    return words, beside, tr("Result"), st.column_config.TextColumn


_percent = partial(st.column_config.NumberColumn, format="%.1f%%")


def _simple(evaluation: Evaluation | None, shown: Callable[[float], Any]) -> Any:
    found = best_baseline(evaluation) if evaluation else None
    return shown(found[1].value) if found else None


def detail(run: Run) -> None:
    """Detail view of a run: its state, actions, measurements, log and settings."""
    if run.unreadable:
        unreadable.detail(run)
        return
    head(run)
    if run.evaluation:
        st.markdown(_result(run.evaluation))
    actions(run)
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
