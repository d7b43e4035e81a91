"""Timestamp parsing: moments written as text, as numbers that grow with time."""

from itertools import product

import pandas as pd

DAYS = (
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%y", "%d/%m/%y",
    "%m/%d/%y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%b %d, %Y", "%B %d, %Y", "%Y年%m月%d日",
)  # fmt: skip
MONTHS = ("%m.%Y", "%m/%Y", "%m-%Y", "%b %Y", "%B %Y", "%b-%Y")
CLOCKS = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", ", %H:%M")
FORMATS = (
    "ISO8601",
    *(day + clock for day, clock in product(DAYS, CLOCKS)),
    *MONTHS,
    "%a %b %d %H:%M:%S %z %Y",
    "%H:%M:%S",
)
DOTTED_MONTH = r"(0?[1-9]|1[0-2])\.(19|20)\d\d"
"""Pattern of a month that looks like a number: 01.2024."""
SAMPLE = 500
PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def moments(column: pd.Series) -> pd.Series:
    """Timestamps as numbers that grow with time; NaN where it cannot be read. Years and other numbers stay."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return as_numbers(pd.to_datetime(column, utc=True))
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column.astype("Float64").astype(float)
    words = column.astype(object).where(column.notna(), None)
    values = distinct(words)
    numbers = pd.to_numeric(values, errors="coerce")
    are_numbers = numbers.notna().mean() > 0.9 and not values.str.fullmatch(DOTTED_MONTH).all()
    read = numbers.astype(float) if are_numbers else as_numbers(parsed(values, time_format(values)))
    known = dict(zip(words.dropna().unique(), read, strict=True))
    return words.map(known).astype(float)


def distinct(words: pd.Series) -> pd.Series:
    """The different values, as trimmed text."""
    return pd.Series(words.dropna().unique(), dtype=object).astype(str).str.strip()


def other_order(column: pd.Series) -> tuple[str, str] | None:
    """The order of day and month that was taken and the other, where every value can be read either way."""
    if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_numeric_dtype(column):
        return None
    values = distinct(column)
    taken = time_format(values) if len(values) else ""
    other = taken.translate(str.maketrans("dm", "md"))
    if other == taken or other not in FORMATS or not parsed(values, other).notna().all():
        return None
    if (parsed(values, other) == parsed(values, taken)).all():
        return None
    orders = ("day before the month", "month before the day")
    return orders if taken.index("%d") < taken.index("%m") else orders[::-1]


def as_numbers(times: pd.Series) -> pd.Series:
    """Unix timestamps, seconds since 1970; NaN where there is no time."""
    # Not by subtraction: it goes through nanoseconds, which end in the year 2262.
    return (times.astype("int64") / PER_SECOND[times.dt.unit]).where(times.notna())


def parsed(values: pd.Series, written: str) -> pd.Series:
    """Timestamps parsed by this format; NaT where it does not fit."""
    return pd.to_datetime(values, format=written, utc=True, errors="coerce")


def time_format(values: pd.Series) -> str:
    """Datetime format that parses most of a sample; the first of equals."""
    sample = values.iloc[:: max(1, len(values) // SAMPLE)]
    shares = {}
    for written in FORMATS:
        shares[written] = parsed(sample, written).notna().mean()
        if shares[written] == 1:
            break
    return max(shares, key=lambda written: shares[written])
