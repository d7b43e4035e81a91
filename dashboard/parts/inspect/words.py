"""Global word attributions: the words that matter most for a model's answers, over a sample of test rows."""

from typing import Any

import streamlit as st

from core.explanations import ModelWords
from core.explanations.orders import WordsOrder
from dashboard.answers import room
from dashboard.language.words import tr, word
from dashboard.parts.inspect.found import found_or_kept
from storage import Run

SAMPLES = {6: word("A quick look"), 12: word("A fair look"), 30: word("A thorough look")}


def words_of_model(run: Run) -> None:
    """Word attributions of each answer, averaged over a sample of test rows."""
    st.caption(
        tr(
            "Which words does this model go by? Some of the rows it never learned from are explained one by one, and "
            "each word's pushes are averaged."
        )
    )
    rows = st.segmented_control(
        tr("How many rows"),
        list(SAMPLES),
        default=12,
        required=True,
        format_func=lambda one: f"{tr(SAMPLES[one])} ({_room(run).sample(one)})",
        key=f"words-rows-{run.id}",
    )
    order = WordsOrder(run=run.id, rows_per_class=rows)
    if shown := found_or_kept(order, ModelWords, tr("Find the words")):
        _words(shown, run)


def _words(found: ModelWords, run: Run) -> None:
    if not found.classes:
        st.caption(tr("There were no rows with words to look at."))
        return
    _room(run).words(run, found)


def _room(run: Run) -> Any:
    return room(run.evaluation.kind if run.evaluation else "class", "explain")
