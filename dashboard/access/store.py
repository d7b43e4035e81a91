"""The store, opened once for the whole process, and used on behalf of whoever looks at the page."""

import time

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.errors import Forbidden
from dashboard.access.setup import has_sign_in
from storage import Actor, Role, Store
from storage.accounts import sign_in_id
from storage.rights import RANK

_KNOWN = "door:actor"


@st.cache_resource(show_spinner=False)
def house() -> Store:
    """The memory of this installation, used by this machine itself: for routes and the gate, never for a page."""
    return Store.open()


def store() -> Store:
    """The memory of this installation as whoever looks at the page may use it: datasets, runs and workers.

    Raises Forbidden for nobody, and for somebody who may not be here any more.
    """
    return house().acting(_present()) if has_sign_in() else house()


def me() -> Actor:
    """Who looks at the page."""
    return store().actor


def may(role: Role) -> bool:
    """Whether whoever looks at the page may do what needs `role`."""
    return RANK[me().role] >= RANK[role]


def may_change(made_by: str) -> bool:
    """Whether whoever looks at the page may change what `made_by` made."""
    actor = me()
    return actor.role == "admin" or (RANK[actor.role] >= RANK["editor"] and actor.name == made_by)


def _present() -> Actor:
    """Whom Streamlit's own cookie stands for, looked up anew each second.

    What she may do is not decided here: storage reads that in each transaction.
    """
    if get_script_run_ctx() is None:
        raise Forbidden("Nobody is signed in here.", "Only a page is used on somebody's behalf.")
    said = st.user.to_dict()
    if not said.get("is_logged_in") or not all(said.get(name) for name in ("iss", "sub", "nonce")):
        raise Forbidden("You are not signed in.", "Load the page again.")
    sign_in = sign_in_id(str(said["iss"]), str(said["sub"]), str(said["nonce"]))
    known: tuple[Actor, float] | None = st.session_state.get(_KNOWN)
    if known is None or known[0].sign_in != sign_in or time.monotonic() > known[1] + 1:
        known = st.session_state[_KNOWN] = house().accounts.actor(sign_in), time.monotonic()
    return known[0]
