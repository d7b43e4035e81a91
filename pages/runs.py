"""Runs page: the table of runs, or one of them, live."""

import streamlit as st

from dashboard import doors
from dashboard.access.store import store
from dashboard.language.plain import plain
from dashboard.language.words import tr
from dashboard.parts.heading import heading, nothing_yet
from dashboard.parts.runs import page as parts
from dashboard.parts.runs.status import STATES

if run_id := st.query_params.get("run"):
    run = store().runs.get(run_id)
    if run.search:
        doors.go("labels", search=run.id)
    doors.back("runs", tr("All runs"))
    st.title(plain(run.name), anchor=False)
    parts.detail(run)
else:
    heading(tr("Runs"), tr("Every attempt, the newest first. Choose a line to open it; tick several to compare them."))
    status = st.pills(
        tr("State"),
        list(STATES),
        format_func=lambda key: tr(STATES[key][0]),
        key="state",
        bind="query-params",
        label_visibility="collapsed",
    )
    if found := store().runs.list(limit=200, status=status):
        parts.table(found, key="runs", to_compare=True)
    else:
        with nothing_yet(tr("No runs here yet."), "timeline"):
            doors.link("scenarios", tr("Choose a scenario"), icon=":material/lightbulb:")
