"""The parts of the predict page: one text with its probabilities, and a file with a download."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.data import read_apart
from core.errors import UserError
from core.scenarios import SCENARIOS
from core.tasks import input_column
from dashboard.arrivals import KINDS, max_mb
from dashboard.ask import BATCH, Answers, ask, ask_in_batches
from dashboard.charts import probabilities, show
from dashboard.downloads import offer
from dashboard.faults import show_error
from dashboard.formats import count, share
from dashboard.memory import store
from dashboard.parts.explain import why
from dashboard.plain import plain, shortened
from dashboard.uploads import reading
from dashboard.words import tr
from storage import Run

LONGEST = 20_000


def one_text(run: Run) -> None:
    """A text, the answer in the classes' own words, and how sure the model is."""
    asked, answered = st.columns(2, gap="large")
    key = f"text-{run.id}"
    with asked:
        _examples(run, key)
        text = st.text_area(tr("Text"), key=key, height=170, max_chars=LONGEST, placeholder=tr("Write or paste a text"))
        pressed = st.button(tr("Ask the model"), type="primary", icon=":material/send:", disabled=not text.strip())
    with answered:
        if text.strip() and (pressed or st.session_state.get(f"{key}:asked") == text):
            st.session_state[f"{key}:asked"] = text
            answers = _answer(run, text)
        else:
            answers = None
            st.caption(tr("The answer appears here."))
    if answers is not None:
        why(run, text, answers)


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
    st.session_state[f"{key}:asked"] = text


def _answer(run: Run, text: str) -> Answers | None:
    try:
        with st.spinner(tr("Asking the model; the first time it is loaded…")):
            answers = _asked(run.id, text, run.decision.model_dump_json() if run.decision else "")
    except UserError as error:
        show_error(error)
        return None
    _say(answers)
    if any(answers.cut):
        st.caption(tr("The text is longer than this model reads: its end had no say."))
    show(probabilities(answers.labels, answers.scores[0]), key=f"probabilities-{run.id}")
    return answers


def _say(answers: Answers) -> None:
    """The answer, or that a person should look, and how sure the model is."""
    said, best = answers.answers[0], int(np.argmax(answers.scores[0]))
    if said is None:
        st.caption(tr("The model does not decide this"))
        st.header(f":material/person: {tr('For a person')}", anchor=False)
        st.caption(
            tr(
                "Its likeliest answer is {label} ({share}), which is not sure enough for the prices that were set.",
                label=plain(shortened(answers.labels[best], 60)),
                share=share(float(answers.scores[0][best])),
            )
        )
        return
    sure = share(float(answers.scores[0][answers.labels.index(said)]))
    st.caption(tr("The model answers"))
    st.header(plain(said), anchor=False)
    if said == answers.labels[best]:
        st.caption(tr("with a probability of {share}", share=sure))
    else:
        st.caption(
            tr("with a probability of {share}. Another class is likelier, but this answer is worth more.", share=sure)
        )


@st.cache_data(show_spinner=False, max_entries=200, ttl="1h")
def _asked(run_id: str, text: str, decision: str) -> Answers:  # noqa: ARG001  # another decision answers otherwise
    return ask(store().predictor(), store().runs.get(run_id), [text])


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
    texts = frame[text].fillna("").astype(str).tolist()
    bar = st.progress(0.0, text=tr("Asking the model…"))
    parts: list[Answers] = []
    try:
        for answers in ask_in_batches(store().predictor(), run, texts):
            parts.append(answers)
            done = min(len(texts), len(parts) * BATCH)
            bar.progress(done / len(texts), text=tr("{n} of {rows} rows", n=count(done), rows=count(len(texts))))
    except UserError as error:
        show_error(error)
        return None
    finally:
        bar.empty()
    return with_answers(frame, parts)


def with_answers(frame: pd.DataFrame, parts: list[Answers]) -> pd.DataFrame:
    """The rows with the answer, how sure it is, and each class's probability beside them."""
    labels = parts[0].labels
    scores = np.concatenate([part.scores for part in parts])
    answered = frame.reset_index(drop=True).copy()
    said = [answer for part in parts for answer in part.answers]
    answered[_free(tr("answer"), answered)] = [tr("for a person") if answer is None else answer for answer in said]
    sure = [
        row.max() if answer is None else row[labels.index(answer)] for row, answer in zip(scores, said, strict=True)
    ]
    answered[_free(tr("probability"), answered)] = np.round(sure, 4)
    cut = [is_cut for part in parts for is_cut in part.cut]
    if any(cut):
        answered[_free(tr("end not read"), answered)] = cut
    for i, label in enumerate(labels):
        answered[_free(tr("p: {label}", label=label), answered)] = scores[:, i].round(4)
    return answered


def _free(name: str, frame: pd.DataFrame) -> str:
    """The name, or the name with as many underscores as make it new."""
    while name in frame.columns:
        name += "_"
    return name


def _hand_over(run: Run, answered: pd.DataFrame) -> None:
    st.dataframe(answered.head(1000), hide_index=True, height=380, alt=tr("The rows with their answers"))
    offer(answered, f"answers-{run.id}", key=f"answers-{run.id}")
