"""Text conversion of cells: the same text on every machine, whatever kind of file it came from."""

import datetime
import decimal
import json
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

TEXT = pd.StringDtype(na_value=np.nan)
LARGEST_EXACT_FLOAT = 2.0**53


def as_text(column: pd.Series) -> pd.Series:
    """The column as text; missing stays missing. 7 and 7.0 become '7', True 'true', midnight a plain date."""
    if isinstance(column.dtype, pd.StringDtype):
        return column
    if isinstance(column.dtype, pd.CategoricalDtype):
        categories = as_text(pd.Series(column.cat.categories))
        return pd.Series(categories.to_numpy(object)[column.cat.codes], index=column.index, dtype=TEXT).where(
            column.notna()
        )
    return texts((None if missing else value for value, missing in zip(column, column.isna(), strict=True)), column)


def cells(column: pd.Series) -> list[str | None]:
    """Each cell of the column as text, None where it is missing. Plain strings: the quick way through many rows."""
    words: list[str | None] = pa.array(as_text(column), pa.large_string(), from_pandas=True).to_pylist()
    return words


def texts(values: Iterable[object], like: pd.Series | None = None) -> pd.Series:
    """A text column of these values, with the index and name of `like`."""
    words = [scalar_text(value) for value in values]
    return pd.Series(words, dtype=TEXT, index=None if like is None else like.index, name=getattr(like, "name", None))


def scalar_text(value: Any) -> str | None:  # noqa: PLR0911 (one line per kind of value)
    """One value as text, or None where it is missing."""
    if value is None or value is pd.NaT:
        return None
    match value:
        case str():
            return whole(value)
        case bool() | np.bool_():
            return "true" if value else "false"
        case int() | np.integer():
            return str(int(value))
        case float() | np.floating():
            return number_text(float(value))
        case decimal.Decimal():
            return format(value.normalize(), "f") if value.is_finite() else str(value)
        case datetime.datetime():
            return time_text(value)
        case datetime.date() | datetime.time():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", errors="replace")
        case dict() | list() | tuple() | np.ndarray():
            return whole(json.dumps(value, ensure_ascii=False, default=plain, sort_keys=True))
    return None if pd.isna(value) else str(value)


def number_text(number: float) -> str | None:
    """Shortest text that reads back as the same number; without '.0' where it is whole."""
    if math.isnan(number):
        return None
    if number.is_integer() and abs(number) <= LARGEST_EXACT_FLOAT:
        return str(int(number))
    return repr(number)


def time_text(moment: datetime.datetime) -> str:
    """ISO 8601; only the date where the clock stands at midnight."""
    at_midnight = moment.time() == datetime.time() and moment.tzinfo is None
    return moment.date().isoformat() if at_midnight else moment.isoformat(sep=" ")


def whole(text: str) -> str:
    """The text with lone surrogates, which no file can hold, replaced by the replacement sign."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def plain(value: Any) -> Any:
    """JSON fallback: a nested value that JSON does not know, as one that it does."""
    return value.tolist() if isinstance(value, np.ndarray) else scalar_text(value)


def column_of(values: list[Any]) -> pd.Series:
    """Column of one dtype: numbers, booleans or times where all values are, else text."""
    kinds = {type(value) for value in values if value is not None}
    if not kinds or kinds == {str}:
        return texts(value or None for value in values)
    if kinds == {bool}:
        return pd.Series(values, dtype="boolean")
    if kinds <= {int, float} and all(is_exact(value) for value in values):
        is_whole = all(value is None or float(value).is_integer() for value in values)
        return pd.Series(values, dtype="Int64" if is_whole else "Float64")
    if kinds <= {datetime.datetime, datetime.date}:
        return pd.Series(pd.to_datetime(pd.Series(values, dtype=object), errors="coerce"))
    return texts(values)


def is_exact(value: float | None) -> bool:
    """Whether a 64-bit float holds it without loss."""
    return value is None or abs(value) <= LARGEST_EXACT_FLOAT  # which no infinity and no NaN is
