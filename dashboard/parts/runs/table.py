"""Table of runs, a page at a time: found by words, stars and state, each with its verdict; ticked ones are compared."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.evaluation import best_baseline
from core.evaluation.records import Evaluation
from dashboard import doors
from dashboard.access.store import store
from dashboard.cached.comparable import MOST
from dashboard.cached.verdicts import beside_baseline
from dashboard.language.formats import metric_value
from dashboard.language.words import tr
from dashboard.parts.runs.status import STATES, state, when
from dashboard.sentences.comparison import result
from dashboard.sentences.measures import counts
from dashboard.sentences.run_name import run_name
from dashboard.sentences.standing import standing_word
from storage import Run

ON_A_PAGE = 20
"""Runs on a page: a verdict reads two files of answers, so only those on the screen get one."""
AT_MOST = 200
LONGEST = 38
"""Characters of a name that fit into its column."""


def found() -> list[Run]:
    """Runs that the filters of the page let through, the newest first."""
    with st.container(horizontal=True, vertical_alignment="center"):
        search = st.text_input(
            tr("Search"),
            key="search",
            bind="query-params",
            type="search",
            placeholder=tr("A name, a note, a dataset, or #12"),
            label_visibility="collapsed",
            width=320,
        )
        starred = st.toggle(tr("With a star"), key="starred", bind="query-params")
    status = st.pills(
        tr("State"),
        list(STATES),
        format_func=lambda key: tr(STATES[key][0]),
        key="state",
        bind="query-params",
        label_visibility="collapsed",
    )
    return store().runs.list(limit=AT_MOST, status=status, search=search or "", starred=starred)


def table(runs: Sequence[Run], key: str, *, to_compare: bool = False) -> None:
    """Table of runs; choosing a cell opens the run. `to_compare` lets several lines be ticked and compared."""
    above = st.container()
    shown = _page(runs, key)
    chosen: Any = st.dataframe(
        _frame(shown),
        column_config=_columns(shown),
        hide_index=True,
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"] if to_compare else "single-cell",
        key=f"{key}:{shown[0].id}",
        placeholder="–",
        height="content",
        alt=tr("Runs, newest first"),
    )
    if to_compare:
        with above:
            _compare([shown[i] for i in chosen.selection.rows])
    if chosen.selection.cells:
        doors.go("runs", run=shown[chosen.selection.cells[0][0]].id)


def _page(runs: Sequence[Run], key: str) -> Sequence[Run]:
    """Runs of the page that is turned to."""
    pages = -(-len(runs) // ON_A_PAGE)
    if pages < 2:
        return runs
    kept = f"{key}:page"
    if st.session_state.get(kept, 1) > pages:
        st.session_state[kept] = pages
    page = st.pagination(pages, key=kept)
    return runs[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]


def _frame(runs: Sequence[Run]) -> pd.DataFrame:
    results, simple = _results(runs)
    columns = {
        "star": ["★" if run.is_starred else "" for run in runs],
        "name": [run_name(run, LONGEST, scored=False) for run in runs],
        "state": [state(run) for run in runs],
        "result": results,
        "simple": simple,
        "verdict": [_verdict(run) for run in runs],
        "when": [when(run) for run in runs],
        "data": [run.dataset_name for run in runs],
        "note": [run.note for run in runs],
    }
    optional = {"star", "note"}
    return pd.DataFrame({name: cells for name, cells in columns.items() if name not in optional or any(cells)})


def _columns(runs: Sequence[Run]) -> dict[str, Any]:
    text = st.column_config.TextColumn
    in_shares = _are_shares(runs)
    kind = partial(st.column_config.NumberColumn, format="%.1f%%") if in_shares else text
    return {
        "star": text("★", width=40),
        "name": text(tr("Run"), width=270),
        "state": text(tr("State"), width=85),
        "result": kind(tr("Right") if in_shares else tr("Result"), width=90 if in_shares else None),
        "simple": kind(tr("Baseline"), width=90),
        "verdict": text(
            tr("Verdict"),
            width=140,
            help=tr("Whether the run is better than the best baseline beside it, by the same test on every page."),
        ),
        "when": text(tr("When")),
        "data": text(tr("Data")),
        "note": text(tr("Note")),
    }


def _verdict(run: Run) -> str | None:
    """Standing of a finished run to the best baseline beside it."""
    found = beside_baseline(run)
    return standing_word(found.verdict.kind) if found else None


def _are_shares(runs: Sequence[Run]) -> bool:
    """Whether all that have a result are judged by the share of right answers, which sorts as a number."""
    return all(run.evaluation is None or counts(run.evaluation.headline) == "right" for run in runs)


def _results(runs: Sequence[Run]) -> tuple[list[Any], list[Any]]:
    """Each run's result and the best baseline's: percentages, or where other metrics judge, words."""
    found = [run.evaluation for run in runs]
    if _are_shares(runs):
        numbers = [one.reached.value * 100 if one and one.reached else None for one in found]
        return numbers, [_simple(one, lambda value: value * 100) for one in found]
    words = [result(one) if one else None for one in found]
    return words, [_simple(one, partial(metric_value, one.headline)) if one else None for one in found]


def _simple(evaluation: Evaluation | None, shown: Callable[[float], Any]) -> Any:
    found = best_baseline(evaluation) if evaluation else None
    return shown(found[1].value) if found else None


def _compare(ticked: Sequence[Run]) -> None:
    """Button that compares the ticked runs; it keeps its place while none is ticked."""
    finished = [run.id for run in ticked if run.status == "succeeded"]
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            tr("Compare"), type="primary", icon=":material/compare_arrows:", disabled=not 2 <= len(finished) <= MOST
        ):
            doors.go("compare", runs=",".join(finished))
        said = tr("Tick two to {most} finished runs to compare them.", most=MOST)
        if ticked:
            said = tr(
                "{n} of {ticked} ticked runs are finished. Two to {most} can be compared.",
                n=len(finished),
                ticked=len(ticked),
                most=MOST,
            )
        st.caption(said, width="content")
