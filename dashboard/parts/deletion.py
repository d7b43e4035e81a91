"""Confirmation dialog of a deletion: what it is about, what uses it, what is lost, and a way back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.access.store import store
from dashboard.faults import attempt
from dashboard.language.plain import middle, plain
from dashboard.language.words import listed, tr, trn, word
from dashboard.sentences.run_name import run_name
from storage import Run

MOST_NAMED = 5


@dataclass(frozen=True)
class Deletion:
    """A deletion to confirm: its title, what would be lost, what uses it (all safe Markdown), and how it is done."""

    title: str
    lost: str
    do: Callable[[], object]
    uses: Sequence[str] = ()
    then: Callable[[], object] = st.rerun
    verb: str = word("Delete")
    is_possible: bool = True
    can_be_undone: bool = False


def confirm(deletion: Deletion) -> None:
    """Open the dialog."""
    st.dialog(deletion.title)(_ask)(deletion)


def _ask(deletion: Deletion) -> None:
    st.markdown(deletion.lost)
    if deletion.uses:
        st.markdown("\n".join(f"- {use}" for use in deletion.uses))
    if deletion.is_possible and not deletion.can_be_undone:
        st.caption(tr("This cannot be undone."))
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(tr("Cancel"), key="deletion:cancel"):
            st.rerun()
        wanted = st.button(
            tr(deletion.verb),
            type="primary",
            key="deletion:go",
            disabled=not deletion.is_possible,
            on_click=attempt,
            args=(deletion.do,),
        )
    if wanted:
        deletion.then()


def uses_of(run: Run) -> list[str]:
    """What uses a run, a line each: links that show it, and runs that started from its model."""
    links = [one.title for one in store().shares.list() if run.id in one.run_ids and one.state == "open"]
    heirs = [run_name(one) for one in store().runs.started_from(run.id)]
    said = (
        trn(
            "{n} open link shows it, and goes on showing what was frozen: {names}",
            "{n} open links show it, and go on showing what was frozen: {names}",
            len(links),
            names=named(links),
        ),
        trn(
            "{n} run started from its model, and keeps what it learned: {names}",
            "{n} runs started from its model, and keep what they learned: {names}",
            len(heirs),
            names=named(heirs),
        ),
    )
    return [line for line, users in zip(said, (links, heirs), strict=True) if users]


def named(names: Sequence[str]) -> str:
    """The first names, bold and escaped; dots where there are more."""
    more = ["…"] if len(names) > MOST_NAMED else []
    return listed([*(f"**{plain(middle(name, 60))}**" for name in names[:MOST_NAMED]), *more])
