"""Runs whose record cannot be read: why, and a button to delete them. They keep no page from being drawn."""

import streamlit as st

from dashboard import doors
from dashboard.access.store import may, may_change, store
from dashboard.faults import sentences
from dashboard.language.engine import said
from dashboard.language.plain import plain, shortened
from dashboard.language.words import tr, trn
from dashboard.parts.runs.status import badge, when
from storage import Run


def finished_runs() -> list[Run]:
    """Succeeded runs, newest first. Those that cannot be read are listed on the page, with the reason."""
    found = store().runs.list(limit=200, status="succeeded", and_unreadable=True)
    if broken := [run for run in found if run.unreadable]:
        title = trn("{n} run cannot be read", "{n} runs cannot be read", len(broken))
        with st.expander(title, icon=":material/broken_image:", key="unreadable"):
            for run in broken:
                line(run)
    return [run for run in found if not run.unreadable]


def line(run: Run) -> None:
    """List entry of an unreadable run: its name, why, and a button to delete it."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"unreadable-{run.id}"):
        doors.link("runs", f"**{plain(shortened(run.name, 60))}**", run=run.id)
        st.caption(plain(said(run.unreadable)), width="content")
        delete_button(run)


def detail(run: Run) -> None:
    """Detail view of an unreadable run."""
    with st.container(horizontal=True, vertical_alignment="center"):
        badge(run)
        parts = [run.dataset_name, when(run), run.created_by]
        st.caption(" · ".join(plain(part) for part in parts if part), width="content")
    st.error(
        sentences(run.unreadable, tr("Its files are as they were. Update Tuneboard and look again, or delete it.")),
        icon=":material/broken_image:",
    )
    delete_button(run)


def delete_button(run: Run) -> None:
    """Button that deletes the run after a confirmation, shown where the actor may delete it."""
    is_allowed = may("editor") and may_change(run.created_by)
    if is_allowed and st.button(
        tr("Delete"), type="tertiary", icon=":material/delete:", key=f"unreadable-delete-{run.id}"
    ):
        confirm_deletion(run)


@st.dialog(" ")
def confirm_deletion(run: Run) -> None:
    """Confirmation dialog of a deletion."""
    st.markdown(
        tr("Delete **{name}**, its model and its predictions? This cannot be undone.", name=plain(run.name)),
    )
    if st.button(tr("Delete"), type="primary"):
        store().runs.delete(run.id)
        doors.go("runs")
