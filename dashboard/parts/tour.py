"""Tour of the first visit: three steps on Home, until it is ended; the browser remembers that in a cookie."""

import streamlit as st

from dashboard import doors
from dashboard.language.words import tr, word

STEP, DONE, COOKIE = "tour:step", "tour:done", "tuneboard_tour"
STEPS = (
    (
        word("Choose rows"),
        word(
            "Open an example with real rows, or bring a file of your own. What is wrong with it is said before "
            "anything is trained."
        ),
        "scenarios",
        word("Scenarios"),
    ),
    (
        word("Train a model"),
        word("Say what the answer is and press Start. You may close the page; the run goes on, and Runs shows it."),
        "runs",
        word("Runs"),
    ),
    (
        word("Read the verdict"),
        word(
            "A model is better than the baseline beside it, about the same, worse, or it is too early to tell. The "
            "glossary explains every term."
        ),
        "glossary",
        word("Glossary"),
    ),
)
"""Title, text, page and its name of each step."""


def tour() -> None:
    """The step that is reached, with the way on; nothing once the tour was ended."""
    if st.session_state.get(DONE) or st.context.cookies.get(COOKIE) == "done":
        return
    step = st.session_state.get(STEP, 0)
    title, text, page, name = STEPS[step]
    is_last = step == len(STEPS) - 1
    with st.container(border=True, key="tour", gap="small"):
        st.caption(tr("A short tour: {step} of {steps}", step=step + 1, steps=len(STEPS)))
        st.markdown(f"**{tr(title)}**")
        st.markdown(tr(text))
        with st.container(horizontal=True, vertical_alignment="center"):
            if is_last:
                _end(tr("Done"), "primary")
            else:
                st.button(tr("Next"), type="primary", key="tour-next", on_click=_go_on)
            doors.link(page, tr(name), icon=":material/arrow_forward:")
            if not is_last:
                _end(tr("Skip the tour"), "tertiary")


def _end(label: str, kind: str) -> None:
    with st.container(key="tour-end", width="content"):
        st.button(label, type=kind, on_click=_done)  # type: ignore[call-overload]


def _go_on() -> None:
    st.session_state[STEP] = st.session_state.get(STEP, 0) + 1


def _done() -> None:
    st.session_state[DONE] = True
