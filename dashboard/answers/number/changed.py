"""Changed rows: where one run is nearer to the target than another; searchable, downloadable."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.comparison import ChangedRow
from dashboard import charts, downloads
from dashboard.answers.changed_search import search
from dashboard.answers.number.table import column_format
from dashboard.cached.comparable import Comparable
from dashboard.cached.compared import RankedComparison, aligned_of, changed_of
from dashboard.cached.known import inputs_by_row
from dashboard.charts import show
from dashboard.inputs import room_of
from dashboard.language.formats import count
from dashboard.language.words import tr, word
from dashboard.parts.compare.two import two_of

KINDS = {"all": word("All"), "fixed": word("Nearer"), "broken": word("Further off")}


def changed_rows(chosen: RankedComparison) -> None:
    """By how much each row came nearer to the truth or went further from it."""
    before, after = two_of(chosen.found, chosen.names, "compare")
    rows = changed_of(chosen.keys, before.key, after.key)
    if not rows:
        st.info(tr("The two are equally far off on every row."), icon=":material/info:")
        return
    _counts(rows, aligned_of(chosen.keys).rows)
    show(charts.gains(np.array([row.gain for row in rows])), key=f"gains-{before.key}-{after.key}")
    room = room_of(after.run.config, "rows")
    words, kind = search(KINDS, tr("Words in the text") if room.HAS_WORDS else None)
    frame = frame_of(rows, after)
    shown = frame[_wanted(frame, rows, words, kind)]
    alt = tr("Rows on which one run is nearer to the truth than the other")
    room.rows(
        shown.drop(columns=tr("Row id")), after.run.dataset_id, _columns(frame), alt=alt, height=440, key="changed"
    )
    st.caption(
        tr(
            "{n} rows, the largest changes first. Nearer by: how much nearer to the truth the run after is; with a "
            "minus, how much further off.",
            n=count(len(shown)),
        )
    )
    downloads.offer(shown, tr("changed rows"), key="compare-changed")


def _counts(rows: Sequence[ChangedRow], every: int) -> None:
    nearer = sum(row.gain > 0 for row in rows)
    with st.grid(3, min_column_width=160):
        st.metric(tr("Nearer"), count(nearer), border=True, help=tr("Rows on which the run after is nearer."))
        st.metric(
            tr("Further off"),
            count(len(rows) - nearer),
            border=True,
            help=tr("Rows on which the run before is nearer."),
        )
        st.metric(tr("Both alike"), count(every - len(rows)), border=True, help=tr("Both are equally far off."))


def frame_of(rows: Sequence[ChangedRow], after: Comparable) -> pd.DataFrame:
    """The changed rows as a table, the largest changes first: text, true number, both answers, gain, row id."""
    texts = inputs_by_row(after.run.dataset_id, after.run.config)
    frame = pd.DataFrame(
        {
            room_of(after.run.config, "rows").title(): [texts.get(row.row_id, "–") for row in rows],
            tr("True number"): [float(row.target) for row in rows],
            tr("Before"): [float(row.before) for row in rows],
            tr("After"): [float(row.after) for row in rows],
            tr("Nearer by"): [row.gain for row in rows],
            tr("Row id"): [row.row_id for row in rows],
        }
    )
    return frame.iloc[np.argsort(-np.abs(frame[tr("Nearer by")].to_numpy()), kind="stable")]


def _wanted(frame: pd.DataFrame, rows: Sequence[ChangedRow], words: str, kind: str) -> np.ndarray:
    """Which lines of the table answer the search and the kind, (rows,)."""
    kinds = np.array([row.kind for row in rows])[frame.index]
    found = frame.iloc[:, 0].astype(str).str.casefold().str.contains(words, regex=False).to_numpy()
    return found & ((kinds == kind) | (kind == "all"))


def _columns(frame: pd.DataFrame) -> dict[str, Any]:
    _, *numbers, gain, _ = frame.columns
    shown: dict[str, Any] = {}
    for some in (numbers, [gain]):
        format_ = column_format(frame[some].to_numpy(float))
        shown |= {name: st.column_config.NumberColumn(format=format_, width=100) for name in some}
    return shown
