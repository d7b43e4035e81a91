"""Rows to learn from: bring them, look at them, see what is wrong with them."""

import streamlit as st

from dashboard import doors
from dashboard.memory import store
from dashboard.parts import datasets as parts
from dashboard.parts.heading import heading, section
from dashboard.words import tr

if dataset_id := st.query_params.get("dataset"):
    doors.back("data", tr("All datasets"))
    parts.detail(store().datasets.get(dataset_id))
else:
    heading(
        tr("Data"),
        tr("Bring rows with a text and the right answer for it: a table with a column for each is enough."),
    )
    parts.bring()
    if found := store().datasets.list():
        section(tr("Datasets"))
        parts.table(found)
