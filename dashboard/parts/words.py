"""Which words a model goes by: those that matter most for each class, over a sample of held-out rows."""

from collections.abc import Sequence

import streamlit as st

from core.explanations import ClassWord, ClassWords, ModelWords
from core.explanations.orders import WordsOrder
from dashboard import charts
from dashboard.charts import WordPush, show
from dashboard.explaining import begin, follow, under_way
from dashboard.formats import count, share
from dashboard.memory import store
from dashboard.plain import plain, shortened
from dashboard.words import tr, word
from storage import Run

SHOWN = 12
SAMPLES = {6: word("A quick look"), 12: word("A fair look"), 30: word("A thorough look")}


def words_of_model(run: Run) -> None:
    """Which words matter most for each class, over a sample of held-out rows."""
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
        format_func=lambda one: f"{tr(SAMPLES[one])} ({tr('{n} a class', n=one)})",
        key=f"words-rows-{run.id}",
    )
    order = WordsOrder(run=run.id, rows_per_class=rows)
    kept = store().runs.words(run.id)
    st.button(
        tr("Find the words") if kept is None else tr("Find them again"),
        type="primary" if kept is None else "secondary",
        icon=":material/search:",
        disabled=under_way(order),
        key=f"words-find-{run.id}",
        on_click=begin,
        args=(order,),
    )
    found = follow(order)
    if shown := (found.words if found else None) or kept:
        _words(shown, run)


def _words(found: ModelWords, run: Run) -> None:
    if not found.classes:
        st.caption(tr("There were no rows with words to look at."))
        return
    label = st.selectbox(
        tr("Class"),
        [one.label for one in found.classes],
        format_func=lambda one: shortened(one, 80),
        key=f"words-class-{run.id}",
    )
    of_class = next(one for one in found.classes if one.label == label)
    st.markdown(_which(of_class))
    left, right = st.columns(2, gap="large")
    with left:
        _side(of_class.words_for, label, tr("Words that speak for it"), key=f"words-for-{run.id}")
    with right:
        _side(of_class.words_against, label, tr("Words that speak against it"), key=f"words-against-{run.id}")
    st.caption(
        tr(
            "From {rows} held-out rows, {n} of them given this class. Only words that stand in at least 3 of these are "
            "named. By integrated gradients; in the middle row {error} of the difference stayed unexplained.",
            rows=count(found.rows),
            n=count(of_class.rows),
            error=share(found.error),
        )
    )


def _which(found: ClassWords) -> str:
    named = ", ".join(f"**{plain(shortened(one.word, 30))}**" for one in found.words_for[:3])
    label = plain(shortened(found.label, 60))
    if not named:
        return tr("No word stands in enough rows to be named for **{label}**. Look at more rows.", label=label)
    return tr("When it answers **{label}**, the model goes mostly by: {words}.", label=label, words=named)


def _side(words: Sequence[ClassWord], label: str, title: str, key: str) -> None:
    if not words:
        st.markdown(f"**{title}**")
        st.caption(tr("None stands in enough rows."))
        return
    drawn = [WordPush(one.word, one.push, one.low, one.high, one.rows) for one in words[:SHOWN]]
    reading = tr(
        "The words with the greatest part in all these answers stand first; a bar is what a word does on average where "
        "it stands. The thin line is the 95% interval: where it crosses the middle, the side is uncertain."
    )
    show(charts.pushes(drawn, label, title=title, reading=reading), key=key)
