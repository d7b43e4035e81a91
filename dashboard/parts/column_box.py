"""Select box of a dataset's columns, the suggested one chosen, with why."""

from collections.abc import Sequence

import streamlit as st

from dashboard.language.engine import said
from dashboard.language.plain import plain
from dashboard.language.words import tr
from storage import Dataset


def column_box(
    dataset: Dataset, label: str, offered: Sequence[str], suggested: str | None, reason: str | None
) -> str | None:
    """Draws the box; gives the chosen column, None before one is."""
    index = offered.index(suggested) if suggested in offered else None
    chosen: str | None = st.selectbox(
        label, offered, index=index, placeholder=tr("Choose a column"), key=f"{dataset.id}:{label}"
    )
    if reason and chosen == suggested:
        st.caption(f":material/auto_awesome: {plain(said(reason))}")
    return chosen
