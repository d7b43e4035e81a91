"""Attributions of a record's answer: its columns, by how they push."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.explanations import Alike, RecordExplanation
from core.inputs.table.cells import opened
from dashboard.answers import room
from dashboard.answers.columns import free
from dashboard.charts import WordPush, show
from dashboard.inputs.table.told import value
from dashboard.inputs.trust import Words, trust
from dashboard.language.formats import count
from dashboard.language.words import tr, trn
from dashboard.tables import cut
from storage import Run

SHOWN = 12


def asking() -> str:
    """Help text: what the model is asked for an explanation."""
    return tr(
        "Asks the model about this record again and again, with some of its columns as in rows that it learned from. "
        "It takes a few seconds."
    )


def explained(run: Run, found: RecordExplanation, _cell: str, key: str) -> None:
    """The columns that push the answer most, each with its interval, and how far that can be believed."""
    say = room(found.kind, "explain")
    st.markdown(say.record_sentence(run, found))
    strongest = sorted(found.columns, key=lambda one: -abs(one.push))
    drawn = [
        WordPush(f"{one.name} = {value(one.value)}", one.push, one.low, one.high, found.references)
        for one in strongest[:SHOWN]
    ]
    left, right = st.columns([3, 2], gap="large")
    with left:
        show(say.columns_chart(run, drawn, found), key=f"pushes-{key}")
        if len(strongest) > SHOWN:
            st.caption(tr("The {n} strongest of {all} columns.", n=count(SHOWN), all=count(len(strongest))))
    with right:
        trust(run, found, _words(found))


def _words(found: RecordExplanation) -> Words:
    taken = found.check.words if found.check else 0
    return Words(
        adding_up=tr(
            "By how much all columns' pushes together miss the whole difference that they should make: 0% is exact."
        ),
        too_small=tr("The record has too few columns to try it without some of them."),
        without_top=trn("Without its strongest column", "Without its {n} strongest columns", taken),
        asked=tr(
            "The model was asked about the record with these columns as in rows that it learned from; before it was "
            "{share}."
        ),
        without_random=trn(
            "Without any one column at random it would be {share} on average.",
            "Without any {n} columns at random it would be {share} on average.",
            taken,
            share="{share}",
        ),
        matter=tr("So the columns named do matter more than others."),
        do_not=tr(
            "So this record does not show that the columns named matter more: the model does not hang on a few columns."
        ),
    )


def alike(_run: Run, rows: Sequence[Alike], target_title: str) -> None:
    """Nearest training rows as a table, their values in columns."""
    values = pd.DataFrame([opened(row.text) for row in rows])
    for place, (name, said) in enumerate(
        (
            (tr("How alike"), [max(0.0, row.likeness) for row in rows]),
            (target_title, [row.target for row in rows]),
        )
    ):
        values.insert(place, free(name, values), said)
    config = {
        values.columns[0]: st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent", width=130),
    }
    st.dataframe(
        cut(values), hide_index=True, column_config=config, alt=tr("The most alike rows that the model learned from")
    )
