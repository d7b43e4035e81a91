"""Records on the screen: their values stand in columns beside what is said of them."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.config import RunConfig
from core.inputs.table.cells import opened
from dashboard.answers.columns import free
from dashboard.cached.known import frame_of, head_of
from dashboard.inputs.table.told import in_short, value
from dashboard.language.plain import plain
from dashboard.language.words import tr
from dashboard.parts.heading import section
from dashboard.tables import cut, fitted
from storage import Dataset

MOST_SHOWN = 2_000
ROW_HEIGHT = None
"""Row height of a table, None for that of a line."""
DECIDING_HEIGHT = 88
"""Row height of a table in which rows are decided on: four lines of text."""
HAS_WORDS = True
"""Whether words can be searched: in the values."""
HIDDEN = frozenset({"Words"})
"""Titles of views that do not apply to tables."""


def title() -> str:
    """Title of a column of records."""
    return tr("Record")


def cells(_dataset_id: str, inputs: Sequence[str]) -> list[str]:
    """Table cells: the values in one line."""
    return [in_short(one) for one in inputs]


def named(cell_text: str) -> str:
    """Name of a row in a list: its values in one line."""
    return in_short(cell_text)


def cell(width: Any = "large") -> Any:
    """Column configuration of such cells."""
    return st.column_config.TextColumn(width=width)


def whole(_dataset_id: str, cell_text: str) -> None:
    """One record, a line for each value."""
    values = [(name, value(one)) for name, one in opened(cell_text).items()] if cell_text.startswith("{") else []
    with st.container(border=True):
        st.markdown("\n".join(f"- {plain(name)}: {plain(one)}" for name, one in values) or "–")


def rows(frame: pd.DataFrame, _dataset_id: str, config: dict[str, Any], alt: str, **how: Any) -> None:
    """Table of rows whose first column is the record: its values stand in columns of their own, after the others."""
    shown = frame.head(MOST_SHOWN)
    spread = spread_out(shown)
    if "height" in how:
        how["height"] = fitted(len(shown), how["height"])
    st.dataframe(
        cut(spread),
        hide_index=True,
        column_config={name: one for name, one in config.items() if name in spread},
        alt=alt,
        **{name: one for name, one in how.items() if name != "key"},
    )


def spread_out(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with the values of the first column's records as columns at the end."""
    found = frame.iloc[:, 1:].reset_index(drop=True)
    records = [opened(one) if str(one).startswith("{") else {} for one in frame.iloc[:, 0]]
    for name in dict.fromkeys(name for record in records for name in record):
        found[free(name, found)] = [record.get(name) for record in records]
    return found


def first_rows(dataset: Dataset, _column: Any, _target: str | None) -> None:
    """The first rows, as they are."""
    section(tr("The first rows"))
    head = head_of(dataset.id)
    st.dataframe(
        cut(head), hide_index=True, height=fitted(len(head), 380), alt=tr("The first rows of {name}", name=dataset.name)
    )


def examples(config: RunConfig, positions: Sequence[int]) -> None:
    """The rows that a finding names, with the columns that are read."""
    frame = frame_of(config.dataset)
    some = frame.iloc[[place for place in positions if place < len(frame)]]
    if len(some):
        st.dataframe(cut(some), hide_index=True, height=fitted(len(some), 240), alt=tr("The rows that are meant"))
