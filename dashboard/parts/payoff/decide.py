"""Decision (prices and thresholds) of a run on a page: its figures, and the buttons that keep it or drop it."""

import streamlit as st

from core.payoff import AnyDecision
from dashboard import doors
from dashboard.access.store import may_change, store
from dashboard.faults import attempt
from dashboard.language.words import tr
from storage import Run


def figure(title: str, value: str, below: str, meaning: str) -> None:
    """Metric tile: a number, the line below it, and a tooltip with its meaning."""
    st.metric(title, value, delta=below, delta_color="off", delta_arrow="off", border=True, help=meaning)


def keep(run: Run, decision: AnyDecision) -> None:
    """Buttons that keep the decision with the run, or drop it."""
    decide = store().runs.decide
    kept = run.decision == decision
    may_keep = may_change(run.created_by)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            tr("Kept") if kept else tr("Use this decision"),
            type="primary",
            icon=":material/check:" if kept else ":material/gavel:",
            disabled=kept or not may_keep,
            on_click=attempt,
            args=(decide, run.id, decision),
        )
        if run.decision is not None and may_keep:
            st.button(
                tr("Answer as the model says again"),
                type="tertiary",
                icon=":material/undo:",
                on_click=attempt,
                args=(decide, run.id, None),
            )
        if st.button(tr("Try it"), icon=":material/chat_bubble:"):
            doors.go("predict", run=run.id)
    if kept:
        st.caption(tr("Every answer of this run follows this decision now, on the Predict page and in files."))
    elif run.decision is not None:
        st.caption(tr("The run still follows the decision that was kept before."))
