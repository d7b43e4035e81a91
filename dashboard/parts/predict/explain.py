"""Explanation of one answer: attributions, how far they can be believed, and the nearest training rows."""

from typing import Any

import streamlit as st

from core.explanations import METHODS, AlikeRows
from core.explanations.orders import AlikeOrder, WhyOrder
from core.tasks import task_of
from dashboard.answers import room
from dashboard.inputs import room_of
from dashboard.language.words import tr
from dashboard.parts.heading import section
from dashboard.predictor.explaining import begin, follow, under_way
from storage import Run


def why(run: Run, cell: str, replies: Any) -> None:
    """Explanation below an answer: what on the row pushed it, and the training rows nearest to it.

    `cell` is what the model reads of the row.
    """
    section(tr("Why?"))
    order = _asked(run, cell, replies)
    alike = AlikeOrder(run=run.id, cell=cell)
    orders = (order, alike) if run.config.learning.has_embeddings else (order,)
    st.button(
        tr("Show why"),
        icon=":material/psychology_alt:",
        disabled=under_way(order),
        help=room_of(run.config, "explain").asking(),
        key=f"why-{run.id}",
        on_click=begin,
        args=orders,
    )
    if found := follow(order):
        room_of(run.config, "explain").explained(run, found.why, cell, key=f"{run.id}-{found.id}")
    if found := follow(alike):
        assert found.alike is not None  # noqa: S101  # work that succeeded has it
        _alike(run, found.alike, replies)
    room_of(run.config, "explain").beyond(run, cell, replies)


def _asked(run: Run, cell: str, replies: Any) -> WhyOrder:
    """Explanation request: the method and the class to explain; by default the usual method and the answer."""
    ways = METHODS[task_of(run.config).inputs.name]
    left, right = st.columns(2, gap="large")
    method = right.selectbox(
        tr("Way to find out"),
        list(ways),
        format_func=lambda one: tr(ways[one].title),
        key=f"why-method-{run.id}",
        help="\n\n".join(f"**{tr(one.title)}**: {tr(one.meaning)}" for one in ways.values()),
    )
    with left:
        order: WhyOrder = room(replies.kind, "explain").ask(run, cell, replies, method)
    return order


def _alike(run: Run, found: AlikeRows, replies: Any) -> None:
    section(tr("What it learned that is most like this"))
    if not found.rows:
        st.caption(tr("The model learned from no rows that could be looked at."))
        return
    say = room(replies.kind, "explain")
    st.markdown(say.alike(run, found, replies))
    room_of(run.config, "explain").alike(run, found.rows, say.target_title())
    st.caption(
        tr(
            "Alike in the model's eyes: 100% is the same, 0% has nothing in common. They did not cause the answer, but "
            "a wrong label here is worth mending."
        )
    )
