"""Home page: the next step, the runs in progress, the best results and the newest runs."""

import math
from collections.abc import Sequence

import streamlit as st

from core.evaluation import MEANINGS, goodness
from dashboard import doors
from dashboard.access.store import store
from dashboard.cached.verdicts import beside_baseline
from dashboard.inputs import room_of
from dashboard.language.engine import said
from dashboard.language.formats import metric_value
from dashboard.language.plain import middle, plain
from dashboard.language.words import tr, word
from dashboard.parts.runs.progress import stages
from dashboard.parts.runs.status import ACTIVE, badge, is_active, when
from dashboard.parts.runs.unreadable import delete_button
from dashboard.sentences.baselines import spoken
from dashboard.sentences.comparison import result
from dashboard.sentences.measures import counts
from dashboard.sentences.run_name import run_name
from dashboard.sentences.standing import standing_badge
from storage import Run

FIRST_STORY = "finance-newsdesk"


def next_step(runs: Sequence[Run]) -> None:
    """Call to action: the one thing most worth doing now, and the alternatives."""
    newest = next((run for run in runs if run.status == "succeeded"), None)
    with st.container(border=True, gap="small"):
        if newest is None:
            st.markdown(f"**{tr('Start with a ready example')}**")
            st.markdown(tr("A newsdesk sorts its stories, and a model learns it from a few labelled ones."))
            with st.container(horizontal=True):
                if st.button(tr("Open the newsdesk"), type="primary", icon=":material/play_arrow:"):
                    doors.go("scenarios", scenario=FIRST_STORY)
                if st.button(tr("Bring my own rows"), icon=":material/upload:"):
                    doors.go("data")
            return
        st.markdown(f"**{tr('Your newest model is ready: {name}', name=plain(run_name(newest, scored=False)))}**")
        st.markdown(room_of(newest.config, "words").try_it())
        with st.container(horizontal=True):
            if st.button(tr("See how good it is"), type="primary", icon=":material/fact_check:"):
                doors.go("evaluate", run=newest.id)
            if st.button(tr("Try it"), icon=":material/chat_bubble:"):
                doors.go("predict", run=newest.id)
            if st.button(tr("Choose another scenario"), type="tertiary"):
                doors.go("scenarios")
            if st.button(tr("Bring my own rows"), type="tertiary"):
                doors.go("data")


def running() -> None:
    """What is prepared, queued and at work; refreshed every two seconds while there is any."""
    every = "2s" if _active() or store().in_preparation() else None
    st.fragment(_running, run_every=every, key="running")()


def _active() -> list[Run]:
    return [
        run
        for status in ACTIVE
        for run in store().runs.list(limit=5, status=status, kind=None)  # type: ignore[arg-type]
    ]


def _running() -> None:
    active, preparing = _active(), store().in_preparation()
    had_some = st.session_state.get("home:active", False)
    st.session_state["home:active"] = bool(active or preparing)
    if had_some and not active and not preparing:
        st.rerun()
    if preparing and not active:
        with st.container(border=True):
            st.markdown(f"**{tr('The example is being prepared: {name}', name=plain(preparing))}**")
            st.markdown(
                tr("Its rows and the model are fetched once. Its run starts by itself then, and can be watched here.")
            )
            st.progress(0.0, text=tr("Fetching the rows and the model"))
    if not active:
        return
    st.subheader(tr("Running now"), anchor=False)
    for run in active:
        with st.container(border=True, gap="small"):
            title = f"**{plain(run_name(run, 70))}**"
            if run.search:
                doors.link("labels", title, search=run.id)
            else:
                doors.link("runs", title, run=run.id)
            stages(run)


def best(runs: Sequence[Run]) -> None:
    """The best finished run of each dataset by each headline metric, beside its best baseline; four at most."""
    leaders: dict[tuple[str, str], Run] = {}
    for run in runs:
        if run.evaluation and not is_active(run) and _goodness(run) > -math.inf:
            place = (run.dataset_id, run.evaluation.headline)
            if place not in leaders or _goodness(run) > _goodness(leaders[place]):
                leaders[place] = run
    with st.grid(4, min_column_width=220):
        for run in sorted(leaders.values(), key=lambda one: one.created, reverse=True)[:4]:
            _card(run)


def _facts(run: Run) -> str:
    """Caption of a run: its result, dataset and time; of one that cannot be read, why."""
    if run.unreadable:
        return plain(said(run.unreadable))
    reached = [result(run.evaluation)] if run.evaluation and run.evaluation.reached else []
    return " · ".join([*reached, plain(middle(run.dataset_name, 40)), when(run)])


def _goodness(run: Run) -> float:
    """Sort key of a run by its headline metric, higher is better; minus infinity without one."""
    found = goodness(run.evaluation) if run.evaluation else None
    return -math.inf if found is None else found


def _card(run: Run) -> None:
    assert run.evaluation is not None  # noqa: S101
    assert run.evaluation.reached is not None  # noqa: S101
    name, reached = run.evaluation.headline, run.evaluation.reached
    meaning = MEANINGS[name]
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(
            plain(middle(run.dataset_name, 34)),
            result(run.evaluation) if counts(name) == "right" else metric_value(name, reached.value),
            help=tr(
                "{metric}, {name}; the true value lies between {low} and {high}, 95 times of 100.",
                metric=tr(meaning.title),
                name=plain(run_name(run, scored=False)),
                low=metric_value(name, reached.low),
                high=metric_value(name, reached.high),
            ),
        )
        if counts(name) != "right":
            better = (
                word("{metric}, higher is better") if meaning.higher_is_better else word("{metric}, lower is better")
            )
            st.caption(tr(better, metric=tr(meaning.title)))
        if beside := beside_baseline(run):
            st.markdown(standing_badge(beside.verdict.kind, spoken(beside.baseline)))


def newest(runs: Sequence[Run]) -> None:
    """List of runs, a line each with name and state. Plain elements, since a table's script is slow to load."""
    with st.container(gap="xsmall"):
        for run in runs:
            with st.container(horizontal=True, vertical_alignment="center", key=f"newest-{run.id}"):
                doors.link("runs", f"**{plain(run_name(run, scored=False))}**", run=run.id)
                badge(run)
                st.caption(_facts(run), width="content")
                if run.unreadable:
                    delete_button(run)
