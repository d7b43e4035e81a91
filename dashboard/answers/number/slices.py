"""Slices of numbers: groups in which answers are further from the truth."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.inspection import Slice
from dashboard import charts
from dashboard.answers.number.table import column_format, frame_of_rows, number_columns
from dashboard.answers.slice_view import SliceView
from dashboard.cached.held_out import texts_of
from dashboard.cached.known import answers_of
from dashboard.inputs import room_of
from dashboard.language.formats import amount
from dashboard.language.words import tr, word
from dashboard.sentences.groups import together
from storage import Run


def worst(one: Slice, name: str) -> str:
    """How far off answers are inside, and elsewhere."""
    return tr(
        "The costliest: {name}, where the answers are off by {inside} on average, against {rest} elsewhere.",
        name=name,
        inside=amount(one.inside.value),
        rest=amount(one.rest.value) if one.rest else "–",
    )


def frame_of_slices(found: Sequence[Slice]) -> pd.DataFrame:
    """A line for each slice, in the target's own unit."""
    return pd.DataFrame(
        {
            tr("Group"): [together(one.groups) for one in found],
            tr("Rows"): [one.rows for one in found],
            tr("Off by"): [one.inside.value for one in found],
            tr("From"): [one.inside.low for one in found],
            tr("To"): [one.inside.high for one in found],
            tr("All others"): [one.rest.value if one.rest else np.nan for one in found],
            tr("More, from"): [one.difference.low if one.difference else np.nan for one in found],
            tr("More, to"): [one.difference.high if one.difference else np.nan for one in found],
        }
    )


def columns_of(frame: pd.DataFrame) -> dict[str, Any]:
    """How the table's columns are shown."""
    name, rows, off, low, high, others, least, most = frame.columns
    number = st.column_config.NumberColumn
    shown = {"format": column_format(frame[[off, low, high]].to_numpy(float)), "width": 84}
    between = tr("The true mean lies between From and To, 95 times of 100.")
    more = tr("How much further off the group is than the rest: between these two, 95 times of 100.")
    return {
        name: st.column_config.TextColumn(width=205),
        rows: number(format="localized", width=70, help=tr("Held-out rows in the group.")),
        off: number(**shown, help=tr("How far the group's answers are from the truth on average.")),
        low: number(**shown, help=between),
        high: number(**shown, help=between),
        others: number(**shown, help=tr("How far off the answers outside of the group are on average.")),
        least: number(**shown, help=more),
        most: number(**shown, help=more),
    }


def rows_inside(run: Run, one: Slice) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The rows of the slice, the largest errors first, and how the table's columns are shown."""
    answers, texts = answers_of(run.id), texts_of(run)
    rows = np.flatnonzero(one.members)
    rows = rows[np.argsort(-np.abs(answers.errors[rows]), kind="stable")]
    frame = frame_of_rows(run.config, answers, rows, [texts[i] for i in rows])
    return frame, number_columns(frame) | {frame.columns[0]: room_of(run.config, "rows").cell(300)}


VIEW = SliceView(
    ways={
        "number": word("True number"),
        "length": word("Length of the text"),
        "width": word("Interval width"),
    },
    unsure=word("Where its intervals are wide it should be further off: that is uncertainty you can use."),
    worst=worst,
    chart=charts.group_levels,
    measure=word("How far off on average"),
    by_way=word("How far off: {way}"),
    weakest=word(
        "Further to the right is worse. The dotted line is all test rows together. The thin line is the confidence "
        "interval in which the group's true mean lies, 95 times of 100."
    ),
    each=word("each range of true numbers"),
    choose=word("Choose a line to see its rows, the largest errors first."),
    frame=frame_of_slices,
    columns=columns_of,
    inside=rows_inside,
    inside_title=word("Rows in {name}, the largest errors first"),
    inside_alt=word("Rows of this group, the largest errors first"),
)
