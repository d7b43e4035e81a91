"""Session of the page's actor: checked, named in the sidebar, with a button to sign out."""

import streamlit as st

from core.errors import UserError
from dashboard.access.setup import has_sign_in
from dashboard.access.store import me
from dashboard.faults import show_error
from dashboard.language.plain import plain, shortened
from dashboard.language.words import tr
from dashboard.sentences.keys import ROLES


def let_in() -> None:
    """Session check: ends the script without a valid session; with one, names the actor in the sidebar."""
    if not has_sign_in():
        return
    try:
        actor = me()
    except UserError as error:
        show_error(error)
        st.link_button(tr("Sign in"), "/sign-in", type="primary")
        st.stop()
    with st.sidebar:
        st.caption(f"{plain(shortened(actor.name, 40))} · {tr(ROLES[actor.role])}")
        st.button(tr("Sign out"), icon=":material/logout:", type="tertiary", on_click=st.logout, key="sign-out")
