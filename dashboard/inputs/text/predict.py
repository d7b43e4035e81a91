"""Predictions for texts: one that is written, a scenario's examples, or a file of them."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import streamlit as st

from core.data import ReadOptions, Table, read_apart, suggest
from core.data.files.name_keys import same_name
from core.data.rows.values import cells
from core.errors import UserError
from core.scenarios import SCENARIOS
from core.tasks import input_column, task_of
from dashboard.access.store import store
from dashboard.access.uploads import reading
from dashboard.answers.columns import free
from dashboard.answers.summary import summarised
from dashboard.faults import sentences, show_error
from dashboard.intake.arrivals import KINDS, max_mb
from dashboard.language.formats import count
from dashboard.language.plain import plain, shortened
from dashboard.language.words import tr
from dashboard.parts.reading import reading_label, sheet_chosen
from dashboard.predictor.answering import answer, answer_all, hand_over, with_answers
from dashboard.predictor.ask import in_batches
from storage import Run

LONGEST = 20_000


def titles() -> tuple[str, str]:
    """Titles of the two tabs: one row, and many."""
    return tr("One text"), tr("A file")


def one(run: Run) -> tuple[str, Any]:
    """A text and the replies to it, shown; None for the replies where there are none yet."""
    asked, answered = st.columns(2, gap="large")
    key = f"text-{run.id}"
    with asked:
        _examples(run, key)
        text = _text(key)
    with answered:
        if text.strip():
            return text, answer(run, text)
        st.caption(tr("The answer appears here."))
    return text, None


def _text(key: str) -> str:
    """The text to ask about, once it has been sent."""
    with st.form(f"{key}:form", border=False):
        text = st.text_area(tr("Text"), key=key, height=170, max_chars=LONGEST, placeholder=tr("Write or paste a text"))
        pressed = st.form_submit_button(tr("Ask the model"), type="primary", icon=":material/send:")
    if pressed and not text.strip():
        st.caption(tr("Write a text first."))
    return text


def _examples(run: Run, key: str) -> None:
    """The scenario's try-it examples, one button each."""
    scenario = SCENARIOS.get(run.scenario or "")
    if scenario is None:
        return
    st.caption(tr("Try one of these:"))
    with st.container(horizontal=True, gap="xsmall"):
        for i, example in enumerate(scenario.examples):
            st.button(
                plain(shortened(example.answer, 30)),
                key=f"example-{run.id}-{i}",
                help=plain(shortened(example.text, 200)) + (f" ({plain(example.note)})" if example.note else ""),
                on_click=_fill,
                args=(key, example.text),
            )


def _fill(key: str, text: str) -> None:
    st.session_state[key] = text


def many(run: Run) -> None:
    """Batch prediction: a file of rows, an answer for each, and a table to download."""
    upload = st.file_uploader(
        tr("CSV, TSV, JSON, JSONL, Parquet or Excel, up to {n} MB", n=max_mb(store())),
        type=KINDS,
        max_upload_size=max_mb(store()),
        key=f"predict-file-{run.id}",
    )
    if upload is None:
        return
    usual = input_column(run.config)
    try:
        table = _as_wanted(upload, ReadOptions(names=(usual,)))
    except UserError as error:
        show_error(error)
        return
    frame = table.frame
    columns = [str(name) for name in frame.columns]
    likely = same_name(usual, columns) or suggest(frame).text
    text = st.selectbox(
        tr("Which column holds the text?"), columns, index=columns.index(likely) if likely in columns else 0
    )
    key = f"answers:{run.id}:{upload.file_id}:{text}:{table.options.flags()}:{hash(run.decision)}"
    if st.button(tr("Answer {n} rows", n=count(len(frame))), type="primary", icon=":material/play_arrow:"):
        texts = [cell or "" for cell in cells(frame[text])]
        parts = answer_all(run, in_batches(texts), len(texts))
        blank = task_of(run.config).inputs.is_blank(pd.Series(texts)).tolist()
        st.session_state[key] = (with_answers(_numbered(table), parts), summarised(parts, blank)) if parts else None
    if found := st.session_state.get(key):
        hand_over(run, *found)


def _as_wanted(upload: Any, options: ReadOptions) -> Table:
    """The rows of an uploaded file, with what was found in reading and the other ways to read it as choices."""
    ways = f"ways-{upload.file_id}"
    taken: ReadOptions | None = st.session_state.get(ways)
    table = _rows(upload.file_id, (taken or options).model_dump_json(), upload)
    for number, found in enumerate(table.findings):
        st.caption(f":material/info: {sentences(found.message, found.hint)}")
        for place, other in enumerate(() if found.sheets else found.readings):
            _way(reading_label(other, table.options), f"{ways}-{number}-{place}", ways, other)
    if (sheet := sheet_chosen(table.findings, f"{ways}-sheet")) is not None:
        _keep_way(ways, table.options.changed(sheet=sheet, skip_lines=None, header=None))
        st.rerun()
    if taken is not None:
        _way(tr("Read it as it was found"), f"{ways}-back", ways, None)
    return table


def _way(label: str, key: str, ways: str, options: ReadOptions | None) -> None:
    """Button that reads the file in another way."""
    icon = ":material/restart_alt:"
    st.button(label, key=key, type="tertiary", icon=icon, on_click=_keep_way, args=(ways, options))


def _keep_way(ways: str, options: ReadOptions | None) -> None:
    st.session_state[ways] = options


def _numbered(table: Table) -> pd.DataFrame:
    """The rows with the line of the file in which each begins before them."""
    frame = table.frame.copy()
    frame.insert(0, free(tr("line"), frame), table.lines)
    return frame


@st.cache_data(show_spinner=False, max_entries=4)
def _rows(file_id: str, options: str, _upload: Any) -> Table:  # noqa: ARG001  # it is the key
    """The rows of an uploaded file, blank lines between them too; read once a way."""
    with reading(), TemporaryDirectory(prefix="tuneboard-") as folder:  # nothing of it is kept
        path = Path(folder) / "upload"
        path.write_bytes(_upload.getvalue())
        return read_apart(path, _upload.name, ReadOptions.model_validate_json(options), numbered=True)
