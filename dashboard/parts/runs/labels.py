"""Star, name and note of a run, as a person gives them."""

import streamlit as st

from dashboard.access.store import may_change, store
from dashboard.faults import attempt
from dashboard.language.plain import plain
from dashboard.language.words import tr
from storage import Run

LONGEST_NAME, LONGEST_NOTE = 120, 1000


def labels(run: Run) -> None:
    """The note, and buttons for the star, the name and the note where the actor may change them."""
    if run.note:
        st.markdown(f":material/sticky_note_2: {plain(run.note)}")
    if not may_change(run.created_by):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            tr("Take the star away") if run.is_starred else tr("Give it a star"),
            icon=":material/star:" if run.is_starred else ":material/star_outline:",
            type="tertiary",
            on_click=attempt,
            args=(store().runs.star, run.id, not run.is_starred),
        )
        if st.button(tr("Name and note"), icon=":material/edit:", type="tertiary"):
            _edit(run)


def _edit(run: Run) -> None:
    st.dialog(tr("Name and note"))(_fields)(run)


def _fields(run: Run) -> None:
    with st.form(f"labels-{run.id}", border=False):
        name = st.text_input(tr("Name"), run.name, max_chars=max(LONGEST_NAME, len(run.name)))
        note = st.text_area(
            tr("Note"), run.note, max_chars=LONGEST_NOTE, placeholder=tr("What was tried, and what came of it")
        )
        if st.form_submit_button(tr("Keep"), type="primary"):
            if (given := " ".join(name.split())) and given != run.name:
                store().runs.rename(run.id, given)
            if note.strip() != run.note:
                store().runs.note(run.id, note.strip())
            st.rerun()
