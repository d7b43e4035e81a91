"""Data page: upload and import, the list of datasets, and one dataset with its findings."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.config import RunConfig, make_config
from core.data import Finding
from core.errors import UserError
from core.tasks import TASKS, task_of
from dashboard import doors
from dashboard.access.store import may, store
from dashboard.answers import room
from dashboard.cached.known import columns_of, findings_for, fits_of, inputs_of, suggestion_for
from dashboard.faults import sentences, show_bug, show_error
from dashboard.inputs import room as room_of_inputs
from dashboard.inputs import room_of
from dashboard.intake.arrivals import FILES, PICTURES, keep_hub_dataset, keep_uploads, max_mb
from dashboard.language.engine import said
from dashboard.language.formats import ago, size
from dashboard.language.plain import plain
from dashboard.language.words import listed, tr, trn
from dashboard.parts.column_box import column_box
from dashboard.parts.dataset_actions import dataset_actions
from dashboard.parts.heading import section
from dashboard.parts.mends import columns_before, history, read_otherwise, ways_to_mend
from dashboard.parts.teaching import teaching_banner
from storage import Dataset

SEVERITIES = {"error": st.error, "warning": st.warning, "info": st.info}
ICONS = {"error": ":material/error:", "warning": ":material/warning:", "info": ":material/info:"}


def bring() -> None:
    """Upload and import: files of one's own, a folder, or a dataset of the hub. Nothing for a viewer."""
    if not may("editor"):
        return
    own, folder, hub = st.tabs([tr("A file of mine"), tr("A folder of pictures"), tr("From the Hugging Face Hub")])
    with own:
        uploads = st.file_uploader(
            tr(
                "CSV, TSV, JSON, JSONL, Parquet, Excel, a ZIP of pictures, or pictures; up to {n} MB", n=max_mb(store())
            ),
            type=FILES,
            accept_multiple_files=True,
            max_upload_size=max_mb(store()),
            key="upload",
        )
        st.caption(
            tr(
                "It stays on this machine. Encoding, separators and quotes of a table are found out by looking inside. "
                "Pictures need their right answers: a folder for each class in the ZIP, or a table beside them that "
                "names their files."
            )
        )
        if uploads:
            _keep(uploads)
    with folder:
        inside = st.file_uploader(
            tr("A folder with a folder for each class inside, up to {n} MB together", n=max_mb(store())),
            type=[*PICTURES, "csv"],
            accept_multiple_files="directory",
            max_upload_size=max_mb(store()),
            key="upload-folder",
        )
        st.caption(
            tr(
                "What is in the folder 'cats' is learned as 'cats'. Folders called train and test keep their part. "
                "From about a thousand pictures on, a ZIP of the folder is quicker; it may hold 100,000."
            )
        )
        if inside:
            _keep(inside)
    with hub, st.form("hub", border=False):
        wanted = st.text_input(tr("Dataset id"), placeholder="owner/name", max_chars=200)
        if st.form_submit_button(tr("Fetch"), icon=":material/cloud_download:") and wanted.strip():
            _fetch(wanted.strip())


def _keep(uploads: Sequence[Any]) -> None:
    what = plain(uploads[0].name) if len(uploads) == 1 else trn("{n} file", "{n} files", len(uploads))
    try:
        with st.spinner(tr("Reading {name}…", name=what)):
            dataset = keep_uploads(store(), uploads)
    except UserError as error:
        show_error(error)
        return
    doors.go("data", dataset=dataset.id)


def _fetch(wanted: str) -> None:
    try:
        with st.spinner(tr("Asking the hub…")):
            kept = keep_hub_dataset(store(), wanted)
    except UserError as error:
        show_error(error)
        return
    if kept:
        doors.go("data", dataset=kept[0].id)


def table(datasets: Sequence[Dataset]) -> None:
    """Table of datasets; choosing a cell opens one."""
    frame = pd.DataFrame(
        {
            "name": [one.name for one in datasets],
            "rows": [one.rows for one in datasets],
            "columns": [listed(one.columns) for one in datasets],
            "size": [size(one.bytes) for one in datasets],
            "source": [one.source for one in datasets],
            "created": [ago(one.created) for one in datasets],
        }
    )
    columns = {
        "name": st.column_config.TextColumn(tr("Dataset"), width="medium"),
        "rows": st.column_config.NumberColumn(tr("Rows"), format="localized", width=90),
        "columns": st.column_config.TextColumn(tr("Columns")),
        "size": st.column_config.TextColumn(tr("Size"), width=90),
        "source": st.column_config.TextColumn(tr("Source")),
        "created": st.column_config.TextColumn(tr("Added"), width=120),
    }
    chosen: Any = st.dataframe(
        frame,
        column_config=columns,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        key="datasets",
        height="content" if len(datasets) <= 14 else 520,
        alt=tr("Datasets, newest first"),
    )
    if chosen.selection.cells:
        doors.go("data", dataset=datasets[chosen.selection.cells[0][0]].id)


def detail(dataset: Dataset) -> None:
    """Detail view of a dataset: what was read, its columns, its findings, and the first rows."""
    st.title(plain(dataset.name), anchor=False)
    facts = [
        trn("{n} row", "{n} rows", dataset.rows),
        trn("{n} column", "{n} columns", len(dataset.columns)),
        size(dataset.bytes),
        ago(dataset.created),
    ]
    st.caption(" · ".join(plain(one) for one in [*facts, *map(said, () if dataset.history else dataset.notes)]))
    _parent(dataset)
    history(dataset)
    dataset_actions(dataset)
    try:
        _rows(dataset)
    except Exception as error:
        show_bug(error)
        st.info(tr("These rows cannot be shown. You can still rename, download or delete them."))


def _rows(dataset: Dataset) -> None:
    """What the rows say: their columns, findings, classes or numbers, and the first of them."""
    teaching_banner(dataset.scenario)
    config = _columns(dataset)
    _actions(dataset, config)
    if config is None:
        for one in dataset.findings:
            SEVERITIES[one.severity](sentences(one.message, one.hint), icon=ICONS[one.severity])
    else:
        looks, spread = st.columns([1.1, 1], gap="large")
        with looks:
            section(tr("What was found"))
            findings(findings_for(dataset.id, config), config)
            read_otherwise(dataset, config)
        with spread:
            room(task_of(config).targets.name, "data").spread(dataset, config.task.target)
    kind, read = inputs_of(dataset.id)
    target = suggestion_for(dataset.id).target
    if config is not None:
        read, target = getattr(config.task, task_of(config).column), config.task.target
    room_of_inputs(kind, "rows").first_rows(dataset, read, target)


def _parent(dataset: Dataset) -> None:
    """Link to the dataset that a mended version was made from."""
    if dataset.parent_id is None:
        return
    try:
        parent = store().datasets.get(dataset.parent_id)
    except UserError:
        st.caption(tr("A mended version of a dataset that has been deleted."))
        return
    doors.link(
        "data",
        tr("A mended version of {name}", name=plain(parent.name)),
        icon=":material/healing:",
        dataset=parent.id,
    )


def _columns(dataset: Dataset) -> RunConfig | None:
    """Choice of what is read and of the target column, the suggested ones chosen; None while one is missing."""
    suggested = suggestion_for(dataset.id)
    kind, found = inputs_of(dataset.id)
    asked, wanted = columns_before(dataset) or (found, suggested.target)
    left, right = st.columns(2)
    with right:
        why = suggested.reasons.get("target") if wanted == suggested.target else None
        target = column_box(dataset, tr("Which column holds the right answer?"), dataset.columns, wanted, why)
    with left:
        read = room_of_inputs(kind, "choose").on_data(dataset, asked, suggested, target)
    if not read or target is None:
        st.info(tr("Choose both columns to see what was found in the rows."), icon=":material/touch_app:")
        return None
    fields = columns_of(dataset.id, task=_task(dataset, target), target=target)
    fields[f"task.{TASKS[fields['task.task']].column}"] = read
    if suggested.split:
        fields |= {"split.by": "given", "split.column": suggested.split}
    return make_config(dataset=dataset.id, **fields)


def _task(dataset: Dataset, target: str) -> str | None:
    """Task chosen by the target's type, asked for where both a class and a number could be learned."""
    fits = fits_of(dataset.id, target)
    if len(fits) < 2:
        return None
    names = [fit.task.name for fit in fits]
    chosen: str = st.segmented_control(
        tr("What is the answer?"),
        names,
        default=names[0],
        required=True,
        format_func=lambda name: tr(TASKS[name].answer_title),
        key=f"{dataset.id}:{target}:task",
    )
    st.caption(f":material/auto_awesome: {plain(said(fits[0].reason))}")
    return chosen


def _actions(dataset: Dataset, config: RunConfig | None) -> None:
    if may("editor") and st.button(
        tr("Train on these rows"), type="primary", icon=":material/tune:", disabled=config is None
    ):
        st.session_state["train:from"] = config
        doors.go("train", dataset=dataset.id)


def findings(found: Sequence[Finding], config: RunConfig, page: str = "data") -> None:
    """Findings of the data checks, each with its hint, the rows it names and what mends it; says so without any.

    A mend makes a new version of the rows, which opens on `page`.
    """
    if not found:
        st.success(tr("Nothing wrong was found."), icon=":material/check_circle:")
    show_examples = room_of(config, "rows").examples
    for place, one in enumerate(found):
        SEVERITIES[one.severity](sentences(one.message, one.hint), icon=ICONS[one.severity])
        if one.examples:
            show_examples(config, one.examples)
        ways_to_mend(one, config, page, key=f"{one.code}-{place}")
