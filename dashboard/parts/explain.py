"""Why one answer: the words that pushed it, how far that can be believed, and the rows it learned that are alike."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.explanations import EXPLAINERS, AlikeRows, Check, Explanation, Push
from core.explanations.orders import AlikeOrder, WhyOrder
from dashboard import charts
from dashboard.ask import Answers
from dashboard.charts import WordPush, show
from dashboard.explaining import begin, follow, under_way
from dashboard.formats import count, share
from dashboard.parts.heading import section
from dashboard.plain import plain, shortened
from dashboard.pushed_text import legend, pushed_text
from dashboard.words import tr, trn
from storage import Run

SHOWN = 12


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
        full=_likely(found.value),
    )


def _likely(probability: float) -> str:
    """A probability, never said to be certain."""
    if probability > 0.9995:
        return tr("over 99.9%")
    return tr("under 0.1%") if probability < 0.0005 else share(probability)


def _one_text(words: Sequence[Push], label: str) -> charts.Chart:
    drawn = [WordPush(one.text, one.push) for one in words]
    return charts.pushes(
        drawn,
        label,
        title=tr("The strongest words"),
        reading=tr(
            "× 3 means that the word makes the class three times as likely, set against all other classes together; "
            "÷ 3 means a third as likely. It shows this model's habit, not what is true in the world."
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
        delta=tr("{points} points", points=f"{(check.without_top - found.value) * 100:+.1f}"),
        delta_color="off",
        help=tr("The model was asked about the text with these words really taken out; before it was {share}.").format(
            share=_likely(found.value)
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
    top, chance = found.value - check.without_top, found.value - check.without_random
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
