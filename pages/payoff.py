"""Payoff page: what a finished run's answers are worth in money, and which decision is worth the most."""

import streamlit as st

from dashboard import doors
from dashboard.language.words import tr
from dashboard.parts.choose import one_run
from dashboard.parts.heading import heading, nothing_yet
from dashboard.parts.payoff import page as parts
from dashboard.parts.runs.unreadable import finished_runs

head = st.container()
finished = finished_runs()
run = one_run(finished, tr("Run")) if finished else None
with head:
    heading(tr("Business value"), parts.lead(run))
if run:
    parts.worth(run)
else:
    with nothing_yet(tr("There is no finished run to put a price on yet."), "payments"):
        doors.link("scenarios", tr("Choose a scenario"), icon=":material/lightbulb:")
