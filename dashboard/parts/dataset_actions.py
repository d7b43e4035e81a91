"""Actions on a dataset that need none of its rows: rename, download, delete."""

import streamlit as st

from dashboard import doors
from dashboard.access.store import may_change, store
from dashboard.downloads import safe_name
from dashboard.faults import attempt
from dashboard.language.formats import count
from dashboard.language.plain import plain
from dashboard.language.words import tr, trn
from dashboard.parts.deletion import Deletion, confirm, named
from dashboard.sentences.run_name import run_name
from storage import Dataset


def dataset_actions(dataset: Dataset) -> None:
    """Dataset toolbar: download as Parquet; new name and deletion for whoever may change it."""
    with st.container(horizontal=True):
        place = store().datasets.files.place(dataset.sha256)
        st.download_button(
            tr("Download"),
            place.read_bytes,
            file_name=safe_name(f"{dataset.name}.parquet"),
            mime="application/vnd.apache.parquet",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            disabled=not place.is_file(),
            help=tr("All rows, as a Parquet file."),
        )
        if not may_change(dataset.created_by):
            return
        with st.popover(tr("Rename"), icon=":material/edit:", type="tertiary"):
            st.text_input(tr("New name"), dataset.name, max_chars=200, key=f"{dataset.id}:name")
            st.button(tr("Save the name"), on_click=attempt, args=(_rename, dataset.id), type="primary")
        if st.button(tr("Delete"), type="tertiary", icon=":material/delete:"):
            _confirm_deletion(dataset)


def _rename(dataset_id: str) -> None:
    store().datasets.rename(dataset_id, st.session_state[f"{dataset_id}:name"])


def _confirm_deletion(dataset: Dataset) -> None:
    runs = store().runs.list(limit=1000, dataset=dataset.id, kind=None)
    names = named([run_name(run) for run in runs])
    uses = [trn("{n} run learned from it: {names}", "{n} runs learned from it: {names}", len(runs), names=names)]
    lost = tr("Its {n} rows and the file that they came from are deleted.", n=count(dataset.rows))
    if runs:
        lost = tr("It cannot be deleted while runs need it. Delete those first.")
    confirm(
        Deletion(
            title=tr("Delete {name}?", name=plain(dataset.name)),
            lost=lost,
            uses=uses if runs else (),
            do=lambda: store().datasets.delete(dataset.id),
            then=lambda: doors.go("data"),
            is_possible=not runs,
        )
    )
