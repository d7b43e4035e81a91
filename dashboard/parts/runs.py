"""Lists of runs, and one run with what can be done about it."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.config import RunConfig
from core.results import Evaluation
from dashboard import doors, form
from dashboard.contestants import MOST
from dashboard.faults import attempt, sentences
from dashboard.formats import count, interval, share
from dashboard.memory import may, may_change, store
from dashboard.parts.progress import learning, watch
from dashboard.parts.status import badge, is_active, state, when
from dashboard.parts.teaching import teaching_banner
from dashboard.plain import plain
from dashboard.requests import forget, request_id
from dashboard.words import tr
from storage import Run


def table(runs: Sequence[Run], key: str, *, to_compare: bool = False) -> None:
    """The runs as a table; choosing a cell opens the run. `to_compare` lets several lines be ticked and compared."""
    above = st.container()
    frame = pd.DataFrame(
        {
            "name": [run.name for run in runs],
            "state": [state(run) for run in runs],
            "data": [run.dataset_name for run in runs],
            "preset": [form.say(run.preset) for run in runs],
            "accuracy": [_accuracy(run) for run in runs],
            "simple": [_best_simple(run) for run in runs],
            "when": [when(run) for run in runs],
        }
    )
    columns = {
        "name": st.column_config.TextColumn(tr("Run"), width="medium"),
        "state": st.column_config.TextColumn(tr("State"), width=100),
        "data": st.column_config.TextColumn(tr("Data")),
        "preset": st.column_config.TextColumn(tr("Preset"), width=100),
        "accuracy": st.column_config.NumberColumn(tr("Right"), format="%.1f%%", width=90),
        "simple": st.column_config.NumberColumn(tr("Simple way"), format="%.1f%%", width=105),
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
    if to_compare and (ticked := [runs[i] for i in chosen.selection.rows]):
        with above:
            _compare(ticked)
    if chosen.selection.cells:
        doors.go("runs", run=runs[chosen.selection.cells[0][0]].id)


def _compare(ticked: Sequence[Run]) -> None:
    """The way to the comparison of the ticked runs."""
    finished = [run.id for run in ticked if run.status == "succeeded"]
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            tr("Compare"), type="primary", icon=":material/compare_arrows:", disabled=not 2 <= len(finished) <= MOST
        ):
            doors.go("compare", runs=",".join(finished))
        st.caption(
            tr(
                "{n} of {ticked} ticked runs are finished. Two to {most} can be compared.",
                n=len(finished),
                ticked=len(ticked),
                most=MOST,
            ),
            width="content",
        )


def _accuracy(run: Run) -> float | None:
    return run.evaluation.metrics["accuracy"].value * 100 if run.evaluation else None


def _best_simple(run: Run) -> float | None:
    if run.evaluation is None:
        return None
    return max((measured["accuracy"].value * 100 for measured in run.evaluation.baselines.values()), default=None)


def detail(run: Run) -> None:
    """One run: how it stands, what can be done, what it measured, said and was asked."""
    with st.container(horizontal=True, vertical_alignment="center"):
        badge(run)
        st.caption(facts(run), width="content")
    if run.error:
        st.error(sentences(run.error.message, run.error.hint), icon=":material/error:")
        if run.error.bug_number:
            st.caption(tr("Quote the number {number} when you report it.", number=run.error.bug_number))
    teaching_banner(run.scenario)
    if run.evaluation:
        st.markdown(_result(run.evaluation))
    actions(run)
    watch(run.id, learning)
    with st.expander(tr("Settings"), icon=":material/tune:"):
        _settings(run.config)


def _result(evaluation: Evaluation) -> str:
    """What the run reached, beside the best simple way, in a line."""
    reached = tr(
        "**{share}** of {rows} held-out rows answered right.",
        share=interval(evaluation.metrics["accuracy"]),
        rows=count(evaluation.rows),
    )
    simple = max((one["accuracy"].value for one in evaluation.baselines.values()), default=None)
    return reached if simple is None else f"{reached} {tr('The best simple way: {share}.', share=share(simple))}"


def facts(run: Run) -> str:
    """Data, model, preset and time on one line of safe Markdown."""
    parts = [run.dataset_name, run.config.model, form.say(run.preset), run.device or "", when(run), run.created_by]
    return " · ".join(plain(part) for part in parts if part)


def actions(run: Run) -> None:
    """The buttons that make sense in the run's state."""
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
                _confirm_deletion(run)


@st.dialog(" ")
def _confirm_deletion(run: Run) -> None:
    st.markdown(
        tr("Delete **{name}**, its model and its predictions? This cannot be undone.", name=plain(run.name)),
    )
    if st.button(tr("Delete"), type="primary"):
        store().runs.delete(run.id)
        doors.go("runs")


def _settings(config: RunConfig) -> None:
    """Every setting by its title, as it was in this run."""
    values = form.as_values(config)
    shown = [(tr(entry.title), _say(values.get(entry.path))) for entry in form.entries()]
    st.dataframe(
        pd.DataFrame(shown, columns=[tr("Setting"), tr("Value")]),
        hide_index=True,
        height=360,
        alt=tr("The settings of this run"),
    )


def _say(value: Any) -> str:
    if value is None or value == "":
        return tr("empty")
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return count(value) if isinstance(value, int) else str(value)
