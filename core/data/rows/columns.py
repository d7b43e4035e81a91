"""Column lookup by name, or an error that says what is there instead."""

import pandas as pd

from core.data.rows.values import cells
from core.data.sentences import joined, listed
from core.errors import DatasetError, did_you_mean


def column_named(frame: pd.DataFrame, name: str, what_for: str) -> pd.Series:
    """The column of this name, its rows numbered 0, 1, 2, ... Raises DatasetError with the names that are there."""
    if name in frame.columns:
        return frame[name].reset_index(drop=True)
    raise no_such_column(frame, name, what_for)


def no_such_column(frame: pd.DataFrame, name: str, what_for: str) -> DatasetError:
    """The error that names the column, its purpose, and the nearest that is there."""
    known = [str(column) for column in frame.columns]
    message = f"The {what_for} column '{name}' is not in this dataset. Its columns are: {listed(known, 20)}."
    return DatasetError(joined([message, did_you_mean(name, known)]), f"Choose another {what_for} column.")


def plain(column: pd.Series) -> pd.Series:
    """The column as Python's own strings, numbered 0, 1, 2, ...; missing ones are empty."""
    return pd.Series([cell or "" for cell in cells(column)], dtype=object)
