"""The parts that explain: why one answer, and which words matter most to a model."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.explanations import EXPLAINERS, AlikeRows, Check, ClassWord, ClassWords, Explanation, ModelWords
from core.explanations.orders import AlikeOrder, WhyOrder, WordsOrder
from dashboard import charts
from dashboard.ask import Answers
from dashboard.charts import WordPush, show
from dashboard.explaining import begin, follow, under_way
from dashboard.formats import count, share
from dashboard.memory import store
from dashboard.parts.heading import section
from dashboard.plain import plain, shortened
from dashboard.pushed_text import legend, pushed_text
from dashboard.words import tr, trn, word
from storage import Run

SHOWN = 12
SAMPLES = {6: word("A quick look"), 12: word("A fair look"), 30: word("A thorough look")}


def why(run: Run, text: str, answers: Answers) -> None:
    """Below an answer: which words pushed it, and which rows that the model learned from are like it."""
    section(tr("Why?"))
    order = _asked(run, text, answers)
    alike = AlikeOrder(run=run.id, text=text)
    st.button(
        tr("Show why"),
        icon=":material/psychology_alt:",
        disabled=under_way(order),
        help=tr("Asks the model about this text again and again, with words blanked. It takes a few seconds."),
        key=f"why-{run.id}",
        on_click=begin,
        args=(order, alike),
    )
    if found := follow(order):
        assert found.why is not None  # noqa: S101  # work that succeeded has it
        _explained(found.why, text, key=f"{run.id}-{found.id}")
    if found := follow(alike):
        assert found.alike is not None  # noqa: S101
        _alike(found.alike, answers.best[0])


def _asked(run: Run, text: str, answers: Answers) -> WhyOrder:
    """Which class is to be explained, and how; the answer and the quickest way unless told otherwise."""
    best = answers.best[0]
    ranked = sorted(answers.labels, key=lambda label: -answers.scores[0][answers.labels.index(label)])
    left, right = st.columns(2, gap="large")
    label = left.selectbox(
        tr("What speaks for"),
        ranked,
        format_func=lambda one: shortened(one, 60),
        key=f"why-label-{run.id}-{best}",
        help=tr("The model's answer, or another class: what would have spoken for it?"),
    )
    method = right.selectbox(
        tr("Way to find out"),
        list(EXPLAINERS),
        format_func=lambda one: tr(EXPLAINERS[one].title),
        key=f"why-method-{run.id}",
        help="\n\n".join(f"**{tr(one.title)}**: {tr(one.meaning)}" for one in EXPLAINERS.values()),
    )
    return WhyOrder(run=run.id, text=text, method=method, label=label)


def _explained(found: Explanation, text: str, key: str) -> None:
    st.markdown(_in_a_sentence(found))
    with st.container(border=True):
        st.html(pushed_text(found, text))
    st.html(legend(shortened(found.label, 60)))
    if found.unread:
        st.caption(
            trn(
                "The text is too long for this model: its last word was not read.",
                "The text is too long for this model: its last {n} words were not read. They stand in grey.",
                found.unread,
            )
        )
    strongest = sorted(found.words, key=lambda one: -abs(one.push))[:SHOWN]
    left, right = st.columns([3, 2], gap="large")
    with left:
        show(_one_text(strongest, found.label), key=f"pushes-{key}")
    with right:
        _trust(found)


def _in_a_sentence(found: Explanation) -> str:
    return tr(
        "With all its words blanked, the model gives this text {blank} for **{label}**; with them, {full}. "
        "The coloured words made the difference.",
        blank=_likely(found.blank),
        label=plain(shortened(found.label, 60)),
        full=_likely(found.probability),
    )


def _likely(probability: float) -> str:
    """A probability, never said to be certain."""
    if probability > 0.9995:
        return tr("over 99.9%")
    return tr("under 0.1%") if probability < 0.0005 else share(probability)


def _one_text(words: Sequence[object], label: str) -> charts.Chart:
    drawn = [WordPush(one.text, one.push) for one in words]  # type: ignore[attr-defined]
    return charts.pushes(
        drawn,
        label,
        title=tr("The strongest words"),
        reading=tr(
            "× 3 means that the word makes the class three times as likely against all others; ÷ 3 means a third. "
            "What counts is this model's habit, not what is true in the world."
        ),
    )


def _trust(found: Explanation) -> None:
    """How far the explanation can be believed: does it add up, and does taking the words out do what it says?"""
    st.markdown(f"**{tr('Can this be believed?')}**")
    st.metric(
        tr("Left unexplained"),
        share(found.error),
        help=tr("By how much all words' pushes together miss the whole difference that they should make: 0% is exact."),
        border=True,
    )
    if found.check is None:
        st.caption(tr("The text is too short to try it without some of its words."))
        return
    _tried(found.check, found)


def _tried(check: Check, found: Explanation) -> None:
    st.metric(
        trn("Without its strongest word", "Without its {n} strongest words", check.words),
        _likely(check.without_top),
        delta=tr("{points} points", points=f"{(check.without_top - found.probability) * 100:+.1f}"),
        delta_color="off",
        help=tr("The model was asked about the text with these words really taken out; before it was {share}.").format(
            share=_likely(found.probability)
        ),
        border=True,
    )
    st.caption(
        trn(
            "Without any one word at random it would be {share} on average.",
            "Without any {n} words at random it would be {share} on average.",
            check.words,
            share=_likely(check.without_random),
        )
        + " "
        + _judged(check, found)
    )


def _judged(check: Check, found: Explanation) -> str:
    top, chance = found.probability - check.without_top, found.probability - check.without_random
    if top > chance + 0.01:
        return tr("So the words named do matter more than others.")
    return tr("So this text does not show that the words named matter more: the model does not hang on a few words.")


def _alike(found: AlikeRows, answer: str) -> None:
    section(tr("What it learned that is most like this"))
    if not found.rows:
        st.caption(tr("The model learned from no rows that could be looked at."))
        return
    same = sum(row.target == answer for row in found.rows)
    st.markdown(
        tr(
            "{same} of the {n} most alike rows, out of {all} that it learned from, are labelled **{label}**.",
            same=count(same),
            n=count(len(found.rows)),
            all=count(found.searched),
            label=plain(shortened(answer, 60)),
        )
    )
    frame = pd.DataFrame(
        {
            tr("How alike"): [max(0.0, row.likeness) for row in found.rows],
            tr("Its class"): [row.target for row in found.rows],
            tr("Text"): [row.text for row in found.rows],
        }
    )
    config = {
        frame.columns[0]: st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent", width=130),
        frame.columns[2]: st.column_config.TextColumn(width="large"),
    }
    st.dataframe(
        frame, hide_index=True, column_config=config, alt=tr("The most alike rows that the model learned from")
    )
    st.caption(
        tr(
            "Alike in the model's eyes: 100% is the same, 0% has nothing in common. They did not cause the answer, but "
            "a wrong label here is worth mending."
        )
    )


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
