"""Slices: the groups of rows in which the model is weaker than elsewhere, found by itself or chosen."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.evaluation import MEANINGS, YARDSTICKS
from core.inspection import SURENESS, Group, Slice, SliceSearch, slices, weakest
from dashboard.answers.slice_view import SliceView
from dashboard.answers.view import view_of
from dashboard.cached.held_out import WORD, groups_of, over_all
from dashboard.cached.known import answers_of
from dashboard.charts import show
from dashboard.downloads import offer
from dashboard.inputs import room_of
from dashboard.language.formats import count
from dashboard.language.plain import apart, plain, shortened
from dashboard.language.words import tr, trn
from dashboard.parts.heading import section
from dashboard.sentences.groups import short, together
from storage import Run

LEAST = (10, 20, 50, 100, 200)


def found_slices(run: Run) -> None:
    """Slice search: the weak slices, the rows behind them, and then every group by a chosen feature."""
    least = _least(run)
    with st.spinner(tr("Looking through the groups…")):
        search = _search(run.id, least, run)
    _said(search, run)
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
def _search(run_id: str, least: int, _run: Run) -> SliceSearch:
    groups = [
        group for (by, _), groups in groups_of(_run, least).items() if by not in SURENESS for group in groups
    ]  # a model that knows itself is wrong more often where it is unsure: no finding
    return weakest(answers_of(run_id), groups, least=least)


def _said(search: SliceSearch, run: Run) -> None:
    looked = trn("{n} group was looked at", "{n} groups were looked at", search.looked)
    with st.container(border=True, key="verdict"):
        if not search.looked:
            st.markdown(tr("There are too few test rows to look at groups of {n} rows.", n=search.least))
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
                + _view(run).worst(worst, f"**{plain(shortened(together(worst.groups), 90))}**")
            )
    if search.looked:
        st.caption(room_of(run.config, "groups").looked_at(looked, tr(_view(run).each)))


def _table(run: Run, search: SliceSearch) -> None:
    view = _view(run)
    show(
        view.chart(
            [together(one.groups) for one in search.found],
            [one.inside for one in search.found],
            [one.rows for one in search.found],
            overall=over_all(run.id),
            title=tr("Where it is weakest"),
            measure=tr(view.measure),
            reading=tr(view.weakest),
        ),
        key=f"weakest-{run.id}",
    )
    frame = view.frame(search.found)
    st.caption(tr(view.choose))
    chosen: Any = st.dataframe(
        frame,
        hide_index=True,
        column_config=view.columns(frame),
        on_select="rerun",
        selection_mode="single-row",
        key=f"slices-{run.id}",
        alt=tr("Groups in which the model is weaker than elsewhere"),
    )
    offer(frame, f"weak-spots-{run.id}", key=f"weak-{run.id}")
    for place in chosen.selection.rows[:1]:
        _rows_inside(run, search.found[place])


def _rows_inside(run: Run, one: Slice) -> None:
    view = _view(run)
    frame, config = view.inside(run, one)
    name = plain(shortened(together(one.groups), 80))
    st.markdown(f"**{tr(view.inside_title, name=name)}** · {count(len(frame))}")
    room_of(run.config, "rows").rows(frame, run.dataset_id, config, alt=tr(view.inside_alt))
    offer(frame, f"wrong-{run.id}", key=f"wrong-{run.id}")


def _by_choice(run: Run, least: int) -> None:
    """Metric with its interval for each group of a chosen feature."""
    ways = {feature: groups for feature, groups in groups_of(run, least).items() if feature[0] != WORD}
    if not ways:
        st.caption(tr("No group of the test rows is as large as that."))
        return
    view = _view(run)

    def way(feature: tuple[str, str]) -> str:
        by, column = feature
        return column if by == "column" else tr(view.ways[by])

    chosen = st.selectbox(tr("Group the rows by"), list(ways), format_func=apart(ways, way), key=f"way-{run.id}")
    found = _in_each(run.id, least, chosen, ways[chosen])
    show(
        view.chart(
            [short(one.groups[0]) for one in found],
            [one.inside for one in found],
            [one.rows for one in found],
            overall=over_all(run.id),
            title=tr(view.by_way, way=plain(shortened(way(chosen), 60))),
            measure=tr(view.measure),
            reading=_reading(ways[chosen], view),
        ),
        key=f"groups-{run.id}",
    )
    frame = view.frame(found)
    with st.expander(tr("Every number"), icon=":material/table_rows:"):
        st.dataframe(frame, hide_index=True, column_config=view.columns(frame), alt=tr("Every group with its interval"))
        offer(frame, f"groups-{run.id}", key=f"groups-{run.id}")


@st.cache_resource(show_spinner=False, max_entries=64)
def _in_each(run_id: str, least: int, way: tuple[str, str], _groups: list[Group]) -> list[Slice]:  # noqa: ARG001  # keys
    """Slices of one feature, the weakest first where they have no order of their own."""
    found = slices(answers_of(run_id), _groups)
    if way[0] not in {"class", "column"}:
        return found
    meaning = MEANINGS[YARDSTICKS[answers_of(run_id).kind].headline]
    return sorted(found, key=lambda one: meaning.goodness(one.inside.value))


def _view(run: Run) -> SliceView:
    return view_of(answers_of(run.id).kind).slices


def _reading(groups: Sequence[Group], view: SliceView) -> str:
    if groups[0].by in SURENESS:
        return tr(view.unsure)
    return tr("The dotted line is all test rows together. Groups whose thin lines reach it may differ by luck alone.")
