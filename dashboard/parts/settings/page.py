"""Settings page: health checks, workers, disk use and the version."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard.access.setup import door
from dashboard.charts.show import FORMAT, FORMATS
from dashboard.language.engine import said
from dashboard.language.formats import ago, size
from dashboard.language.plain import plain
from dashboard.language.words import tr
from dashboard.sentences.keys import CHECKS
from storage import Store
from storage.files import size_of
from storage.health import Health


def health(store: Store) -> None:
    """Table of health checks, each with a mark, what was seen, and what to do where it failed."""
    seen = {}
    for check in (*_looked_at(store.home, store).checks, door()):
        mark = ":green[:material/check_circle:]" if check.ok else ":orange[:material/error:]"
        hint = f" {plain(said(check.hint))}" if check.hint and not check.ok else ""
        seen[f"{mark}&nbsp;**{plain(tr(CHECKS.get(check.name, check.name)))}**"] = f"{plain(said(check.text))}{hint}"
    st.table(seen, border="horizontal", alt=tr("What was looked at, and how it is"))


@st.cache_data(ttl="5s", show_spinner=False, max_entries=4)
def _looked_at(home: Path, _store: Store) -> Health:  # noqa: ARG001  # it is the key
    """Health checks, cached for five seconds, since some of them read the whole database."""
    return _store.health()


def workers(store: Store) -> None:
    """Table of workers, with their last heartbeat."""
    known = store.workers.list()
    if not known:
        st.markdown(tr("No worker has ever been here. Start one with `tuneboard worker`."))
        return
    frame = pd.DataFrame(
        {
            tr("Machine"): [worker.host for worker in known],
            tr("Device"): [worker.device or tr("starting") for worker in known],
            tr("Answers"): [tr("yes") if worker.alive else tr("no") for worker in known],
            tr("Busy with"): [worker.busy_with or tr("nothing") for worker in known],
            tr("Last seen"): [ago(worker.seen) for worker in known],
        }
    )
    st.dataframe(frame, hide_index=True, alt=tr("Workers, the newest first"))


def kept(store: Store) -> None:
    """Disk use of the store: its folder, the size by kind, and the command for a backup."""
    st.markdown(tr("Everything lies in one folder:"))
    st.code(str(store.home), language=None)
    if store.rows_are_elsewhere:
        st.markdown(tr("The rows of its tables are in another database:"))
        st.code(store.rows_in, language=None)
    used = store.bounds.use()
    with st.grid(4, min_column_width=150):
        st.metric(tr("Datasets"), size(sum(one.dataset_bytes for one in used)), border=True)
        st.metric(tr("Runs and models trained"), size(sum(one.run_bytes for one in used)), border=True)
        st.metric(tr("Pretrained models"), size(_folder_size(store.models)), border=True)
        st.metric(tr("Can be made again"), size(_folder_size(store.cache)), border=True)
    st.caption(tr("Save the database and the files in one go; it works while runs go on:"))
    st.code("tuneboard backup tuneboard-backup.zip", language=None)


@st.cache_data(ttl="10m", show_spinner=False, max_entries=16)
def _folder_size(folder: Path) -> int:
    return size_of(folder)


def charts() -> None:
    """Format in which charts are saved."""
    st.segmented_control(
        tr("Save charts as"),
        list(FORMATS),
        default="png",
        required=True,
        format_func=FORMATS.__getitem__,
        key=FORMAT,
        persist_state="session",
    )
    st.caption(tr("A chart is saved by the camera above it: PNG in twice its size, or SVG, which stays sharp."))


def about() -> None:
    """Version and licence of Tuneboard."""
    try:
        here = version("tuneboard")
    except PackageNotFoundError:
        here = tr("from a checkout")
    st.caption(
        tr(
            "Tuneboard {version}, Apache-2.0. It works without a network, sends nothing anywhere, and keeps your rows "
            "on this machine.",
            version=here,
        )
    )
