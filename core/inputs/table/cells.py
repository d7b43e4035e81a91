"""Cells of table rows: a JSON object of a row's columns, each value as its column is read, None where it is missing.

A number is a JSON number, a date ISO 8601 text, yes and no a boolean, a class text. Equal rows have equal cells.
"""

import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from core.config.tasks import CellKind
from core.data.rows.clean import normal
from core.data.rows.columns import plain
from core.data.rows.numbers import read_numbers
from core.data.rows.times import moments
from core.data.rows.values import scalar_text, time_text
from core.inputs.table.kinds import NO, YES

LARGEST = 1e30
"""Numbers beyond this are taken as this: squares of them still fit, and trees compute in 32 bits."""
YEARS = (1000, 2999)
"""Whole numbers among dates that are years; as moments they would lie in the first hour of 1970."""
START = datetime(1970, 1, 1, tzinfo=UTC)
Values = list[Any]


def read(columns: Mapping[str, CellKind]) -> dict[str, CellKind]:
    """The columns that are read, each with what it is read as."""
    return {name: kind for name, kind in columns.items() if kind != "left_out"}


def cells_of(frame: pd.DataFrame, columns: Mapping[str, CellKind]) -> pd.Series:
    """Cells of the rows, "" where every column is missing; numbered 0, 1, 2, ..."""
    wanted = read(columns)
    values = [READERS[kind](frame[name]) for name, kind in wanted.items()]
    rows = zip(*values, strict=True) if values else ((),) * len(frame)
    return pd.Series([written(dict(zip(wanted, row, strict=True))) for row in rows], dtype=object)


def written(row: Mapping[str, Any]) -> str:
    """The cell of these values; "" where all are missing."""
    if all(value is None for value in row.values()):
        return ""
    return json.dumps(row, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))


def numbers(column: pd.Series) -> Values:
    """Numbers as they are written anywhere; whole ones as integers."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        found = column.astype("Float64").to_numpy(float, na_value=math.nan).tolist()
    else:
        found = read_numbers(column).values.tolist()
    return [_number(value) for value in found]


def _number(value: float) -> int | float | None:
    if not math.isfinite(value):
        return None
    held = min(max(value, -LARGEST), LARGEST)
    return int(held) if held.is_integer() and abs(held) < 2**53 else held


def classes(column: pd.Series) -> Values:
    """Names of classes: Unicode and spaces in one form."""
    return [normal(word) or None for word in plain(column)]


def dates(column: pd.Series) -> Values:
    """Days and moments as ISO 8601."""
    return [_date(second) for second in moments(column)]


def _date(second: float) -> str | None:
    if YEARS[0] <= second <= YEARS[1] and float(second).is_integer():
        return f"{int(second)}-01-01"
    try:
        return time_text((START + timedelta(seconds=float(second))).replace(tzinfo=None))
    except (OverflowError, ValueError):
        return None


def yes_no(column: pd.Series) -> Values:
    """True and False by the words for them; other words are missing."""
    words = [word.strip().casefold() for word in plain(column)]
    return [True if word in YES else False if word in NO else None for word in words]


READERS: dict[CellKind, Callable[[pd.Series], Values]] = {
    "number": numbers,
    "class": classes,
    "date": dates,
    "yes_no": yes_no,
}
"""Readers of a column's values by what it is read as."""


def cell_of(row: Mapping[str, Any], columns: Mapping[str, CellKind]) -> str:
    """JSON cell of one row of a request; a column that it lacks is missing."""
    wanted = read(columns)
    return written({name: READERS[kind](pd.Series([_plain(row.get(name))])).pop() for name, kind in wanted.items()})


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | float | bool) else scalar_text(value)


def opened(cell: str) -> dict[str, Any]:
    """Values of a cell by column; nothing for an empty one."""
    found: dict[str, Any] = json.loads(cell) if cell else {}
    return found
