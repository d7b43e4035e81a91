"""Choice of the column that holds the pictures."""

from core.data import Suggestion
from core.inputs.picture.columns import picture_columns
from dashboard.cached.known import head_of
from dashboard.language.words import tr
from dashboard.parts.column_box import column_box
from storage import Dataset


def on_data(dataset: Dataset, asked: str | None, _roles: Suggestion, _target: str | None) -> str | None:
    """Select box on the Data page; gives the column, None before one is chosen."""
    return column_box(dataset, tr("Which column holds the pictures?"), columns(dataset), asked, None)


def columns(dataset: Dataset) -> list[str]:
    """The columns that hold pictures."""
    return picture_columns(head_of(dataset.id)) or list(dataset.columns)
