"""Choice of the column that holds the texts."""

from core.data import Suggestion
from dashboard.language.words import tr
from dashboard.parts.column_box import column_box
from storage import Dataset


def on_data(dataset: Dataset, asked: str | None, roles: Suggestion, _target: str | None) -> str | None:
    """Select box on the Data page; gives the column, None before one is chosen."""
    why = roles.reasons.get("text") if asked == roles.text else None
    return column_box(dataset, tr("Which column holds the text?"), columns(dataset), asked, why)


def columns(dataset: Dataset) -> list[str]:
    """The columns that may hold texts: all."""
    return list(dataset.columns)
