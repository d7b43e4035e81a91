"""Labels page: asking for a label curve, following its search, and the table of searches."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.config import RunConfig
from core.errors import NotFound, UserError
from core.searches import LabelCurve, baseline_of
from core.tasks import task_of
from dashboard import doors
from dashboard.access.store import may, may_change, store
from dashboard.answers.curve_words import curve_words
from dashboard.cached.known import frame_of, largest_group
from dashboard.faults import attempt
from dashboard.language.formats import count, duration
from dashboard.language.plain import plain
from dashboard.language.words import tr
from dashboard.parts.deletion import Deletion, confirm
from dashboard.parts.labels.curve import results
from dashboard.parts.runs import unreadable
from dashboard.parts.runs.head import head
from dashboard.parts.runs.progress import watch
from dashboard.parts.runs.status import is_active, state, when
from dashboard.quoting import quote_of
from dashboard.requests import forget, request_id
from dashboard.sentences.baselines import called
from dashboard.sentences.run_name import run_name
from storage import Run


def ask(run: Run) -> None:
    """Form of a new label curve: sizes and draws, the estimated time, and Start."""
    words = curve_words(store(), run)
    with st.container(border=True):
        largest = largest_group(run.dataset_id, run.config)
        offered = [size for size in words.offered if size < largest]
        with st.expander(tr("Sizes and draws"), icon=":material/tune:"):
            sizes = st.pills(
                words.size,
                offered,
                default=[size for size in words.usual if size in offered],
                selection_mode="multi",
                format_func=count,
                key=f"sizes-{run.id}",
                help=words.sizes_help,
            )
            draws = st.number_input(
                tr("Draws of each size"),
                2,
                20,
                3,
                key=f"draws-{run.id}",
                help=tr("Which rows are drawn is chance; several draws show how much that matters."),
            )
        if len(sizes) < 2:
            st.warning(words.too_few)
            return
        question = LabelCurve(sizes=tuple(sizes), draws=int(draws))
        st.markdown(words.plan(question, called(baseline_of(task_of(run.config)))))
        st.caption(_time(run.config, question))
        if may("editor") and st.button(
            tr("Measure it"), type="primary", icon=":material/play_arrow:", key="start-labels"
        ):
            _start(run, question)
        else:
            forget("labels")


def _time(config: RunConfig, question: LabelCurve) -> str:
    """Estimated time: the sum of the quotes for each size; of the largest alone where only a head is trained."""
    counted = question.sizes[-1:] if config.learning.method == "frozen" else question.sizes
    frame = frame_of(config.dataset)
    try:
        quotes = [quote_of(store(), config.model_copy(update={"rows_per_class": size}), frame) for size in counted]
    except UserError:
        return ""
    if None in quotes:
        return tr("You can stop it; what was measured stays.")
    low, high = (
        question.draws * 60 * sum(ends) for ends in ([q.minutes_low for q in quotes], [q.minutes_high for q in quotes])
    )
    return tr(
        "Takes about {low} to {high}. You can stop it; what was measured stays.", low=duration(low), high=duration(high)
    )


def _start(run: Run, question: LabelCurve) -> None:
    name = tr("How many labels pay: {name}", name=run_name(run, 150, scored=False))
    config = run.config.model_copy(update={"name": name})
    request = request_id("labels", run.id, question.model_dump_json())
    doors.go("labels", search=store().runs.queue_search(config, question, request).id)


def table(searches: Sequence[Run]) -> None:
    """Table of searches; choosing a cell opens one."""
    frame = pd.DataFrame(
        {
            tr("Name"): [run_name(run) for run in searches],
            tr("State"): [state(run) for run in searches],
            tr("Data"): [run.dataset_name for run in searches],
            tr("When"): [when(run) for run in searches],
        }
    )
    chosen: Any = st.dataframe(
        frame,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        key="searches",
        alt=tr("Curves that were asked for, newest first"),
    )
    if chosen.selection.cells:
        doors.go("labels", search=searches[chosen.selection.cells[0][0]].id)


def detail(run: Run) -> None:
    """Detail view of a search: its state, its actions, and what was measured so far."""
    if run.search is None or not (run.unreadable or isinstance(run.search, LabelCurve)):
        raise NotFound(tr("'{name}' is a run, and no curve of labels.", name=run.name), tr("The Runs page shows it."))
    if run.unreadable:
        unreadable.detail(run)
        return
    head(run)
    actions(run)
    watch(run.id, _found)


def _found(run: Run) -> None:
    results(run, store().runs.points(run.id))


def actions(run: Run) -> None:
    """Buttons for the actions that the search's state and the actor's role allow."""
    runs = store().runs
    if not may_change(run.created_by):
        return
    with st.container(horizontal=True):
        if is_active(run):
            icon = ":material/stop_circle:"
            st.button(tr("Stop"), icon=icon, on_click=attempt, args=(runs.stop, run.id), disabled=run.stopping)
        if run.status in ("failed", "cancelled"):
            icon = ":material/play_arrow:"
            st.button(tr("Resume"), type="primary", icon=icon, on_click=attempt, args=(runs.resume, run.id))
        if run.has_ended and st.button(tr("Delete"), type="tertiary", icon=":material/delete:"):
            _confirm_deletion(run)


def _confirm_deletion(run: Run) -> None:
    confirm(
        Deletion(
            title=tr("Delete {name}?", name=plain(run.name)),
            lost=tr("Its measurements and its log are deleted. The run that it began with and its dataset stay."),
            do=lambda: store().runs.delete(run.id),
            then=lambda: doors.go("labels"),
        )
    )
