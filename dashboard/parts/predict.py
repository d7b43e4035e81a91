"""The parts of the predict page: one text and its answer, and a file with a download."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import streamlit as st

from core.data import read_apart
from core.errors import UserError
from core.scenarios import SCENARIOS
from core.tasks import input_column
from dashboard.answers import room
from dashboard.arrivals import KINDS, max_mb
from dashboard.ask import BATCH, ask, ask_in_batches
from dashboard.downloads import offer
from dashboard.faults import show_error
from dashboard.formats import count
from dashboard.memory import store
from dashboard.parts.explain import why
from dashboard.plain import plain, shortened
from dashboard.uploads import reading
from dashboard.words import tr
from storage import Run

LONGEST = 20_000


def one_text(run: Run) -> None:
    """A text, the answer in the rows' own words, and how far it can be relied on."""
    asked, answered = st.columns(2, gap="large")
    key = f"text-{run.id}"
    with asked:
        _examples(run, key)
        text = _text(key)
    with answered:
        if text.strip():
            replies = _answer(run, text)
        else:
            replies = None
            st.caption(tr("The answer appears here."))
    if replies is not None:
        why(run, text, replies)


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


def _answer(run: Run, text: str) -> Any:
    """The replies to one text, shown; None where there are none."""
    try:
        with st.spinner(tr("Asking the model; the first time it is loaded…")):
            replies = _asked(run.id, text, run.decision.model_dump_json() if run.decision else "")
    except UserError as error:
        show_error(error)
        return None
    room(replies.kind, "predict").said(run, replies)
    return replies


@st.cache_data(show_spinner=False, max_entries=200, ttl="1h")
def _asked(run_id: str, text: str, decision: str) -> Any:  # noqa: ARG001  # another decision answers otherwise
    column = input_column(store().runs.get(run_id).config)
    return ask(store().predictor(), run_id, [{column: text}])


def a_file(run: Run) -> None:
    """A file of rows, an answer for each, and a table to take away."""
    upload = st.file_uploader(
        tr("CSV, TSV, JSON, JSONL, Parquet or Excel, up to {n} MB", n=max_mb(store())),
        type=KINDS,
        max_upload_size=max_mb(store()),
        key=f"predict-file-{run.id}",
    )
    if upload is None:
        return
    try:
        frame = _rows(upload.file_id, upload)
    except UserError as error:
        show_error(error)
        return
    columns = list(frame.columns)
    usual = input_column(run.config)
    text = st.selectbox(
        tr("Which column holds the text?"), columns, index=columns.index(usual) if usual in columns else 0
    )
    key = f"answers:{run.id}:{upload.file_id}:{text}:{hash(run.decision)}"
    if st.button(tr("Answer {n} rows", n=count(len(frame))), type="primary", icon=":material/play_arrow:"):
        st.session_state[key] = _answer_all(run, frame, text)
    if (answered := st.session_state.get(key)) is not None:
        _hand_over(run, answered)


@st.cache_data(show_spinner=False, max_entries=4)
def _rows(file_id: str, _upload: Any) -> pd.DataFrame:  # noqa: ARG001  # it is the key
    """The rows of an uploaded file; read once."""
    with reading(), TemporaryDirectory(prefix="tuneboard-") as folder:  # nothing of it is kept
        path = Path(folder) / "upload"
        path.write_bytes(_upload.getvalue())
        return read_apart(path, _upload.name).frame


def _answer_all(run: Run, frame: pd.DataFrame, text: str) -> pd.DataFrame | None:
    column, texts = input_column(run.config), frame[text].fillna("").astype(str).tolist()
    bar = st.progress(0.0, text=tr("Asking the model…"))
    parts: list[Any] = []
    try:
        for replies in ask_in_batches(store().predictor(), run.id, [{column: one} for one in texts]):
            parts.append(replies)
            done = min(len(texts), len(parts) * BATCH)
            bar.progress(done / len(texts), text=tr("{n} of {rows} rows", n=count(done), rows=count(len(texts))))
    except UserError as error:
        show_error(error)
        return None
    finally:
        bar.empty()
    return with_answers(frame, parts)


def with_answers(frame: pd.DataFrame, parts: Sequence[Any]) -> pd.DataFrame:
    """The rows with their answers beside them."""
    answered: pd.DataFrame = room(parts[0].kind, "predict").beside(frame, parts)
    return answered


def _hand_over(run: Run, answered: pd.DataFrame) -> None:
    st.dataframe(answered.head(1000), hide_index=True, height=380, alt=tr("The rows with their answers"))
    offer(answered, f"answers-{run.id}", key=f"answers-{run.id}")
