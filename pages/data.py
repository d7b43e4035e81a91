"""Data page: upload datasets, look at them, see the findings of their checks."""

import streamlit as st

from dashboard import doors
from dashboard.access.store import store
from dashboard.language.words import tr
from dashboard.parts import datasets as parts
from dashboard.parts.heading import heading, section

if dataset_id := st.query_params.get("dataset"):
    doors.back("data", tr("All datasets"))
    parts.detail(store().datasets.get(dataset_id))
else:
    heading(
        tr("Data"),
        tr(
            "Bring texts or pictures with the right answer for each: a table with a column for both, or a ZIP with a "
            "folder of pictures for each class."
        ),
    )
    parts.bring()
    if found := store().datasets.list():
        section(tr("Datasets"))
        parts.table(found)
