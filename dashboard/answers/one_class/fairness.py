"""Fairness: metric gaps between groups, with their tests."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import UserError
from core.inspection import LEAST_ROWS, RATES, Fairness, FairnessRate, Gap, Group, fairness, questions
from dashboard import charts
from dashboard.answers.whole_numbers import whole_numbers
from dashboard.cached.held_out import LENGTH, groups_of, labels_held_out
from dashboard.cached.known import answers_of
from dashboard.charts import show
from dashboard.downloads import offer
from dashboard.faults import show_error
from dashboard.inputs import room_of
from dashboard.language.formats import count, share
from dashboard.language.plain import apart, plain, shortened
from dashboard.language.words import listed, tr, word
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


CRITERIA = {
    "demographic_parity": word("demographic parity"),
    "equal_opportunity": word("equal opportunity"),
    "equalized_odds": word("equalised odds"),
}
"""The field's names for what should be alike."""


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
        found = _fairness(run.id, way, label, questions(len(ways), answers_of(run.id)), ways[way])
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
def _fairness(run_id: str, way: tuple[str, str], label: str, looks: int, _groups: list[Group]) -> Fairness:  # noqa: ARG001  # it is a key
    return fairness(answers_of(run_id), _groups, label, looks=looks)


def _said(found: Fairness) -> None:
    with st.container(border=True, key="verdict"):
        gaps = [gap for gap in found.gaps if gap.adjusted < 0.05 and gap.criterion != "equalized_odds"]
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
    _method(found)


def _method(found: Fairness) -> None:
    with st.expander(tr("How sure is this?"), icon=":material/help:"):
        st.markdown(
            tr(
                "The gap between the highest and the lowest group looks wider than it is: luck pushes one group up and "
                "another down, the more the more groups there are. So the true gap is estimated with what luck adds "
                "taken off. It lies between the two limits at least 95 times of 100."
            )
        )
        st.markdown(
            tr(
                "Who looks at many columns and answers finds some gap by luck. “Not treated alike” allows for all {n} "
                "comparisons that can be chosen here: where every group is treated alike, it is said of any of them at "
                "most 5 times of 100.",
                n=count(found.looks * len(RATES)),
            )
        )
        st.markdown(
            tr(
                "**Demographic parity** asks that every group gets this answer as often. **Equal opportunity** asks "
                "that it gets it as often when it should. **Equalised odds** asks for that, and that it gets it as "
                "often when it should not."
            )
        )


def _names(gaps: list[Gap]) -> str:
    return listed(tr(TITLES[gap.rate]).lower() for gap in gaps)


def _sentence(found: Fairness, gap: Gap) -> str:
    highest, lowest = found.groups[gap.highest], found.groups[gap.lowest]
    words = {
        "rate": _title(gap),
        "top": plain(shortened(short(highest.group), 40)),
        "most": share(highest.rates[gap.rate].value),
        "bottom": plain(shortened(short(lowest.group), 40)),
        "least": share(lowest.rates[gap.rate].value),
        "seen": _points(gap.seen),
        "points": _points(gap.true.value),
        "low": _points(gap.true.low),
        "high": _points(gap.true.high),
    }
    if gap.criterion == "equalized_odds":
        head = tr("{rate}: the wider of these two gaps is {seen} points.", **words)
    else:
        head = tr("{rate}: {most} of “{top}”, {least} of “{bottom}”, {seen} points apart.", **words)
    true = tr("The true gap is likely about {points} points ({low} to {high}).", **words)
    return f"{head} {true} {_luck(found, gap)}"


def _title(gap: Gap) -> str:
    both = gap.criterion == "equalized_odds"
    title = tr("When it should, and when it should not") if both else tr(TITLES[gap.rate])
    name = f" ({tr(CRITERIA[gap.criterion])})" if gap.criterion in CRITERIA else ""
    return f"**{title}**{name}"


def _luck(found: Fairness, gap: Gap) -> str:
    """What groups that are treated alike would show."""
    luck = _points(gap.by_luck)
    if gap.adjusted < 0.05:
        return tr("Groups treated alike would hardly show more than {luck}.", luck=luck)
    if gap.p_value < 0.05:
        return tr(
            "Alone, that would be more than luck; among the {n} comparisons on offer here, it is no proof of a gap.",
            n=count(found.looks * len(RATES)),
        )
    return tr("Groups treated alike would show up to {luck} by luck: this is no proof of a gap.", luck=luck)


def _points(value: float) -> str:
    return f"{value * 100:.1f}"


def _charts(run: Run, found: Fairness) -> None:
    with st.grid(3, min_column_width=300):
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
                            whole=False,
                        ),
                        key=f"fair-{rate}-{run.id}",
                    )
                    _missing(found, rate)


def _missing(found: Fairness, rate: FairnessRate) -> None:
    """Names of the groups that have no row for this rate."""
    names = [plain(shortened(short(one.group), 40)) for one in found.groups if rate not in one.rates]
    if names:
        st.caption(tr("Not drawn, for want of such rows: {names}.", names=listed(names)))


def _numbers(run: Run, found: Fairness) -> None:
    with st.expander(tr("Every number"), icon=":material/table_rows:"):
        frame = frame_of_rates(found)
        st.dataframe(
            frame,
            hide_index=True,
            column_config=_with_format(frame, "%.1f%%"),
            alt=tr("The rates of every group with their intervals"),
        )
        st.caption(tr("The true share lies between From and To, 95 times of 100."))
        offer(frame, f"fairness-{run.id}", key=f"fairness-{run.id}")
    rates = [rate for rate in RATES if any(gap.rate == rate for gap in found.gaps)]
    if rates:
        with st.expander(tr("Every pair of groups"), icon=":material/compare_arrows:"):
            _pairs(run, found, rates)


def _pairs(run: Run, found: Fairness, rates: list[FairnessRate]) -> None:
    rate = st.segmented_control(
        tr("What should be alike?"),
        rates,
        default=rates[0],
        format_func=lambda one: tr(TITLES[one]),
        key=f"fair-pairs-{run.id}",
    )
    frame = frame_of_pairs(found, rate or rates[0])
    st.dataframe(
        frame,
        hide_index=True,
        column_config=_with_format(frame, "%.1f"),
        alt=tr("The difference of every two groups with its interval"),
    )
    st.caption(
        tr(
            "How many more of 100 rows get it in the first group than in the second; below 0, fewer. The true "
            "difference lies between From and To 95 times of 100, each pair by itself: of many pairs, some miss."
        )
    )
    offer(frame, f"fairness-pairs-{run.id}", key=f"fairness-pairs-{run.id}")


def _with_format(frame: pd.DataFrame, how: str) -> dict[str, Any]:
    names = [name for name in frame.columns if frame[name].dtype.kind == "f"]
    return whole_numbers(frame) | {name: st.column_config.NumberColumn(format=how) for name in names}


def frame_of_pairs(found: Fairness, rate: FairnessRate) -> pd.DataFrame:
    """A line for each pair of groups: the difference of their rates with its interval, in points of 100."""
    pairs = found.pairs(rate)
    return pd.DataFrame(
        {
            tr("Group"): [short(found.groups[one.first].group) for one in pairs],
            tr("Compared with"): [short(found.groups[one.second].group) for one in pairs],
            tr("Difference"): [one.difference.value * 100 for one in pairs],
            tr("From"): [one.difference.low * 100 for one in pairs],
            tr("To"): [one.difference.high * 100 for one in pairs],
        }
    )


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
