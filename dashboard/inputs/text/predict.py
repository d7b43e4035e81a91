"""Predictions for texts: one that is written, a scenario's examples, or a file of them."""

from typing import Any

import pandas as pd
import streamlit as st

from core.data import ReadOptions, suggest
from core.data.files.name_keys import same_name
from core.data.rows.values import cells
from core.errors import UserError
from core.scenarios import SCENARIOS
from core.tasks import input_columns, task_of
from dashboard.faults import show_error
from dashboard.inputs.uploaded import answer_rows, as_wanted, file_for
from dashboard.language.plain import plain, shortened
from dashboard.language.words import tr
from dashboard.predictor.answering import answer
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
    upload = file_for(run)
    if upload is None:
        return
    usual = input_columns(run.config)[0]
    try:
        table = as_wanted(upload, ReadOptions(names=(usual,)))
    except UserError as error:
        show_error(error)
        return
    frame = table.frame
    columns = [str(name) for name in frame.columns]
    likely = same_name(usual, columns) or suggest(frame).text
    text = st.selectbox(
        tr("Which column holds the text?"), columns, index=columns.index(likely) if likely in columns else 0
    )

    def asked() -> tuple[list[str], list[bool]]:
        texts = [cell or "" for cell in cells(frame[text])]
        return texts, task_of(run.config).inputs.is_blank(pd.Series(texts)).tolist()

    answer_rows(run, f"{upload.file_id}:{text}", table, asked)
