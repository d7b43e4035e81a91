"""One wish, one run: ids that stay the same while a person presses a button twice, and change with the next wish."""

import secrets
from typing import Any

import streamlit as st


def request_id(wish: str, *about: Any) -> str:
    """The id of this wish in this session. `about` are the values that make it another wish."""
    key = f"request:{wish}"
    kept = st.session_state.get(key)
    if kept is None or kept[0] != about:
        st.session_state[key] = kept = (about, secrets.token_hex(16))
    return str(kept[1])


def forget(wish: str) -> None:
    """The wish was granted and seen; the same button pressed later is a new wish."""
    st.session_state.pop(f"request:{wish}", None)
