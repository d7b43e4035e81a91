"""Labels page: ask for a label curve (quality against labelled rows), or read one."""

import streamlit as st

from dashboard import doors
from dashboard.access.store import store
from dashboard.language.plain import plain
from dashboard.language.words import tr
from dashboard.parts.choose import one_run
from dashboard.parts.heading import heading, nothing_yet, section
from dashboard.parts.labels import page as parts
from dashboard.parts.runs.unreadable import finished_runs

if search_id := st.query_params.get("search"):
    run = store().runs.get(search_id)
    doors.back("labels", tr("All label curves"))
    st.title(plain(run.name), anchor=False)
    parts.detail(run)
else:
    heading(
        tr("How many labels pay"),
        tr(
            "Labels cost somebody's time. Learn from a few, then from more, and see what more of them would bring, and "
            "whether a pretrained start still beats the baseline."
        ),
    )
    if finished := finished_runs():
        parts.ask(one_run(finished, tr("Start as this run did")))
    else:
        with nothing_yet(tr("There is no finished run to take the rows and the settings from."), "stacked_line_chart"):
            doors.link("scenarios", tr("Choose a scenario"), icon=":material/lightbulb:")
    if searches := store().runs.list(limit=100, kind="search"):
        section(tr("Earlier ones"))
        parts.table(searches)
