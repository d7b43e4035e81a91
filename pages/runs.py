"""Runs page: the table of runs, or one of them, live."""

import streamlit as st

from dashboard import doors
from dashboard.access.store import store
from dashboard.language.plain import plain
from dashboard.language.words import tr
from dashboard.parts.heading import heading, nothing_yet
from dashboard.parts.runs import page as parts
from dashboard.parts.runs.table import found, table
from dashboard.sentences.run_name import run_name

if run_id := st.query_params.get("run"):
    run = store().runs.get(run_id)
    if run.search:
        doors.go("labels", search=run.id)
    doors.back("runs", tr("All runs"))
    st.title(plain(run_name(run, 200, scored=False)), anchor=False)
    parts.detail(run)
else:
    heading(tr("Runs"), tr("Every attempt, the newest first. Choose a line to open it; tick several to compare them."))
    if runs := found():
        table(runs, key="runs", to_compare=True)
    else:
        with nothing_yet(tr("No runs here yet."), "timeline"):
            doors.link("scenarios", tr("Choose a scenario"), icon=":material/lightbulb:")
