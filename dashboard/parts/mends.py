"""Mends on a page: what a finding offers, what was mended and the way back, and a file read in another way."""

from typing import Any

import streamlit as st

from core.config import RunConfig, make_config
from core.data import Finding, ReadOptions
from core.data.checks.findings import OtherSetting
from core.data.mends import FillDown, LeaveOut, LeaveOutRows, Mend, MergeLabels, MissingWords, Relabel, SplitLabels
from core.errors import UserError
from core.models.catalogue import CATALOGUE
from core.tasks import input_columns, task_of
from dashboard import doors
from dashboard.access.store import may, store
from dashboard.faults import show_error
from dashboard.intake.mends import keep_mended, keep_read_again, undo
from dashboard.language.engine import said
from dashboard.language.plain import plain
from dashboard.language.words import tr, trn
from dashboard.parts.reading import reading_label, sheet_chosen
from storage import Dataset

COLUMNS = "columns:"


def ways_to_mend(finding: Finding, config: RunConfig, page: str, key: str) -> None:
    """A button for each mend of a finding, beside what it will do. The version that it makes opens on `page`."""
    if not may("editor"):
        return
    for place, one in enumerate(finding.mends):
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(title(one.mend), icon=":material/healing:", key=f"mend-{config.dataset}-{key}-{place}"):
                _mend(config, one.mend, page)
            st.caption(promise(one.mend, one.rows), width="stretch")
    for place, options in enumerate(finding.readings):
        dataset = store().datasets.get(config.dataset)
        label, where = reading_label(options, dataset.options), f"read-{config.dataset}-{key}-{place}"
        if st.button(label, icon=":material/restart_alt:", key=where):
            _read(dataset, options, config, page)
    for place, one in enumerate(finding.settings):
        if st.button(choice(one), icon=":material/tune:", key=f"set-{config.dataset}-{key}-{place}"):
            st.session_state["train:from"] = make_config(**{**config.model_dump(), one.name: one.value})
            doors.go("train", dataset=config.dataset)


def choice(setting: OtherSetting) -> str:
    """Words on the button of a setting that answers a finding."""
    if (setting.name, setting.value) == ("task.cut", "start"):
        return tr("Read the end of each text instead")
    if setting.value == "left_out":
        return tr("Leave out the column '{name}'", name=plain(setting.name.partition("columns.")[2]))
    return tr("Choose the model {name}", name=plain(CATALOGUE[setting.value].title))


def title(mend: Mend) -> str:
    """Words on the button of a mend."""
    match mend:
        case MergeLabels():
            return tr("Join as '{label}'", label=plain(mend.into))
        case MissingWords():
            return tr("Take as missing")
        case FillDown():
            return tr("Fill down")
        case SplitLabels(keep="first"):
            return tr("Keep the first label")
        case SplitLabels() | LeaveOut() | LeaveOutRows():
            return tr("Leave these rows out")
        case Relabel():
            return tr("Correct the labels")


def promise(mend: Mend, rows: int) -> str:
    """What a mend will do to how many rows."""
    match mend:
        case MergeLabels():
            return trn(
                "{n} row comes to have the label '{label}'.",
                "{n} rows come to have the label '{label}'.",
                rows,
                label=plain(mend.into),
            )
        case MissingWords():
            return trn("{n} row then has no label.", "{n} rows then have no label.", rows)
        case FillDown():
            return trn("{n} empty cell gets the label above it.", "{n} empty cells get the label above them.", rows)
        case SplitLabels(keep="first"):
            return trn("{n} row keeps its first label only.", "{n} rows keep their first label only.", rows)
        case SplitLabels() | LeaveOut() | LeaveOutRows():
            return trn("{n} row is left out.", "{n} rows are left out.", rows)
        case Relabel():
            return trn("{n} row is corrected.", "{n} rows are corrected.", rows)


def _mend(config: RunConfig, mend: Mend, page: str) -> None:
    try:
        version = keep_mended(store(), store().datasets.get(config.dataset), [mend])
    except UserError as error:
        show_error(error)
        return
    _open(version, config, page)


def _read(dataset: Dataset, options: ReadOptions, config: RunConfig | None, page: str) -> None:
    try:
        with st.spinner(tr("Reading {name}…", name=plain(dataset.source))):
            version = keep_read_again(store(), dataset, options)
    except UserError as error:
        show_error(error)
        return
    _open(version, config, page)


def _open(version: Dataset, config: RunConfig | None, page: str) -> None:
    """Opens a version with the columns that were chosen, as far as it has them."""
    if config is not None and {*input_columns(config), config.task.target} <= set(version.columns):
        chosen = getattr(config.task, task_of(config).column)
        st.session_state[f"{COLUMNS}{version.id}"] = (chosen, config.task.target)
        if page == "train":
            st.session_state["train:from"] = config.model_copy(update={"dataset": version.id})
    doors.go(page, dataset=version.id)


def columns_before(dataset: Dataset) -> tuple[Any, str] | None:
    """What was chosen on the version before to be read, and as target; None for other datasets."""
    chosen: tuple[Any, str] | None = st.session_state.get(f"{COLUMNS}{dataset.id}")
    return chosen


def history(dataset: Dataset) -> None:
    """What was mended, in order, and the way back to the version before."""
    if not dataset.history:
        return
    with st.container(border=True):
        st.markdown(f"**{tr('What was mended')}**")
        for note in dataset.history:
            st.markdown(f":material/healing: {plain(said(note))}")
        if may("editor") and dataset.parent_id and st.button(tr("Undo the last change"), icon=":material/undo:"):
            try:
                before = undo(store(), dataset)
            except UserError as error:
                show_error(error)
                return
            doors.go("data", dataset=before)


def read_otherwise(dataset: Dataset, config: RunConfig | None) -> None:
    """Form that reads a dataset's file in another way; nothing where its rows come from no table."""
    if not may("editor") or dataset.scenario or not _is_table(dataset):
        return
    with (
        st.expander(tr("Read the file in another way"), icon=":material/restart_alt:"),
        st.form(f"read-{dataset.id}", border=False),
    ):
        taken = dataset.options
        skip = st.number_input(
            tr("Lines above the column names"), 0, 10_000, taken.skip_lines, placeholder=tr("Found out"), step=1
        )
        choices = {True: tr("They name the columns"), False: tr("They are a row")}
        header = st.segmented_control(
            tr("The first line's cells"),
            list(choices),
            default=taken.header,
            format_func=lambda one: choices[one],
            help=tr("Choose neither to have it found out."),
        )
        sheet = sheet_chosen(dataset.findings, f"sheet-{dataset.id}")
        if st.form_submit_button(tr("Read again"), icon=":material/restart_alt:"):
            options = taken.changed(skip_lines=skip, header=header, sheet=sheet or taken.sheet)
            _read(dataset, options, config, "data")


def _is_table(dataset: Dataset) -> bool:
    return dataset.source.lower().endswith((".csv", ".tsv", ".txt", ".xlsx", ".xls"))
