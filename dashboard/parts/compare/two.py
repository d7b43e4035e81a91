"""Select boxes for a pair of compared models: before and after."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard.cached.comparable import Comparable
from dashboard.language.plain import apart
from dashboard.language.words import tr


def two_of(found: Sequence[Comparable], names: Mapping[str, str], key: str) -> tuple[Comparable, Comparable]:
    """Two select boxes, before and after; at first the second best and the best."""
    left, right = st.columns(2)
    by_key = {one.key: one for one in found}
    keys = list(by_key)

    def box(label: str, start: int, side: str) -> str:
        where = f"{key}:{side}"
        if st.session_state.get(where) not in by_key:
            st.session_state[where] = keys[start]
        return st.selectbox(label, keys, format_func=apart(keys, names.__getitem__), key=where)

    with left:
        before = box(tr("Before"), 1, "before")
    with right:
        after = box(tr("After"), 0, "after")
    return by_key[before], by_key[after]
