"""Idempotency keys: a double click sends the same key and starts one run; the next request has a new one."""

import secrets
from typing import Any

import streamlit as st


def request_id(action: str, *about: Any) -> str:
    """Idempotency key of an action in this session; other values in `about` make it another one."""
    key = f"request:{action}"
    kept = st.session_state.get(key)
    if kept is None or kept[0] != about:
        st.session_state[key] = kept = (about, secrets.token_hex(16))
    return str(kept[1])


def forget(action: str) -> None:
    """Drops the idempotency key of an action that is done: the same button pressed later is a new request."""
    st.session_state.pop(f"request:{action}", None)
