"""Columns of a frame with pictures: which hold references, and which the measures of the intake."""

import pandas as pd

from core.data.pictures.intake import MEASURES
from core.data.pictures.pack import REFERENCE


def is_picture_column(column: pd.Series) -> bool:
    """Whether the filled cells of a column are references to pictures."""
    filled = column.dropna()
    return bool(len(filled)) and all(isinstance(c, str) and REFERENCE.fullmatch(c) for c in filled.head(100))


def picture_columns(frame: pd.DataFrame) -> list[str]:
    """The columns that hold pictures, in the frame's order."""
    return [str(name) for name in frame.columns if is_picture_column(frame[name])]


def measured(frame: pd.DataFrame, measure: str) -> pd.Series | None:
    """Column of one of the intake's MEASURES, or None where the rows do not have it.

    A table beside the pictures may have had a column of that name; then the intake's has a number behind it.
    """
    name, number = measure, 2
    while f"{measure} ({number})" in frame.columns:
        name, number = f"{measure} ({number})", number + 1
    return frame[name] if name in frame.columns else None


def measure_columns(frame: pd.DataFrame) -> dict[str, str]:
    """The column of each measure that the rows have."""
    found = ((measure, measured(frame, measure)) for measure in MEASURES)
    return {measure: str(column.name) for measure, column in found if column is not None}
