"""Status of a run in words and colour."""

from typing import Any

import streamlit as st

from dashboard.language.formats import ago, duration
from dashboard.language.words import tr
from dashboard.sentences.keys import STATUSES

STATES = {
    "queued": (STATUSES["queued"], "gray", "hourglass_empty"),
    "running": (STATUSES["running"], "primary", "autorenew"),
    "succeeded": (STATUSES["succeeded"], "green", "check"),
    "failed": (STATUSES["failed"], "red", "error"),
    "cancelled": (STATUSES["cancelled"], "orange", "stop_circle"),
    "unreadable": (STATUSES["unreadable"], "red", "broken_image"),
}

ACTIVE = ("queued", "running")


def state(run: Any) -> str:
    """Status of the run in one word."""
    if run.stopping and run.status in ACTIVE:
        return tr("Stopping")
    return tr(STATES[run.status][0])


def badge(run: Any) -> None:
    """Coloured badge of the run's status."""
    _, colour, icon = STATES[run.status]
    st.badge(state(run), icon=f":material/{icon}:", color=colour)  # type: ignore[arg-type]


def is_active(run: Any) -> bool:
    """Whether the run is waiting or running."""
    return run.status in ACTIVE


def when(run: Any) -> str:
    """Time of the run's end and its duration; until it has ended, the time of its creation."""
    if run.started and run.ended:
        took = duration((run.ended - run.started).total_seconds())
        return tr("{ago}, took {took}", ago=ago(run.ended), took=took)
    return ago(run.created)
