"""Why one answer: the words that pushed it, how far that can be believed, and the rows it learned that are alike."""

from typing import Any

import pandas as pd
import streamlit as st

from core.explanations import EXPLAINERS, AlikeRows, Check, Explanation
from core.explanations.orders import AlikeOrder, WhyOrder
from dashboard.answers import room
from dashboard.charts import show
from dashboard.explaining import begin, follow, under_way
from dashboard.formats import share
from dashboard.parts.heading import section
from dashboard.words import tr, trn
from storage import Run

SHOWN = 12


def why(run: Run, text: str, replies: Any) -> None:
    """Below an answer: which words pushed it, and which rows that the model learned from are like it."""
    section(tr("Why?"))
    order = _asked(run, text, replies)
    alike = AlikeOrder(run=run.id, cell=text)
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
        _explained(run, found.why, text, key=f"{run.id}-{found.id}")
    if found := follow(alike):
        assert found.alike is not None  # noqa: S101
        _alike(run, found.alike, replies)


def _asked(run: Run, text: str, replies: Any) -> WhyOrder:
    """What is to be explained, and how; the answer and the quickest way unless told otherwise."""
    left, right = st.columns(2, gap="large")
    method = right.selectbox(
        tr("Way to find out"),
        list(EXPLAINERS),
        format_func=lambda one: tr(EXPLAINERS[one].title),
        key=f"why-method-{run.id}",
        help="\n\n".join(f"**{tr(one.title)}**: {tr(one.meaning)}" for one in EXPLAINERS.values()),
    )
    with left:
        order: WhyOrder = room(replies.kind, "explain").ask(run, text, replies, method)
    return order


def _explained(run: Run, found: Explanation, text: str, key: str) -> None:
    say = room(found.kind, "explain")
    st.markdown(say.sentence(run, found))
    coloured, legend = say.coloured(run, found, text)
    with st.container(border=True):
        st.html(coloured)
    st.html(legend)
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
        show(say.chart(run, strongest, found), key=f"pushes-{key}")
    with right:
        _trust(run, found)


def _trust(run: Run, found: Explanation) -> None:
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
    _tried(run, found.check, found)


def _tried(run: Run, check: Check, found: Explanation) -> None:
    say = room(found.kind, "explain")
    st.metric(
        trn("Without its strongest word", "Without its {n} strongest words", check.words),
        say.shown(run, check.without_top),
        delta=say.moved(run, check, found),
        delta_color="off",
        help=tr("The model was asked about the text with these words really taken out; before it was {share}.").format(
            share=say.shown(run, found.value)
        ),
        border=True,
    )
    st.caption(
        trn(
            "Without any one word at random it would be {share} on average.",
            "Without any {n} words at random it would be {share} on average.",
            check.words,
            share=say.shown(run, check.without_random),
        )
        + " "
        + _judged(matters=say.matters(check, found))
    )


def _judged(*, matters: bool) -> str:
    if matters:
        return tr("So the words named do matter more than others.")
    return tr("So this text does not show that the words named matter more: the model does not hang on a few words.")


def _alike(run: Run, found: AlikeRows, replies: Any) -> None:
    section(tr("What it learned that is most like this"))
    if not found.rows:
        st.caption(tr("The model learned from no rows that could be looked at."))
        return
    say = room(replies.kind, "explain")
    st.markdown(say.alike(run, found, replies))
    frame = pd.DataFrame(
        {
            tr("How alike"): [max(0.0, row.likeness) for row in found.rows],
            say.target_title(): [row.target for row in found.rows],
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
