"""Runs whose record cannot be read: why, and a button to delete them. They keep no page from being drawn."""

import streamlit as st

from dashboard import doors
from dashboard.access.store import may, may_change, store
from dashboard.faults import sentences
from dashboard.language.engine import said
from dashboard.language.plain import plain
from dashboard.language.words import tr, trn
from dashboard.parts.deletion import Deletion, confirm, uses_of
from dashboard.parts.runs.status import badge, when
from dashboard.sentences.run_name import run_name
from storage import Run


def finished_runs() -> list[Run]:
    """Succeeded runs, newest first, and starred ones however old. What cannot be read is listed, with the reason."""
    newest = store().runs.list(limit=200, status="succeeded", and_unreadable=True)
    starred = store().runs.list(limit=200, status="succeeded", starred=True)
    found = list({run.id: run for run in (*newest, *starred)}.values())
    if broken := [run for run in found if run.unreadable]:
        title = trn("{n} run cannot be read", "{n} runs cannot be read", len(broken))
        with st.expander(title, icon=":material/broken_image:", key="unreadable"):
            for run in broken:
                line(run)
    return [run for run in found if not run.unreadable]


def line(run: Run) -> None:
    """List entry of an unreadable run: its name, why, and a button to delete it."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"unreadable-{run.id}"):
        doors.link("runs", f"**{plain(run_name(run))}**", run=run.id)
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


def confirm_deletion(run: Run) -> None:
    """Confirmation dialog of a run's deletion."""
    confirm(
        Deletion(
            title=tr("Delete {name}?", name=plain(run_name(run, scored=False))),
            lost=tr("Its model, its predictions, its curves and its log are deleted. Its dataset stays."),
            uses=uses_of(run),
            do=lambda: store().runs.delete(run.id),
            then=lambda: doors.go("runs"),
        )
    )
