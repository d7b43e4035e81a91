"""Attributions of a record's answer: its columns, by how they push."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.explanations import Alike, ClassChange, RecordExplanation
from core.explanations.orders import MOST_COLUMNS, ChangeOrder
from core.inputs.table.cells import opened
from dashboard.answers import room
from dashboard.answers.columns import free
from dashboard.charts import WordPush, show
from dashboard.inputs.table.told import value
from dashboard.inputs.trust import Words, trust
from dashboard.language.formats import count, share
from dashboard.language.plain import plain, shortened
from dashboard.language.words import tr, trn
from dashboard.parts.heading import section
from dashboard.predictor.explaining import begin, follow, under_way
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


def beyond(run: Run, cell: str, replies: Any) -> None:
    """Counterfactual: the smallest change of columns that may change which makes another answer."""
    if replies.kind != "class":
        return
    section(tr("What would change the answer?"))
    names = list(opened(cell))
    left, right = st.columns(2, gap="large")
    may_change = left.multiselect(
        tr("Columns that may change"),
        names,
        format_func=plain,
        placeholder=tr("Any"),
        key=f"change-columns-{run.id}",
        help=tr("Leave out what nobody can change, such as an age. With none chosen, any may change."),
    )
    others = [label for label in replies.labels if label != replies.best[0]]
    label = right.selectbox(
        tr("The answer it should be"),
        ["", *others],
        format_func=lambda one: plain(shortened(one, 60)) if one else tr("Any other"),
        key=f"change-label-{run.id}-{replies.best[0]}",
    )
    order = ChangeOrder(run=run.id, cell=cell, may_change=tuple(may_change), label=label or None)
    st.button(
        tr("Find the smallest change"),
        icon=":material/swap_horiz:",
        disabled=under_way(order),
        key=f"change-{run.id}",
        on_click=begin,
        args=(order,),
    )
    if found := follow(order):
        assert found.change is not None  # noqa: S101  # work that succeeded has it
        _changed(found.change)


def _changed(found: ClassChange) -> None:
    if not found.columns:
        st.info(
            tr(
                "No such change was found, of up to {n} columns and to values that stand in its training rows.",
                n=count(MOST_COLUMNS),
            ),
            icon=":material/block:",
        )
        return
    st.markdown(
        trn(
            "With one column changed, the model answers **{other}** with a probability of {sure}, in place of "
            "**{answer}** with {now}.",
            "With {n} columns changed, the model answers **{other}** with a probability of {sure}, in place of "
            "**{answer}** with {now}.",
            len(found.columns),
            other=plain(shortened(found.other, 60)),
            sure=share(found.other_probability),
            answer=plain(shortened(found.answer, 60)),
            now=share(found.probability),
        )
    )
    frame = pd.DataFrame(
        {
            tr("Column"): [one.name for one in found.columns],
            tr("Now"): [value(one.before) for one in found.columns],
            tr("Changed to"): [value(one.after) for one in found.columns],
        }
    )
    st.dataframe(cut(frame), hide_index=True, alt=tr("The smallest change that makes another answer"))
    st.caption(
        tr(
            "The smallest of {n} changes that were tried: fewest columns first, then nearest values. It says what the "
            "model would answer, not what would happen: changing a column in the world may change others with it.",
            n=count(found.asked),
        )
    )
