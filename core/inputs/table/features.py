"""Features of table rows: one column of numbers or of class names for each thing that a model reads.

Numbers are NaN and classes "" where a value is missing. Of a date the day (since 1970, with its fraction), the month
and the weekday are read.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.config.tasks import CellKind
from core.data.rows.times import as_numbers
from core.inputs.table.cells import read

DAY_S = 86_400.0
MOST_CLASSES = 200
"""Classes of a column that models tell apart, at most; rarer ones count as one."""


@dataclass(frozen=True)
class FeatureNames:
    """Names of a table's features, numbers and classes apart; each begins with what it is."""

    numbers: tuple[str, ...]
    classes: tuple[str, ...]


def feature_names(columns: Mapping[str, CellKind]) -> FeatureNames:
    """Names of the features that the columns make."""
    numbers = [name for column, kind in read(columns).items() if kind != "class" for name in _names(column, kind)]
    return FeatureNames(tuple(numbers), tuple(f"class {name}" for name, kind in columns.items() if kind == "class"))


def _names(column: str, kind: CellKind) -> list[str]:
    return [f"{part} {column}" for part in (("day", "month", "weekday") if kind == "date" else ("number",))]


def features(cells: Sequence[str], columns: Mapping[str, CellKind]) -> pd.DataFrame:
    """Features of the cells: float64 columns of numbers, then object columns of class names."""
    rows = [json.loads(cell) if cell else {} for cell in cells]
    numbers: dict[str, np.ndarray] = {}
    classes: dict[str, pd.Series] = {}
    for column, kind in read(columns).items():
        values = [row.get(column) for row in rows]
        if kind == "class":
            classes[f"class {column}"] = pd.Series([value or "" for value in values], dtype=object)
        elif kind == "date":
            numbers |= dict(zip(_names(column, kind), _date_parts(values), strict=True))
        else:
            numbers[f"number {column}"] = np.array([np.nan if one is None else float(one) for one in values])
    return pd.DataFrame({**numbers, **classes}, index=range(len(rows)))


def _date_parts(values: Sequence[Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    moments = pd.to_datetime(pd.Series(list(values), dtype=object), format="ISO8601", errors="coerce")
    if not pd.api.types.is_datetime64_any_dtype(moments):
        moments = pd.Series(pd.NaT, index=range(len(values)))
    seconds = as_numbers(moments)
    return (
        (seconds / DAY_S).to_numpy(float),
        moments.dt.month.to_numpy(float),
        moments.dt.day_of_week.to_numpy(float),
    )
