"""Rows of pictures on the screen: a thumbnail in a table's cell, or a gallery with what is said of each below it."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.config import RunConfig
from core.inputs.picture.columns import picture_columns
from core.tasks import input_columns
from dashboard.cached.known import frame_of, head_of
from dashboard.inputs.picture.gallery import Tile, gallery
from dashboard.inputs.picture.thumbnails import thumbnails
from dashboard.language.formats import amount, count, share
from dashboard.language.words import tr
from dashboard.parts.heading import section
from dashboard.tables import cut, fitted
from storage import Dataset

MOST_SHOWN = 200
"""Rows of a table, each with its thumbnail."""
AT_ONCE = 48
FIRST = 24
PLACE = "\0place"
"""Name of a temporary column, which no file has."""
ROW_HEIGHT = DECIDING_HEIGHT = 72
HAS_WORDS = False
"""Whether words can be searched, and counted: a picture has none."""
HIDDEN = frozenset({"Words", "Columns"})
"""Titles of views that do not apply to pictures."""


def title() -> str:
    """Title of a column of pictures."""
    return tr("Picture")


def cells(dataset_id: str, inputs: Sequence[str]) -> list[str]:
    """Table cells: thumbnails as data URIs, "" for a picture that is gone."""
    return thumbnails(dataset_id, inputs)


def named(_reference: str) -> str:
    """Name of a row in a list, which cannot hold a thumbnail."""
    return tr("Picture")


def cell(_width: Any = "small") -> Any:
    """Column configuration of such cells."""
    return st.column_config.ImageColumn(width="small")


def whole(dataset_id: str, reference: str) -> None:
    """One picture."""
    gallery([Tile(thumbnails(dataset_id, [reference])[0])])


def rows(frame: pd.DataFrame, dataset_id: str, config: dict[str, Any], alt: str, key: str = "", **_how: Any) -> None:
    """Gallery of rows whose first column is the picture; the other columns stand below each."""
    key = f"gallery:{key or alt}:{dataset_id}"
    shown = st.session_state.get(key, AT_ONCE)
    some = frame.head(shown)
    lines = [tuple(_line(name, value, config) for name, value in row.items()) for _, row in some.iloc[:, 1:].iterrows()]
    found = thumbnails(dataset_id, some.iloc[:, 0])
    gallery([Tile(one, line) for one, line in zip(found, lines, strict=True)])
    if len(frame) > shown:
        st.caption(tr("{n} of {rows} are shown.", n=count(shown), rows=count(len(frame))))
        if st.button(tr("Show more"), icon=":material/expand_more:", key=f"more:{key}"):
            st.session_state[key] = shown + AT_ONCE
            st.rerun()


def _line(name: object, value: object, config: dict[str, Any]) -> str:
    kind = (config.get(str(name)) or {}).get("type_config", {})
    if isinstance(value, float):
        return f"{name}: {share(value, 0) if kind.get('format') == 'percent' else amount(value)}"
    return f"{name}: {value}"


def first_rows(dataset: Dataset, column: str | None, target: str | None) -> None:
    """Pictures of every class with their answers, and the table behind them."""
    head = head_of(dataset.id)
    pictures = picture_columns(head)
    column = column if column in pictures else next(iter(pictures), None)
    section(tr("Some of the pictures"))
    if column is not None:
        some = of_each_class(dataset.id, column, None if target in pictures else target, FIRST)
        found = thumbnails(dataset.id, some[column])
        said = [(str(one),) for one in some[target]] if target in some else [()] * len(some)
        gallery([Tile(one, lines) for one, lines in zip(found, said, strict=True)])
    with st.expander(tr("Every column"), icon=":material/table_rows:"):
        shown = cut(head).assign(**{name: thumbnails(dataset.id, head[name].fillna("")) for name in pictures})
        st.dataframe(
            shown,
            hide_index=True,
            height=fitted(len(shown), 380, ROW_HEIGHT),
            row_height=ROW_HEIGHT,
            column_config={name: cell() for name in pictures},
            alt=tr("The first rows of {name}", name=dataset.name),
        )


@st.cache_data(show_spinner=False, max_entries=50)
def of_each_class(dataset_id: str, column: str, target: str | None, most: int) -> pd.DataFrame:
    """Stratified sample: the first rows of each class in turn, at most `most`; without classes, the first rows."""
    frame = frame_of(dataset_id)
    rows = frame[frame[column].notna()] if column in frame else frame.iloc[:0]
    if target is None or target not in rows or not len(rows):
        return rows.head(most)
    place = rows.groupby(target, dropna=False, sort=False).cumcount()
    return rows.assign(**{PLACE: place}).sort_values(PLACE, kind="stable").head(most).sort_values(target, kind="stable")


def examples(config: RunConfig, positions: Sequence[int]) -> None:
    """The pictures that a finding names, each with its answer."""
    dataset_id, (column,), target = config.dataset, input_columns(config), config.task.target
    frame = frame_of(dataset_id)
    if not positions or column not in frame:
        return
    some = frame.iloc[[place for place in positions if place < len(frame)]]
    answers = some[target].astype(str) if target in some else [""] * len(some)
    found = thumbnails(dataset_id, some[column].fillna(""))
    gallery([Tile(one, (said,)) for one, said in zip(found, answers, strict=True)], small=True)
