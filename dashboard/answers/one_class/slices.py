"""Slices of classes: groups in which fewer answers are right."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.inspection import Slice
from dashboard import charts
from dashboard.answers.slice_view import SliceView
from dashboard.cached.held_out import texts_of
from dashboard.cached.known import answers_of
from dashboard.inputs import room_of
from dashboard.language.formats import share
from dashboard.language.words import tr, word
from dashboard.sentences.groups import together
from storage import Run


def worst(one: Slice, name: str) -> str:
    """How many answers are right inside, and elsewhere."""
    return tr(
        "The costliest: {name}, where {inside} of the answers are right, against {rest} elsewhere.",
        name=name,
        inside=share(one.inside.value),
        rest=share(one.rest.value) if one.rest else "–",
    )


def frame_of_slices(found: Sequence[Slice]) -> pd.DataFrame:
    """A line for each slice, in words and numbers of 100."""
    return pd.DataFrame(
        {
            tr("Group"): [together(one.groups) for one in found],
            tr("Rows"): [one.rows for one in found],
            tr("Right"): [one.inside.value * 100 for one in found],
            tr("From"): [one.inside.low * 100 for one in found],
            tr("To"): [one.inside.high * 100 for one in found],
            tr("All others"): [one.rest.value * 100 if one.rest else np.nan for one in found],
            tr("Wrong answers"): [round(one.rows * (1 - one.inside.value)) for one in found],
            tr("Too many"): [max(0, round(one.extra)) for one in found],
        }
    )


def columns_of(frame: pd.DataFrame) -> dict[str, Any]:
    """How the table's columns are shown."""
    name, rows, right, low, high, others, wrong, extra = frame.columns
    percent = {"format": "%.1f%%", "width": 74}
    number = st.column_config.NumberColumn
    return {
        name: st.column_config.TextColumn(width=205),
        rows: number(format="localized", width=70, help=tr("Held-out rows in the group.")),
        right: number(**percent, help=tr("Of 100 rows of the group, how many got the right answer.")),
        low: number(**percent, help=tr("The true share lies between From and To, 95 times of 100.")),
        high: number(**percent, help=tr("The true share lies between From and To, 95 times of 100.")),
        others: number(**percent, help=tr("Of 100 test rows outside the group, how many got the right answer.")),
        wrong: number(format="localized", width=108, help=tr("Rows of the group that got a wrong answer.")),
        extra: number(
            format="localized",
            width=90,
            help=tr("How many fewer wrong answers there would be, did the group do as well as the rest."),
        ),
    }


def rows_inside(run: Run, one: Slice) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The wrong answers of the slice, and how the table's columns are shown."""
    answers, texts = answers_of(run.id), texts_of(run)
    said, sure = answers.answers, answers.scores.max(axis=1)
    wrong = [i for i in np.flatnonzero(one.members) if said[i] != answers.targets[i]]
    frame = pd.DataFrame(
        {
            room_of(run.config, "rows").title(): [texts[i] for i in wrong],
            tr("True class"): [answers.targets[i] for i in wrong],
            tr("The model answered"): [said[i] for i in wrong],
            tr("Confidence"): sure[wrong],
        }
    )
    return frame, {
        frame.columns[-1]: st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent", width=130),
    }


VIEW = SliceView(
    ways={
        "class": word("Class"),
        "length": word("Length of the text"),
        "confidence": word("Confidence"),
    },
    unsure=word("Where it is unsure it should be wrong more often: that is confidence you can use."),
    worst=worst,
    chart=charts.group_shares,
    measure=word("Accuracy"),
    by_way=word("Right answers: {way}"),
    weakest=word(
        "The dotted line is all test rows together. The thin line is the confidence interval in which the group's "
        "true share lies, 95 times of 100."
    ),
    each=word("each class"),
    choose=word("Choose a line to see its wrong answers."),
    frame=frame_of_slices,
    columns=columns_of,
    inside=rows_inside,
    inside_title=word("Wrong answers in {name}"),
    inside_alt=word("Rows answered wrong in this group"),
)
