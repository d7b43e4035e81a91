"""Choice of what each of a table's columns is read as."""

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.config import CellKind
from core.data import Suggestion
from core.inputs.table.cells import read
from core.inputs.table.kinds import kinds_suggested
from dashboard.cached.known import frame_of, head_of, suggestion_for
from dashboard.language.words import listed, tr, trn, word
from dashboard.tables import cut, fitted
from storage import Dataset

KINDS: dict[CellKind, str] = {
    "number": word("Number"),
    "class": word("Class"),
    "date": word("Date"),
    "yes_no": word("Yes or no"),
    "left_out": word("Left out"),
}
"""What a column is read as, in words."""
EXAMPLES = 3
ROWS_SHOWN = 480


def on_data(
    dataset: Dataset, asked: Mapping[str, CellKind] | None, _roles: Suggestion, target: str | None
) -> dict[str, CellKind] | None:
    """What each column is read as, as the rows suggest it, in a sentence; it is changed on the Train page."""
    if target is None:
        return None
    found = dict(asked) if asked and target not in asked else suggested(dataset.id, target)
    number = len(read(found))
    st.markdown(trn("{n} column is read", "{n} columns are read", number))
    st.caption(
        tr("{names}. What each is read as is chosen on the Train page.", names=listed(list(read(found))))
        if number
        else tr("No column but the answer could be read.")
    )
    return found if number else None


@st.cache_data(show_spinner=False, max_entries=50)
def suggested(dataset_id: str, target: str) -> dict[str, CellKind]:
    """What each column but the target is read as, as the rows suggest it."""
    return kinds_suggested(frame_of(dataset_id), suggestion_for(dataset_id), target)


def on_train(key: str, label: str, meaning: str, dataset: Dataset, target: str | None) -> None:
    """Table of the columns with what each is read as, to be changed; the value stands in the session at `key`."""
    chosen: dict[str, CellKind] = dict(st.session_state.get(key) or suggested(dataset.id, str(target)))
    base, written, before = f"{key}:base", f"{key}:written", f"{key}:target"
    last = st.session_state.get(before)
    if last in dataset.columns and last not in chosen:  # it was the target until now
        chosen[last] = suggested(dataset.id, str(target)).get(last, "left_out")
    st.session_state[before] = target
    if st.session_state.get(written) != chosen or base not in st.session_state:
        st.session_state[base] = chosen
    shown = [name for name in dataset.columns if name != target]
    st.markdown(f"{label}", help=meaning)
    edited = st.data_editor(
        _frame(dataset, shown, st.session_state[base]),
        hide_index=True,
        disabled=[tr("Column"), tr("Such as"), tr("Missing")],
        column_config={
            tr("Read as"): st.column_config.SelectboxColumn(
                options=[tr(one) for one in KINDS.values()], required=True, width=130
            )
        },
        height=fitted(len(shown), ROWS_SHOWN),
        key=f"{key}:{dataset.id}:{target}:{_mark(st.session_state[base])}",
        width="stretch",
    )
    kinds = {tr(words): kind for kind, words in KINDS.items()}
    found = {name: kinds[said] for name, said in zip(shown, edited[tr("Read as")], strict=True)}
    st.session_state[key] = st.session_state[written] = found


def _frame(dataset: Dataset, shown: list[str], kinds: Mapping[str, CellKind]) -> pd.DataFrame:
    head = head_of(dataset.id)
    return cut(
        pd.DataFrame(
            {
                tr("Column"): shown,
                tr("Read as"): [tr(KINDS[kinds.get(name, "left_out")]) for name in shown],
                tr("Such as"): [_examples(head[name]) if name in head else "" for name in shown],
                tr("Missing"): [f"{missing(dataset.id)[name]:.0%}" for name in shown],
            }
        )
    )


@st.cache_data(show_spinner=False, max_entries=50)
def missing(dataset_id: str) -> dict[str, float]:
    """Share of missing cells of each column."""
    return {str(name): float(share) for name, share in frame_of(dataset_id).isna().mean().items()}


def _examples(column: "pd.Series[Any]") -> str:
    return " · ".join(map(str, column.dropna().unique()[:EXAMPLES]))


def _mark(kinds: Mapping[str, CellKind]) -> int:
    return hash(json.dumps(kinds, sort_keys=True))
