"""Cache of quotes: the one estimate of a run's time, memory and energy that every page shows before it begins."""

import streamlit as st

from core.config import RunConfig
from core.quote import Quote, can_be_quoted
from dashboard.access.store import store
from dashboard.cached.known import frame_of
from dashboard.quoting import quote_of


def quote_of_run(config: RunConfig) -> Quote | None:
    """Quote of a run on this installation; None where none can be given. Raises NotFound as `quote_for` does."""
    if not can_be_quoted(config):
        return None
    newest = next((run.id for run in store().runs.list(limit=1, status="succeeded")), "")
    devices = tuple(worker.device for worker in store().workers.list() if worker.alive and worker.device)
    return _quote(config.model_dump_json(exclude={"name", "seed"}), newest, devices, config)


@st.cache_resource(show_spinner=False, max_entries=100)
def _quote(asked: str, newest: str, devices: tuple[str, ...], _config: RunConfig) -> Quote | None:  # noqa: ARG001
    return quote_of(store(), _config, frame_of(_config.dataset))
