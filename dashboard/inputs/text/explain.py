"""Attributions of a text's answer: its words, coloured by how they push."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.explanations import Alike, Explanation
from dashboard.answers import room
from dashboard.charts import show
from dashboard.inputs.trust import Words, trust
from dashboard.language.words import tr, trn
from storage import Run

SHOWN = 12


def asking() -> str:
    """Help text: what the model is asked for an explanation."""
    return tr("Asks the model about this text again and again, with words blanked. It takes a few seconds.")


def explained(run: Run, found: Explanation, cell: str, key: str) -> None:
    """The text with its words coloured by attribution, the strongest of them, and how far that can be believed."""
    say = room(found.kind, "explain")
    st.markdown(say.sentence(run, found))
    coloured, legend = say.coloured(run, found, cell)
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
        trust(run, found, _words(found.check.words if found.check else 0))


def _words(taken: int) -> Words:
    return Words(
        adding_up=tr(
            "By how much all words' pushes together miss the whole difference that they should make: 0% is exact."
        ),
        too_small=tr("The text is too short to try it without some of its words."),
        without_top=trn("Without its strongest word", "Without its {n} strongest words", taken),
        asked=tr("The model was asked about the text with these words really taken out; before it was {share}."),
        without_random=trn(
            "Without any one word at random it would be {share} on average.",
            "Without any {n} words at random it would be {share} on average.",
            taken,
            share="{share}",
        ),
        matter=tr("So the words named do matter more than others."),
        do_not=tr(
            "So this text does not show that the words named matter more: the model does not hang on a few words."
        ),
    )


def alike(_run: Run, rows: Sequence[Alike], target_title: str) -> None:
    """Nearest training rows as a table."""
    frame = pd.DataFrame(
        {
            tr("How alike"): [max(0.0, row.likeness) for row in rows],
            target_title: [row.target for row in rows],
            tr("Text"): [row.text for row in rows],
        }
    )
    config = {
        frame.columns[0]: st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent", width=130),
        frame.columns[2]: st.column_config.TextColumn(width="large"),
    }
    st.dataframe(
        frame, hide_index=True, column_config=config, alt=tr("The most alike rows that the model learned from")
    )


def beyond(_run: Run, _cell: str, _replies: Any) -> None:
    """Nothing more is asked about a text."""
