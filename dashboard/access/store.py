"""Store of this process, opened once, and used with the rights of the page's actor."""

import time

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.errors import Forbidden
from dashboard.access.setup import has_sign_in
from storage import Actor, Role, Store
from storage.accounts import sign_in_id
from storage.rights import RANK

_CACHED_ACTOR = "door:actor"


@st.cache_resource(show_spinner=False)
def house() -> Store:
    """Store of this installation with all rights: for routes and the gate, never for a page."""
    return Store.open()


def store() -> Store:
    """Store of this installation with the rights of the page's actor: datasets, runs and workers.

    Raises Forbidden for nobody, and for somebody who may not be here any more.
    """
    return house().acting(_signed_in()) if has_sign_in() else house()


def me() -> Actor:
    """Actor: the person whose session draws the page."""
    return store().actor


def may(role: Role) -> bool:
    """Whether the actor's role is `role` or a higher one."""
    return RANK[me().role] >= RANK[role]


def may_change(made_by: str) -> bool:
    """Whether the actor may change what `made_by` made."""
    actor = me()
    return actor.role == "admin" or (RANK[actor.role] >= RANK["editor"] and actor.name == made_by)


def _signed_in() -> Actor:
    """Actor of Streamlit's session cookie, looked up anew each second.

    What she may do is not decided here: storage reads that in each transaction.
    """
    if get_script_run_ctx() is None:
        raise Forbidden("Nobody is signed in here.", "Only a page is used on somebody's behalf.")
    claims = st.user.to_dict()
    if not claims.get("is_logged_in") or not all(claims.get(name) for name in ("iss", "sub", "nonce")):
        raise Forbidden("You are not signed in.", "Load the page again.")
    sign_in = sign_in_id(str(claims["iss"]), str(claims["sub"]), str(claims["nonce"]))
    known: tuple[Actor, float] | None = st.session_state.get(_CACHED_ACTOR)
    if known is None or known[0].sign_in != sign_in or time.monotonic() > known[1] + 1:
        known = st.session_state[_CACHED_ACTOR] = house().accounts.actor(sign_in), time.monotonic()
    return known[0]
