"""Fairness: is an answer given to every group alike, and is a gap more than luck?"""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import UserError
from core.inspection import LEAST_ROWS, RATES, Fairness, Gap, Group, fairness
from dashboard import charts
from dashboard.cached.held_out import LENGTH, groups_of, labels_held_out
from dashboard.cached.known import answers_of
from dashboard.charts import show
from dashboard.downloads import offer
from dashboard.faults import show_error
from dashboard.inputs import room_of
from dashboard.language.formats import share
from dashboard.language.plain import apart, plain, shortened
from dashboard.language.words import tr, word
from dashboard.sentences.groups import short
from storage import Run

TITLES = {
    "selection_rate": word("Gets this answer"),
    "true_positive_rate": word("Gets it when it should"),
    "false_positive_rate": word("Gets it when it should not"),
}
MEANINGS = {
    "selection_rate": word("Of 100 rows of the group, how many get this answer (the selection rate)."),
    "true_positive_rate": word(
        "Of 100 rows of the group that are of this class, how many get this answer (the true positive rate)."
    ),
    "false_positive_rate": word(
        "Of 100 rows of the group that are of another class, how many get this answer all the same (the false "
        "positive rate)."
    ),
}


def by_group(run: Run) -> None:
    """Choose whom to compare and which answer matters; then a sentence for each rate, the charts and the numbers."""
    ways = {
        feature: groups
        for feature, groups in groups_of(run, LEAST_ROWS).items()
        if feature[0] in {"column", LENGTH} and len(groups) > 1
    }
    if not any(by == "column" for by, _ in ways):
        st.info(
            tr(
                "These rows have no column that names groups, such as a region or an age. Add one to your file to see "
                "whether every group is treated alike."
            )
            + room_of(run.config, "groups").compared_already(),
            icon=":material/group:",
        )
    if not ways:
        return
    left, right = st.columns(2)
    way = left.selectbox(tr("Compare groups by"), list(ways), format_func=apart(ways, _way), key=f"fair-way-{run.id}")
    labels = labels_held_out(run.id)
    label = right.selectbox(
        tr("Which answer matters?"),
        labels,
        format_func=apart(labels, partial(shortened, longest=60)),
        key=f"fair-label-{run.id}",
    )
    try:
        found = _fairness(run.id, way, label, ways[way])
    except UserError as error:
        show_error(error)
        return
    _said(found)
    _charts(run, found)
    _numbers(run, found)


def _way(feature: tuple[str, str]) -> str:
    by, column = feature
    return column if by == "column" else tr("Length of the text")


@st.cache_resource(show_spinner=False, max_entries=32)
def _fairness(run_id: str, way: tuple[str, str], label: str, _groups: list[Group]) -> Fairness:  # noqa: ARG001  # it is a key
    return fairness(answers_of(run_id), _groups, label)


def _said(found: Fairness) -> None:
    with st.container(border=True, key="verdict"):
        gaps = [gap for gap in found.gaps if gap.adjusted < 0.05]
        if gaps:
            st.markdown(
                ":orange[:material/balance:] "
                + tr("**The groups are not treated alike**, by more than luck explains: {rates}.", rates=_names(gaps))
            )
        else:
            st.markdown(
                ":green[:material/check_circle:] " + tr("**No gap between the groups** that luck does not explain.")
            )
    for gap in found.gaps:
        st.markdown(f"- {_sentence(found, gap)}")
    st.caption(
        tr(
            "A gap says that groups are treated differently, not why, and not whether that is wrong: the groups "
            "may differ in what is true of them. A gap that was not found may still be there, above all in groups "
            "of few rows."
        )
    )


def _names(gaps: list[Gap]) -> str:
    return ", ".join(tr(TITLES[gap.rate]).lower() for gap in gaps)


def _sentence(found: Fairness, gap: Gap) -> str:
    highest, lowest = found.groups[gap.highest], found.groups[gap.lowest]
    words = {
        "rate": tr(TITLES[gap.rate]),
        "top": plain(shortened(short(highest.group), 40)),
        "most": share(highest.rates[gap.rate].value),
        "bottom": plain(shortened(short(lowest.group), 40)),
        "least": share(lowest.rates[gap.rate].value),
        "points": _points(gap.gap.value),
        "low": _points(gap.gap.low),
        "high": _points(gap.gap.high),
        "luck": _points(gap.by_luck),
    }
    head = tr(
        "**{rate}:** {most} of “{top}”, {least} of “{bottom}”: a gap of {points} points ({low} to {high}).", **words
    )
    if gap.adjusted < 0.05:
        return f"{head} " + tr("Groups treated alike would hardly show more than {luck}.", **words)
    return f"{head} " + tr("Groups treated alike would show up to {luck} by luck: this is no proof of a gap.", **words)


def _points(value: float) -> str:
    return f"{value * 100:.1f}"


def _charts(run: Run, found: Fairness) -> None:
    with st.grid(3, min_column_width=230):
        for rate in RATES:
            there = [one for one in found.groups if rate in one.rates]
            if there:
                with st.container():
                    show(
                        charts.group_shares(
                            [short(one.group) for one in there],
                            [one.rates[rate] for one in there],
                            [one.counted[rate] for one in there],
                            title=tr(TITLES[rate]),
                            measure=tr("Share of rows"),
                            reading=tr(MEANINGS[rate]),
                        ),
                        key=f"fair-{rate}-{run.id}",
                    )


def _numbers(run: Run, found: Fairness) -> None:
    frame = frame_of_rates(found)
    config: dict[str, Any] = {
        name: st.column_config.NumberColumn(format="%.1f%%")
        for name in frame.columns[2:]
        if frame[name].dtype.kind == "f"
    }
    with st.expander(tr("Every number"), icon=":material/table_rows:"):
        st.dataframe(
            frame, hide_index=True, column_config=config, alt=tr("The rates of every group with their intervals")
        )
        st.caption(
            tr("From and to: on other rows of the same kind, the value would lie between these 95 times of 100.")
        )
        offer(frame, f"fairness-{run.id}", key=f"fairness-{run.id}")


def frame_of_rates(found: Fairness) -> pd.DataFrame:
    """A line for each group: its rows, and each rate with its interval, in numbers of 100."""
    columns: dict[str, list[Any]] = {
        tr("Group"): [short(one.group) for one in found.groups],
        tr("Rows"): [one.rows for one in found.groups],
    }
    for rate in RATES:
        measured = [one.rates.get(rate) for one in found.groups]
        name = tr(TITLES[rate])
        columns[name] = [one.value * 100 if one else float("nan") for one in measured]
        columns[tr("{name}, from", name=name)] = [one.low * 100 if one else float("nan") for one in measured]
        columns[tr("{name}, to", name=name)] = [one.high * 100 if one else float("nan") for one in measured]
    return pd.DataFrame(columns)
