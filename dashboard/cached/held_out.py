"""Cache of a run's test rows with all their columns and groups."""

import pandas as pd
import streamlit as st

from core.config import RunConfig
from core.data import row_ids
from core.data.labels.order import in_order
from core.evaluation import YARDSTICKS
from core.inspection import SURENESS, Group, by_answers, groupable
from core.tasks import input_columns
from dashboard.cached.known import answers_of, frame_of, inputs_by_row
from dashboard.inputs import room_of
from storage import Run

LENGTH, WORD = "length", "word"


@st.cache_resource(show_spinner=False, max_entries=3)
def places_of(dataset_id: str) -> dict[str, int]:
    """Index of each row in its dataset, by the row's id."""
    return {row: place for place, row in enumerate(row_ids(frame_of(dataset_id)))}


@st.cache_resource(show_spinner=False, max_entries=4)
def rows_of(run_id: str, dataset_id: str, who: str = "model") -> pd.DataFrame:
    """The dataset's rows in the order of the run's answers, all missing for one that is gone. Never change them."""
    places = places_of(dataset_id)
    wanted = [places.get(row, -1) for row in answers_of(run_id, who).row_ids]
    frame = frame_of(dataset_id).reset_index(drop=True)
    return frame.reindex(wanted).reset_index(drop=True)


@st.cache_resource(show_spinner=False, max_entries=24)
def over_all(run_id: str) -> float:
    """The headline metric over all test rows: the share of right answers, or how far off they are on average."""
    answers = answers_of(run_id)
    yardstick = YARDSTICKS[answers.kind]
    each = yardstick.by_row(answers, yardstick.headline)
    assert each is not None  # noqa: S101  # a headline metric has a value for each row
    return float(each.mean())


@st.cache_resource(show_spinner=False, max_entries=24)
def labels_held_out(run_id: str) -> list[str]:
    """The classes that the model knows and some test row has, in natural order."""
    answers = answers_of(run_id)
    there = set(answers.targets)
    return in_order(label for label in answers.labels if label in there)


def texts_of(run: Run) -> list[str]:
    """The test rows' texts; a dash where the row is not in the dataset."""
    return [text or "–" for text in _inputs(run.id, run.dataset_id, run.config)]


def _inputs(run_id: str, dataset_id: str, config: RunConfig) -> list[str]:
    """What the run reads of each test row; "" where it is gone."""
    inputs = inputs_by_row(dataset_id, config)
    return [inputs.get(row, "") for row in answers_of(run_id).row_ids]


def groups_of(run: Run, least: int) -> dict[tuple[str, str], list[Group]]:
    """Groups of the test rows by the feature that divides them; those of fewer than `least` rows are left out."""
    return _groups(run.id, run.dataset_id, least, run.config)


@st.cache_resource(show_spinner=False, max_entries=8)
def _groups(run_id: str, dataset_id: str, least: int, _config: RunConfig) -> dict[tuple[str, str], list[Group]]:
    rows, answers = rows_of(run_id, dataset_id), answers_of(run_id)
    room, given = room_of(_config, "groups"), _config.split.column if _config.split.by == "given" else None
    own_columns = input_columns(_config) if room.HAS_OWN else ()
    others = rows.drop(columns=[*own_columns, _config.task.target, given], errors="ignore")
    own = by_answers(answers)
    found = {(by, ""): groups for by, groups in own.items() if by not in SURENESS}
    for name, groups in groupable(others, least).items():
        found["column", name] = groups
    if set(own_columns) <= set(rows):
        found |= room.groups(pd.Series(_inputs(run_id, dataset_id, _config), dtype=object), least)
    found |= {(by, ""): groups for by, groups in own.items() if by in SURENESS}
    large = {feature: [group for group in groups if group.size >= least] for feature, groups in found.items()}
    return {feature: groups for feature, groups in large.items() if groups}
