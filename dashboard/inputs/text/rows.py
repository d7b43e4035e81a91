"""Rows of texts on the screen: a text is a cell of a table."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.config import RunConfig
from dashboard.cached.known import head_of
from dashboard.language.formats import count
from dashboard.language.plain import plain
from dashboard.language.words import tr
from dashboard.parts.heading import section
from dashboard.tables import cut, fitted
from storage import Dataset

MOST_SHOWN = 2_000
LONG, LONG_HEIGHT = 1_500, 300
"""Characters from which a text scrolls, and how high it then is."""
MOST_READ = 20_000
"""Characters of one text that are shown where it is read in full."""
ROW_HEIGHT = None
"""Row height of a table, None for that of a line."""
DECIDING_HEIGHT = 88
"""Row height of a table in which rows are decided on: four lines of text."""
HAS_WORDS = True
"""Whether words can be searched, and counted."""
HIDDEN = frozenset({"Columns"})
"""Titles of views that do not apply to texts."""


def title() -> str:
    """Title of a column of texts."""
    return tr("Text")


def cells(_dataset_id: str, inputs: Sequence[str]) -> list[str]:
    """Table cells: the texts."""
    return list(inputs)


def named(cell_text: str) -> str:
    """Name of a row in a list: the text."""
    return cell_text


def cell(width: Any = "large") -> Any:
    """Column configuration of such cells."""
    return st.column_config.TextColumn(width=width)


def whole(_dataset_id: str, cell_text: str) -> None:
    """One text, uncut up to some pages; a long one scrolls."""
    with st.container(border=True, height=LONG_HEIGHT if len(cell_text) > LONG else "content"):
        st.markdown(plain(cell_text[:MOST_READ]))
    if len(cell_text) > MOST_READ:
        st.caption(tr("The first {some} of {all} characters.", some=count(MOST_READ), all=count(len(cell_text))))


def rows(frame: pd.DataFrame, dataset_id: str, config: dict[str, Any], alt: str, **how: Any) -> None:
    """Table of rows whose first column is the text; a click on a cell opens its row with the text uncut."""
    shown = frame.head(MOST_SHOWN)
    if "height" in how:
        how["height"] = fitted(len(shown), how["height"])
    st.caption(tr("Click a line to read it in full."))
    chosen: Any = st.dataframe(
        cut(shown),
        hide_index=True,
        column_config={frame.columns[0]: cell(), **config},
        alt=alt,
        on_select="rerun",
        selection_mode="single-cell",
        **how,
    )
    opened, asked = f"in-full:{alt}", next((row for row, _ in chosen.selection.cells if row < len(shown)), None)
    if asked is not None and st.session_state.get(opened) != asked:
        st.dialog(tr("The row in full"), width="medium")(_in_full)(dataset_id, shown.iloc[asked])
    st.session_state[opened] = asked


def _in_full(dataset_id: str, row: "pd.Series[Any]") -> None:
    """One row: its text uncut, and below it the words in the other columns."""
    whole(dataset_id, str(row.iloc[0]))
    words = [(name, value) for name, value in row.iloc[1:].items() if isinstance(value, str)]
    st.caption(" · ".join(f"{plain(name)}: {plain(value[:LONG])}" for name, value in words))


def first_rows(dataset: Dataset, _column: str | None, _target: str | None) -> None:
    """The first rows, as they are."""
    section(tr("The first rows"))
    head = head_of(dataset.id)
    st.dataframe(
        cut(head), hide_index=True, height=fitted(len(head), 380), alt=tr("The first rows of {name}", name=dataset.name)
    )


def examples(_config: RunConfig, _positions: Sequence[int]) -> None:
    """Draws nothing: a finding's sentence quotes its rows already."""
