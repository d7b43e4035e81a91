"""Predictions for records: one whose values are entered, or a file of them."""

from typing import Any

import pandas as pd
import streamlit as st

from core.config import CellKind, ReadsTable
from core.data import ReadOptions
from core.errors import UserError
from core.inputs.table.asked import asked_cells
from core.inputs.table.cells import READERS, cell_of, opened, read
from core.scenarios import SCENARIOS
from dashboard.cached.known import frame_of
from dashboard.faults import show_error
from dashboard.inputs.uploaded import answer_rows, as_wanted, file_for
from dashboard.language.plain import plain, shortened
from dashboard.language.words import listed, tr
from dashboard.predictor.answering import answer
from storage import Run

MOST_CHOICES = 200
"""Classes of a column that can be chosen; any other can be written."""


def titles() -> tuple[str, str]:
    """Titles of the two tabs: one row, and many."""
    return tr("One record"), tr("A file")


def one(run: Run) -> tuple[str, Any]:
    """A record and the replies to it, shown; None for the replies where there are none yet."""
    asked, answered = st.columns([3, 2], gap="large")
    with asked:
        cell = _record(run)
    with answered:
        if cell:
            return cell, answer(run, cell)
        st.caption(tr("The answer appears here."))
    return "", None


def _record(run: Run) -> str:
    """The record to ask about, once it has been sent; it begins as a usual one."""
    columns, key = _columns(run), f"record-{run.id}"
    _examples(run, key, columns)
    usual = usual_values(run.dataset_id, tuple(columns.items()))
    st.caption(
        tr(
            "It begins with what is usual in the rows. An empty field counts as missing, and a class that the model "
            "has not seen as none of those that it knows."
        )
    )
    with st.form(f"{key}:form", border=False):
        with st.grid(3, min_column_width=150, gap=("small", "medium"), vertical_alignment="bottom"):
            row = {name: _field(name, kind, usual[name], f"{key}:{name}") for name, kind in columns.items()}
        pressed = st.form_submit_button(tr("Ask the model"), type="primary", icon=":material/send:")
    sent = f"{key}:sent"
    if pressed:
        st.session_state[sent] = cell_of(row, columns)
        if not st.session_state[sent]:
            st.caption(tr("Enter at least one value."))
    return str(st.session_state.get(sent, ""))


def _examples(run: Run, key: str, columns: dict[str, CellKind]) -> None:
    """The scenario's try-it examples, one button each."""
    scenario = SCENARIOS.get(run.scenario or "")
    if scenario is None:
        return
    st.caption(tr("Try one of these:"))
    with st.container(horizontal=True, gap="xsmall"):
        for place, example in enumerate(scenario.examples):
            st.button(
                plain(shortened(example.answer, 30)),
                key=f"example-{run.id}-{place}",
                help=plain(example.note) if example.note else None,
                on_click=_fill,
                args=(key, columns, example.text),
            )


def _fill(key: str, columns: dict[str, CellKind], cell: str) -> None:
    for name, found in opened(cell).items():
        if name in columns:
            st.session_state[f"{key}:{name}"] = (found or "") if columns[name] == "date" else found
    st.session_state[f"{key}:sent"] = cell


def _field(name: str, kind: CellKind, usual: "UsualValues", key: str) -> Any:
    """Widget of one column; its value, None where it is missing. It begins with the usual value."""
    label = plain(name)
    held = st.session_state.setdefault(key, usual.values[0] if usual.values else None)
    if kind == "number":
        whole = usual.is_whole
        if held is not None and isinstance(held, int) != whole:
            st.session_state[key] = int(held) if whole else float(held)
        step, form = (1, "%d") if whole else (None, "%g")
        return st.number_input(label, value=None, step=step, format=form, key=key)
    if kind == "yes_no":
        said = {True: tr("Yes"), False: tr("No")}
        return st.selectbox(label, [True, False], index=None, format_func=lambda one: said[one], key=key)
    if kind == "date":
        st.session_state[key] = str(held or "")
        return st.text_input(label, key=key) or None
    return st.selectbox(label, usual.values, index=None, accept_new_options=True, placeholder=tr("Missing"), key=key)


class UsualValues:
    """Values of a column, the usual first: of classes all, of numbers and dates the middle one."""

    def __init__(self, values: list[Any], *, is_whole: bool = False) -> None:
        self.values, self.is_whole = values, is_whole


@st.cache_resource(show_spinner=False, max_entries=16)
def usual_values(dataset_id: str, columns: tuple[tuple[str, CellKind], ...]) -> dict[str, UsualValues]:
    """Usual values of each column of a dataset."""
    frame = frame_of(dataset_id)
    return {name: _usual(frame[name], kind) if name in frame else UsualValues([]) for name, kind in columns}


def _usual(column: "pd.Series[Any]", kind: CellKind) -> UsualValues:
    values = pd.Series([one for one in READERS[kind](column) if one is not None], dtype=object)
    if not len(values):
        return UsualValues([])
    if kind in ("class", "yes_no"):
        return UsualValues(list(values.value_counts().index[:MOST_CHOICES]))
    middle = sorted(values)[len(values) // 2]
    return UsualValues([middle], is_whole=all(isinstance(one, int) for one in values))


def _columns(run: Run) -> dict[str, CellKind]:
    settings = run.config.task
    assert isinstance(settings, ReadsTable)  # noqa: S101  # its task says that it reads tables
    return read(settings.columns)


def many(run: Run) -> None:
    """Batch prediction: a file of rows, an answer for each, and a table to download."""
    upload = file_for(run)
    if upload is None:
        return
    columns = _columns(run)
    try:
        table = as_wanted(upload, ReadOptions(names=tuple(columns)))
        found = asked_cells(table.frame, columns)
    except UserError as error:
        show_error(error)
        return
    if found.lacking:
        st.warning(
            tr("The file has no column {names}; it counts as missing.", names=plain(listed(found.lacking))),
            icon=":material/warning:",
        )
    answer_rows(run, upload.file_id, table, lambda: (found.cells, [not cell for cell in found.cells]))
