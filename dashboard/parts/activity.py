"""Activity in the browser's tab: a word in its title while a run is at work and when it has ended; a notification."""

import html
from collections.abc import Mapping

import streamlit as st

from core.errors import NotFound
from dashboard.access.store import me, store
from dashboard.language.words import tr, word
from dashboard.parts.runs.status import STATES, is_active
from dashboard.sentences.run_name import run_name
from storage import Run

EVERY = "3s"
KNOWN, ENDED, ASKED, SAID = "activity:known", "activity:ended", "activity:asked", "activity:said"
AT_WORK = word("Running")


def watch(title: str) -> None:
    """Title of the tab, with a word for the actor's runs before the page's own; looks again while one is at work."""
    every = EVERY if _active() else None
    with st.container(key="activity"):
        st.fragment(_look, run_every=every, key="activity")(title)


def ask(run: Run) -> None:
    """Button that asks for a notification at the end of an active run. The browser asks whether it may."""
    if run.id in st.session_state.get(ASKED, ()):
        st.caption(f":material/notifications_active: {tr('You will be told when it ends, while this tab is open.')}")
        return
    with st.container(key="notify", width="content"):
        if st.button(tr("Tell me when it ends"), icon=":material/notifications:", type="tertiary"):
            st.session_state[ASKED] = {*st.session_state.get(ASKED, ()), run.id}
            st.rerun()


def _look(title: str) -> None:
    active = _active()
    ended = [_ended(run_id) for run_id in st.session_state.get(KNOWN, ()) if run_id not in active]
    st.session_state[KNOWN] = tuple(active)
    for run in filter(None, ended):
        st.session_state[ENDED] = tr(STATES[run.status][0]), title
        _note(run)
    _tell()
    words = [_word(active, title), title, "Tuneboard"]
    st.set_page_config(page_title=" · ".join(filter(None, words)))


def _word(active: Mapping[str, Run], title: str) -> str:
    """Running, while a run is; then how the last one ended, until another page is opened."""
    said, on_page = st.session_state.get(ENDED, ("", ""))
    if any(run.status == "running" for run in active.values()):
        return tr(AT_WORK)
    return str(said) if on_page == title else ""


def _active() -> dict[str, Run]:
    """Runs of the actor that are at work, and those that wait and whose end was asked for, by id."""
    runs, asked = store().runs, st.session_state.get(ASKED, ())
    working = [run for run in runs.list(limit=20, status="running", kind=None) if run.created_by == me().name]
    waiting = [run for run in runs.list(limit=20, status="queued") if run.id in asked] if asked else []
    return {run.id: run for run in (*working, *waiting)}


def _ended(run_id: str) -> Run | None:
    try:
        run = store().runs.get(run_id)
    except NotFound:
        return None
    return None if is_active(run) else run


def _note(run: Run) -> None:
    """Keeps what a notification about the run's end says, where one was asked for."""
    if run.id in st.session_state.get(ASKED, ()):
        said = tr("{name}: {state}", name=run_name(run), state=tr(STATES[run.status][0]))
        st.session_state[SAID] = {**st.session_state.get(SAID, {}), run.id: said}


def _tell() -> None:
    """Marks in the page, each of which makes one notification; they stay, so that no redrawing loses one."""
    for run_id, said in st.session_state.get(SAID, {}).items():
        st.html(f'<span data-run-ended="{html.escape(run_id)}">{html.escape(said)}</span>')
