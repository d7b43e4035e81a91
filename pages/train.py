"""Train page: the form of a run's settings, its quote, and Start."""

import streamlit as st

from dashboard import doors
from dashboard.access.store import store
from dashboard.language.words import tr
from dashboard.parts.choose import one_dataset
from dashboard.parts.heading import heading, nothing_yet
from dashboard.parts.train import form
from dashboard.parts.train import page as parts

heading(
    tr("Train"),
    tr(
        "Choose the rows and how thorough to be. The rest has good values already; open the advanced part to change it."
    ),
)
if datasets := store().datasets.list():
    asked, offered = st.columns([1.7, 1], gap="large")
    with asked:
        dataset = one_dataset(datasets, tr("Dataset"))
        parts.ready(dataset)
        parts.basic(dataset)
        parts.advanced(dataset)
        form.drawn()
        parts.preview(dataset)
    with offered:
        parts.offer(dataset)
else:
    with nothing_yet(tr("There are no rows to learn from yet."), "table_rows"):
        doors.link("data", tr("Bring rows"), icon=":material/upload:")
        doors.link("scenarios", tr("Choose a scenario"), icon=":material/lightbulb:")
