"""Filter of the changed rows: words to look for, and which rows."""

from collections.abc import Mapping

import streamlit as st

from dashboard.language.words import tr


def search(kinds: Mapping[str, str], hint: str | None) -> tuple[str, str]:
    """The words, in one case, and the kind of rows that are asked for; no field for words without a `hint`."""
    words = ""
    left, right = st.columns([2, 1], vertical_alignment="bottom") if hint else (None, st.container())
    if left is not None:
        words = left.text_input(tr("Search"), key="compare:search", placeholder=hint, icon=":material/search:")
    with right:
        kind = st.segmented_control(
            tr("Which rows"),
            list(kinds),
            format_func=lambda one: tr(kinds[one]),
            default="all",
            required=True,
            key="compare:kind",
        )
    return words.strip().casefold(), kind or "all"
