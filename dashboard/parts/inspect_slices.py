"""Slices: the groups of rows in which the model is weaker than elsewhere, found by itself or chosen."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.inspection import Group, Search, Slice, slices, weakest
from dashboard import charts
from dashboard.charts import show
from dashboard.downloads import offer
from dashboard.formats import count, share
from dashboard.group_words import short, together
from dashboard.held_out import CLASS, CONFIDENCE, LENGTH, WORD, groups_of, share_right, texts_of
from dashboard.known import answers_of
from dashboard.parts.heading import section
from dashboard.plain import plain, shortened
from dashboard.words import tr, trn, word
from storage import Run

LEAST = (10, 20, 50, 100, 200)
KINDS = {CLASS: word("Class"), LENGTH: word("Length of the text"), CONFIDENCE: word("How sure it is")}


def found_slices(run: Run) -> None:
    """What the search found, the rows behind it, and then every group that a person asks for."""
    least = _least(run)
    with st.spinner(tr("Looking through the groups…")):
        search = _search(run.id, least, run)
    _said(search)
    if search.found:
        _table(run, search)
    section(tr("Look for yourself"))
    _by_choice(run, least)


def _least(run: Run) -> int:
    chosen = st.segmented_control(
        tr("Smallest group, in rows"),
        LEAST,
        default=LEAST[1],
        key=f"least-{run.id}",
        help=tr("Smaller groups are not looked at: a handful of rows says too little about anything."),
    )
    return int(chosen or LEAST[1])


@st.cache_resource(show_spinner=False, max_entries=16)
def _search(run_id: str, least: int, _run: Run) -> Search:
    groups = [
        group for (by, _), groups in groups_of(_run, least).items() if by != CONFIDENCE for group in groups
    ]  # a model that knows itself is wrong more often where it is unsure: no finding
    return weakest(answers_of(run_id), groups, least=least)


def _said(search: Search) -> None:
    looked = trn("{n} group was looked at", "{n} groups were looked at", search.looked)
    with st.container(border=True, key="verdict"):
        if not search.looked:
            st.markdown(tr("There are too few held-out rows to look at groups of {n} rows.", n=search.least))
        elif not search.found:
            st.markdown(
                ":green[:material/check_circle:] "
                + tr("**No weak spot was found** that luck does not explain ({looked}).", looked=looked)
            )
        else:
            worst = search.found[0]
            st.markdown(
                ":orange[:material/troubleshoot:] "
                + trn(
                    "**{n} group of rows does worse than the rest**, by more than luck explains.",
                    "**{n} groups of rows do worse than the rest**, by more than luck explains.",
                    len(search.found),
                )
                + " "
                + tr(
                    "The costliest: {name}, where {inside} of the answers are right, against {rest} elsewhere.",
                    name=f"**{plain(shortened(together(worst.groups), 90))}**",
                    inside=share(worst.right.value),
                    rest=share(worst.rest.value) if worst.rest else "–",
                )
            )
    if search.looked:
        st.caption(
            tr(
                "{looked}: each class, column, length and common word, and pairs of them. Whoever looks at many groups "
                "finds a bad one by luck, so the bar rises with each: where all groups are alike, anything is shown "
                "here in at most 5 of 100 datasets. A weak spot too small to clear the bar is not shown.",
                looked=looked,
            )
        )


def _table(run: Run, search: Search) -> None:
    show(
        charts.group_shares(
            [together(one.groups) for one in search.found],
            [one.right for one in search.found],
            [one.rows for one in search.found],
            overall=share_right(run.id),
            title=tr("Where it is weakest"),
            measure=tr("Right answers"),
            reading=tr(
                "The dotted line is all held-out rows together. The thin line is the range in which the group's "
                "true share lies, 95 times of 100."
            ),
        ),
        key=f"weakest-{run.id}",
    )
    frame = frame_of_slices(search.found)
    st.caption(tr("Choose a line to see its wrong answers."))
    chosen: Any = st.dataframe(
        frame,
        hide_index=True,
        column_config=_columns(frame),
        on_select="rerun",
        selection_mode="single-row",
        key=f"slices-{run.id}",
        alt=tr("Groups in which the model is weaker than elsewhere"),
    )
    offer(frame, f"weak-spots-{run.id}", key=f"weak-{run.id}")
    for place in chosen.selection.rows[:1]:
        _rows_inside(run, search.found[place])


def frame_of_slices(found: Sequence[Slice]) -> pd.DataFrame:
    """A line for each slice, in words and numbers of 100."""
    return pd.DataFrame(
        {
            tr("Group"): [together(one.groups) for one in found],
            tr("Rows"): [one.rows for one in found],
            tr("Right"): [one.right.value * 100 for one in found],
            tr("From"): [one.right.low * 100 for one in found],
            tr("To"): [one.right.high * 100 for one in found],
            tr("All others"): [one.rest.value * 100 if one.rest else np.nan for one in found],
            tr("Wrong answers"): [one.wrong for one in found],
            tr("Too many"): [max(0, round(one.extra)) for one in found],
        }
    )


def _columns(frame: pd.DataFrame) -> dict[str, Any]:
    name, rows, right, low, high, others, wrong, extra = frame.columns
    percent = {"format": "%.1f%%", "width": 74}
    number = st.column_config.NumberColumn
    return {
        name: st.column_config.TextColumn(width=205),
        rows: number(format="localized", width=70, help=tr("Held-out rows in the group.")),
        right: number(**percent, help=tr("Of 100 rows of the group, how many got the right answer.")),
        low: number(**percent, help=tr("The true share lies between From and To, 95 times of 100.")),
        high: number(**percent, help=tr("The true share lies between From and To, 95 times of 100.")),
        others: number(**percent, help=tr("Of 100 held-out rows outside the group, how many got the right answer.")),
        wrong: number(format="localized", width=108, help=tr("Rows of the group that got a wrong answer.")),
        extra: number(
            format="localized",
            width=90,
            help=tr("How many fewer wrong answers there would be, did the group do as well as the rest."),
        ),
    }


def _rows_inside(run: Run, one: Slice) -> None:
    answers, texts = answers_of(run.id), texts_of(run)
    said, sure = answers.answers, answers.scores.max(axis=1)
    wrong = [i for i in np.flatnonzero(one.members) if said[i] != answers.targets[i]]
    frame = pd.DataFrame(
        {
            tr("Text"): [texts[i] for i in wrong],
            tr("True class"): [answers.targets[i] for i in wrong],
            tr("The model answered"): [said[i] for i in wrong],
            tr("How sure"): sure[wrong],
        }
    )
    st.markdown(
        "**"
        + tr("Wrong answers in {name}", name=plain(shortened(together(one.groups), 80)))
        + f"** · {count(len(frame))}"
    )
    config = {
        frame.columns[0]: st.column_config.TextColumn(width="large"),
        frame.columns[-1]: st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent", width=130),
    }
    st.dataframe(frame.head(2000), hide_index=True, column_config=config, alt=tr("Rows answered wrong in this group"))
    offer(frame, f"wrong-{run.id}", key=f"wrong-{run.id}")


def _by_choice(run: Run, least: int) -> None:
    """One way of grouping the rows, chosen: each group with its interval."""
    ways = {feature: groups for feature, groups in groups_of(run, least).items() if feature[0] != WORD}
    if not ways:
        st.caption(tr("No group of the held-out rows is as large as that."))
        return
    chosen = st.selectbox(tr("Group the rows by"), list(ways), format_func=_way, key=f"way-{run.id}")
    found = _in_each(run.id, least, chosen, ways[chosen])
    show(
        charts.group_shares(
            [short(one.groups[0]) for one in found],
            [one.right for one in found],
            [one.rows for one in found],
            overall=share_right(run.id),
            title=tr("Right answers: {way}", way=plain(shortened(_way(chosen), 60))),
            measure=tr("Right answers"),
            reading=_reading(ways[chosen]),
        ),
        key=f"groups-{run.id}",
    )
    frame = frame_of_slices(found)
    with st.expander(tr("Every number"), icon=":material/table_rows:"):
        st.dataframe(frame, hide_index=True, column_config=_columns(frame), alt=tr("Every group with its interval"))
        offer(frame, f"groups-{run.id}", key=f"groups-{run.id}")


@st.cache_resource(show_spinner=False, max_entries=64)
def _in_each(run_id: str, least: int, way: tuple[str, str], _groups: list[Group]) -> list[Slice]:  # noqa: ARG001  # keys
    """Every group of this way, the weakest first where they have no order of their own."""
    found = slices(answers_of(run_id), _groups)
    return sorted(found, key=lambda one: one.right.value) if way[0] in {CLASS, "column"} else found


def _way(feature: tuple[str, str]) -> str:
    by, column = feature
    return column if by == "column" else tr(KINDS[by])


def _reading(groups: Sequence[Group]) -> str:
    if groups[0].by == CONFIDENCE:
        return tr("Where it is unsure it should be wrong more often: that is confidence you can use.")
    return tr(
        "The dotted line is all held-out rows together. Groups whose thin lines reach it may differ by luck alone."
    )
