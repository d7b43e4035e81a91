"""Faithfulness of an explanation: its completeness error, and a deletion test of the parts it names."""

from dataclasses import dataclass

import streamlit as st

from core.explanations import Reason
from dashboard.answers import room
from dashboard.language.formats import share
from dashboard.language.words import tr
from storage import Run


@dataclass(frozen=True)
class Words:
    """Wording for the parts of one kind of input: the words of a text, the places on a picture."""

    adding_up: str
    """Meaning of the completeness error."""
    too_small: str
    """Reason why the deletion test was not possible."""
    without_top: str
    asked: str
    """Tooltip of the deletion test; takes {share}."""
    without_random: str
    """Takes {share}."""
    matter: str
    do_not: str


def trust(run: Run, found: Reason, words: Words) -> None:
    """Both tests of an explanation's faithfulness, in figures and a sentence."""
    st.markdown(f"**{tr('Can this be believed?')}**")
    st.metric(tr("Left unexplained"), share(found.error), help=words.adding_up, border=True)
    if found.check is None:
        st.caption(words.too_small)
        return
    say = room(found.kind, "explain")
    st.metric(
        words.without_top,
        say.shown(run, found.check.without_top),
        delta=say.moved(run, found.check, found),
        delta_color="off",
        help=words.asked.format(share=say.shown(run, found.value)),
        border=True,
    )
    judged = words.matter if say.matters(found.check, found) else words.do_not
    st.caption(f"{words.without_random.format(share=say.shown(run, found.check.without_random))} {judged}")
