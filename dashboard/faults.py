"""Error messages on a page: a UserError's own sentence, or a number to quote for a bug."""

import logging
import secrets
from collections.abc import Callable

import streamlit as st

from core.errors import UserError
from dashboard.language.engine import said
from dashboard.language.plain import plain
from dashboard.language.words import tr

log = logging.getLogger(__name__)
_WAITING = "faults:waiting"


def show_error(error: UserError) -> None:
    """Draws the error's message, and below it the hint."""
    st.error(sentences(error.message, error.hint), icon=":material/error:")


def attempt(action: Callable[..., object], *given: object) -> None:
    """Button callback that runs the action; a UserError is shown when the page has been drawn again."""
    try:
        action(*given)
    except UserError as error:
        st.session_state[_WAITING] = error


def show_waiting_error() -> None:
    """Show the UserError of a button's callback, once."""
    if error := st.session_state.pop(_WAITING, None):
        show_error(error)


def sentences(message: str, hint: str = "") -> str:
    """Message and hint as escaped Markdown."""
    return f"{plain(said(message))}\n\n{plain(said(hint))}" if hint else plain(said(message))


def show_bug(error: Exception) -> bool:
    """Exception handler of Streamlit's scripts: shows and logs the error; True says that it has been shown."""
    if isinstance(error, UserError):
        show_error(error)
        return True
    number = secrets.token_hex(4)
    log.error("A page failed; bug number %s", number, exc_info=error)
    st.error(
        tr(
            "Something went wrong that should not. Your data and runs are safe. Please quote the number {number}.",
            number=number,
        ),
        icon=":material/bug_report:",
    )
    return True
