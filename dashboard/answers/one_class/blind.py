"""Blind review of doubted labels of judged rows: one at a time, before the model's answer or the label is shown.

Whoever corrects test labels with the model's answer in view corrects them towards it, and the model is then judged by
its own answers.
"""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.inspection import Suspect
from dashboard.access.store import may
from dashboard.cached.known import inputs_by_row
from dashboard.downloads import offer
from dashboard.inputs import room_of
from dashboard.language.formats import count
from dashboard.language.plain import apart, shortened
from dashboard.language.words import tr
from storage import Run

UNSURE = ""
"""Decision of a person who cannot tell: the label stays."""


def review(run: Run, found: Sequence[Suspect], labels: Sequence[str]) -> dict[str, str]:
    """Asks for the label of the next row; gives what was decided so far, by the row's id."""
    decided: dict[str, str] = st.session_state.setdefault(_key(run), {})
    waiting = [one for one in found if one.row_id not in decided]
    st.caption(
        tr(
            "The model is judged by these rows, so their labels are decided one by one, and what the model says stays "
            "hidden until you have decided. {n} of {all} are decided.",
            n=count(len(found) - len(waiting)),
            all=count(len(found)),
        )
    )
    if waiting and may("editor"):
        _ask(run, waiting[0], labels)
    if len(waiting) < len(found):
        _decisions(run, [one for one in found if one.row_id in decided], decided)
    return decided


def _key(run: Run) -> str:
    return f"blind-{run.id}"


def _ask(run: Run, one: Suspect, labels: Sequence[str]) -> None:
    with st.container(border=True):
        room_of(run.config, "rows").whole(run.dataset_id, _inputs(run, [one])[0])
        label = st.selectbox(
            tr("Which label is right?"),
            list(labels),
            index=None,
            format_func=apart(labels, lambda label: shortened(label, 80)),
            key=f"blind-label-{one.row_id}-{run.id}",
        )
        with st.container(horizontal=True):
            st.button(
                tr("Decide"),
                type="primary",
                disabled=label is None,
                key=f"blind-decide-{run.id}",
                on_click=_decide,
                args=(run, one, label),
            )
            st.button(tr("I cannot tell"), key=f"blind-unsure-{run.id}", on_click=_decide, args=(run, one, UNSURE))


def _decide(run: Run, one: Suspect, label: str) -> None:
    st.session_state[_key(run)] = {**st.session_state.get(_key(run), {}), one.row_id: label}


def _decisions(run: Run, done: Sequence[Suspect], decided: dict[str, str]) -> None:
    """What was decided, beside the label that stands there and what the model says."""
    rows = room_of(run.config, "rows")
    inputs = _inputs(run, done)
    frame = pd.DataFrame(
        {
            rows.title(): rows.cells(run.dataset_id, inputs),
            tr("You say"): [decided[one.row_id] or tr("cannot tell") for one in done],
            tr("Label now"): [one.given for one in done],
            tr("The model says"): [one.suggested for one in done],
        }
    )
    st.dataframe(
        frame,
        hide_index=True,
        column_config={rows.title(): rows.cell(300)},
        row_height=rows.ROW_HEIGHT,
        alt=tr("The labels that were decided"),
    )
    offer(frame.assign(**{rows.title(): inputs}), f"decided-labels-{run.id}", key=f"decided-{run.id}")


def _inputs(run: Run, some: Sequence[Suspect]) -> list[str]:
    inputs = inputs_by_row(run.dataset_id, run.config)
    return [inputs.get(one.row_id, "–") for one in some]
