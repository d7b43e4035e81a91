"""Moments written as text, as numbers that grow with time."""

from itertools import product

import pandas as pd

DAYS = (
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%y", "%d/%m/%y",
    "%m/%d/%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%Y年%m月%d日",
)  # fmt: skip
CLOCKS = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p")
FORMATS = ("ISO8601", *(day + clock for day, clock in product(DAYS, CLOCKS)), "%a %b %d %H:%M:%S %z %Y", "%H:%M:%S")
SAMPLE = 500
PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def moments(column: pd.Series) -> pd.Series:
    """A number for each moment, growing with time; NaN where it cannot be read. Years and other numbers stay."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return as_numbers(pd.to_datetime(column, utc=True))
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column.astype("Float64").astype(float)
    words = column.astype(object).where(column.notna(), None)
    values = pd.Series(words.dropna().unique(), dtype=object).astype(str).str.strip()
    numbers = pd.to_numeric(values, errors="coerce")
    read = numbers.astype(float) if numbers.notna().mean() > 0.9 else as_numbers(parsed(values, time_format(values)))
    known = dict(zip(words.dropna().unique(), read, strict=True))
    return words.map(known).astype(float)


def as_numbers(times: pd.Series) -> pd.Series:
    """Seconds since 1970, NaN where there is no time."""
    # Not by subtraction: it goes through nanoseconds, which end in the year 2262.
    return (times.astype("int64") / PER_SECOND[times.dt.unit]).where(times.notna())


def parsed(values: pd.Series, written: str) -> pd.Series:
    """Times written in this way; NaT where they are not."""
    return pd.to_datetime(values, format=written, utc=True, errors="coerce")


def time_format(values: pd.Series) -> str:
    """The way of writing times that reads most of a sample; the first of equals."""
    sample = values.iloc[:: max(1, len(values) // SAMPLE)]
    shares = {}
    for written in FORMATS:
        shares[written] = parsed(sample, written).notna().mean()
        if shares[written] == 1:
            break
    return max(shares, key=lambda written: shares[written])
