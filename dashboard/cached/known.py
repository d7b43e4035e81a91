"""Cache of what is worked out from a dataset's rows, by the dataset's id. Rows never change."""

import json
from typing import Any

import pandas as pd
import streamlit as st

from core.answers import Answers
from core.config import RunConfig
from core.data import Finding, Suggestion, row_ids, suggest
from core.data.checks.findings import with_reading
from core.data.labels.order import in_order
from core.data.labels.signs import tidy
from core.data.rows.columns import plain
from core.errors import NotFound, UserError
from core.preparation import check
from core.tasks import TASKS, TaskFit, fitting, inputs_in, inputs_suggested, suggested_settings
from dashboard.access.store import store

LARGEST_KEPT = 3


@st.cache_data(show_spinner=False, max_entries=LARGEST_KEPT)
def frame_of(dataset_id: str) -> pd.DataFrame:
    """All rows of the dataset."""
    return store().datasets.frame(dataset_id)


@st.cache_resource(show_spinner=False, max_entries=24)
def answers_of(run_id: str, who: str = "model") -> Answers:
    """The run's test answers by `who`; immutable once it has succeeded. Raises NotFound."""
    return store().runs.predictions(run_id, who)


def choosing_of(run_id: str, who: str = "") -> Any:
    """Answers of the model, or of the baseline `who`, to the validation rows; None where the run kept none."""
    try:
        return answers_of(run_id, f"{who}.validation" if who else "validation")
    except NotFound:
        return None


@st.cache_data(show_spinner=False, max_entries=50)
def head_of(dataset_id: str, rows: int = 50) -> pd.DataFrame:
    """The first rows."""
    return store().datasets.head(dataset_id, rows)


@st.cache_data(show_spinner=False, max_entries=50)
def suggestion_for(dataset_id: str) -> Suggestion:
    """Column suggestions: which look like the text, the target, and the split."""
    return suggest(frame_of(dataset_id))


@st.cache_data(show_spinner=False, max_entries=50)
def inputs_of(dataset_id: str) -> tuple[str, Any]:
    """The kind of inputs that the dataset looks like it has, and the setting that says where they stand."""
    return inputs_suggested(frame_of(dataset_id), suggestion_for(dataset_id))


@st.cache_resource(show_spinner=False, max_entries=50)
def fits_of(dataset_id: str, target: str | None = None) -> tuple[TaskFit, ...]:
    """The tasks that could be learned from the dataset, the likeliest first."""
    return fitting(frame_of(dataset_id), suggestion_for(dataset_id), target)


@st.cache_data(show_spinner=False, max_entries=50)
def columns_of(dataset_id: str, *, task: str | None = None, target: str | None = None) -> dict[str, Any]:
    """Suggested task and columns for the dataset, as settings by dotted path."""
    return suggested_settings(frame_of(dataset_id), suggestion_for(dataset_id), task=task, target=target)


@st.cache_data(show_spinner=False, max_entries=50)
def class_sizes(dataset_id: str, column: str) -> pd.Series:
    """Class counts of the column: rows by class as training reads it, the largest first, else as people count."""
    frame = frame_of(dataset_id)
    if column not in frame:
        return pd.Series(dtype=int)
    sizes = plain(frame[column]).map(tidy).loc[lambda labels: labels != ""].value_counts()
    return sizes.reindex(in_order(sizes.index)).sort_values(ascending=False, kind="stable")


def largest_group(dataset_id: str, config: RunConfig) -> int:
    """Size in rows of the largest stratum from which `rows_per_class` draws; 0 without rows."""
    return _largest_group(dataset_id, config.task.task, config.task.target)


@st.cache_data(show_spinner=False, max_entries=50)
def _largest_group(dataset_id: str, task: str, target: str) -> int:
    frame, targets = frame_of(dataset_id), TASKS[task].targets
    if target not in frame:
        return 0
    cells, _ = targets.read(frame[target])
    return int(targets.drawn_by(cells[cells != ""]).value_counts().max()) if (cells != "").any() else 0


def inputs_by_row(dataset_id: str, config: RunConfig) -> dict[str, str]:
    """What a run reads of each row, by row id; empty where a column is not there. Never change it."""
    return _inputs_by_row(dataset_id, config.task.model_dump_json(), config)


@st.cache_resource(show_spinner=False, max_entries=4)
def _inputs_by_row(dataset_id: str, settings: str, _config: RunConfig) -> dict[str, str]:  # noqa: ARG001  # it is the key
    frame = frame_of(dataset_id)
    try:
        return dict(zip(row_ids(frame), inputs_in(frame, _config), strict=True))
    except UserError:
        return {}


def findings_for(dataset_id: str, config: RunConfig) -> list[Finding]:
    """Findings of reading, and of the data checks on these rows for this config, errors first."""
    checked = _findings(dataset_id, json.dumps(_findings_key(config), sort_keys=True), config)
    return with_reading(store().datasets.get(dataset_id).findings, checked, config.task.target)


@st.cache_data(show_spinner=False, max_entries=100)
def _findings(dataset_id: str, about_rows: str, _config: RunConfig) -> list[Finding]:  # noqa: ARG001  # it is the key
    return check(frame_of(dataset_id), _config, store().models)


def _findings_key(config: RunConfig) -> dict[str, Any]:
    """Cache key of findings: the part of a config that decides what is wrong with rows."""
    return config.model_dump(mode="json", include={"task", "preparation", "split", "rows_per_class", "seed", "model"})
