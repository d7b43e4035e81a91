"""Changed rows between two runs: fixed and broken; searchable, selectable, downloadable."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core.comparison import ChangedRow
from core.data.labels.order import in_order
from dashboard import charts, downloads
from dashboard.answers.changed_search import search
from dashboard.cached.comparable import Comparable
from dashboard.cached.compared import RankedComparison, aligned_of, changed_of
from dashboard.cached.known import inputs_by_row
from dashboard.charts import pick
from dashboard.inputs import room_of
from dashboard.language.formats import count
from dashboard.language.words import tr, word
from dashboard.parts.compare.two import two_of

KINDS = {"all": word("All"), "fixed": word("Fixed"), "broken": word("Broken")}


def changed_rows(chosen: RankedComparison) -> None:
    """What one gets right that the other gets wrong, and the other way round."""
    keys, safe = chosen.keys, chosen.safe
    before, after = two_of(chosen.found, chosen.names, "compare")
    rows = changed_of(keys, before.key, after.key)
    if not rows:
        st.info(tr("The two get exactly the same rows right."), icon=":material/info:")
        return
    fixed = sum(row.kind == "fixed" for row in rows)
    _counts(fixed, len(rows) - fixed, aligned_of(keys).rows, safe[before.key], safe[after.key])
    picked = _clicked(rows, before.key, after.key)
    room = room_of(after.run.config, "rows")
    asked = search(KINDS, room_of(after.run.config, "words").search_hint())
    frame = frame_of(rows, after)
    searched = frame if room.HAS_WORDS else frame.iloc[:, 1:]
    shown = frame[_wanted(searched, rows, asked, picked)]
    if picked:
        st.caption(tr("Only the bar you clicked. Click it again for all rows."))
    room.rows(
        shown.drop(columns=tr("Row id")),
        after.run.dataset_id,
        {
            tr("Confidence"): st.column_config.ProgressColumn(
                min_value=0, max_value=1, step=0.001, format="percent", width=110
            )
        },
        alt=tr("Rows that one run got right and the other wrong"),
        height=440,
    )
    st.caption(
        tr(
            "{n} rows. Confidence: what the run after gives its own answer. A broken row of which it is very sure may "
            "be labelled wrong: look at it first.",
            n=count(len(shown)),
        )
    )
    downloads.offer(shown, tr("changed rows"), key="compare-changed")


def _counts(fixed: int, broken: int, rows: int, before: str, after: str) -> None:
    with st.grid(3, min_column_width=160):
        st.metric(
            tr("Fixed"),
            count(fixed),
            border=True,
            help=tr("Rows that {before} got wrong and {after} gets right.", before=before, after=after),
        )
        st.metric(
            tr("Broken"),
            count(broken),
            border=True,
            help=tr("Rows that {before} got right and {after} gets wrong.", before=before, after=after),
        )
        st.metric(tr("Both alike"), count(rows - fixed - broken), border=True, help=tr("Both right, or both wrong."))


def _clicked(rows: Sequence[ChangedRow], before: str, after: str) -> set[tuple[str, str]]:
    """The bars of the chart that are clicked, as (kind, class)."""
    labels = in_order({row.target for row in rows})
    place = {label: i for i, label in enumerate(labels)}
    fixed, broken = np.zeros(len(labels), int), np.zeros(len(labels), int)
    for row in rows:
        (fixed if row.kind == "fixed" else broken)[place[row.target]] += 1
    marks = pick(charts.changed_by_class(labels, fixed, broken), key=f"changed-{before}-{after}")
    return {(mark[0], mark[1]) for mark in marks if mark}


def frame_of(rows: Sequence[ChangedRow], after: Comparable) -> pd.DataFrame:
    """The changed rows as a table: text, what happened, true class, both answers, how sure, row id."""
    run = after.run
    texts = inputs_by_row(run.dataset_id, run.config)
    return pd.DataFrame(
        {
            room_of(run.config, "rows").title(): [texts.get(row.row_id, "–") for row in rows],
            tr("What happened"): [tr(KINDS[row.kind]) for row in rows],
            tr("True class"): [row.target for row in rows],
            tr("Before"): [row.before for row in rows],
            tr("After"): [row.after for row in rows],
            tr("Confidence"): [round(row.sure, 4) for row in rows],
            tr("Row id"): [row.row_id for row in rows],
        }
    )


def _wanted(
    frame: pd.DataFrame, rows: Sequence[ChangedRow], asked: tuple[str, str], picked: set[tuple[str, str]]
) -> np.ndarray:
    """Which rows answer the search, the kind and the clicked bars, shape (rows,)."""
    words, kind = asked
    wanted = np.array([kind in ("all", row.kind) and (not picked or (row.kind, row.target) in picked) for row in rows])
    if words:
        unsearched = {tr("What happened"), tr("Confidence"), tr("Row id")}
        columns = [frame[name] for name in frame.columns if name not in unsearched]
        hits = [column.astype(str).str.casefold().str.contains(words, regex=False).to_numpy() for column in columns]
        wanted &= np.any(hits, axis=0)
    return wanted
