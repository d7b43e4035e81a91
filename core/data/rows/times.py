"""Timestamp parsing: moments written as text, as numbers that grow with time."""

import re
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
POSSIBLE = re.compile(
    r"(?=.*\d)(?:[\d\s.,/:+\-年月日TZ]|[AP]M|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
    r"|Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)+",
    re.IGNORECASE | re.DOTALL,
)
"""Pattern that every text matches which one of FORMATS reads: a hundred formats need not be tried on words."""
DOTTED_MONTH = r"(0?[1-9]|1[0-2])\.(19|20)\d\d"
"""Pattern of a month that looks like a number: 01.2024."""
SAMPLE = 500
MOST_FORMATS = 6
LONGEST = 64
"""Characters of the longest text that is tried as a moment."""
SERIALS = (20_000, 80_000)
"""Numbers that workbooks give to the days from 1954 to 2119."""
UNIX_DAY = 25_569
"""The number of 1970-01-01."""
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
    read = numbers.astype(float) if are_numbers else days(values, numbers)
    known = dict(zip(words.dropna().unique(), read, strict=True))
    return words.map(known).astype(float)


def days(values: pd.Series, numbers: pd.Series) -> pd.Series:
    """Timestamps of values that are not all written alike: those that one format leaves are read by the next.

    A number among dates counts days as workbooks do: 46001 is 2025-12-10.
    """
    found = as_numbers(parsed(values, time_format(values)))
    for _ in range(MOST_FORMATS):
        left = found.isna() & ~numbers.between(*SERIALS)
        if not left.any() or not (more := as_numbers(parsed(values[left], time_format(values[left])))).notna().any():
            break
        found[left] = more
    if not found.notna().any():
        return found
    return found.where(found.notna() | ~numbers.between(*SERIALS), (numbers - UNIX_DAY) * 86_400)


def distinct(words: pd.Series) -> pd.Series:
    """The different values, as trimmed text; one that is too long for a moment as none."""
    values = pd.Series(words.dropna().unique(), dtype=object).astype(str)
    return values.where(values.str.len() <= LONGEST, "").str.strip()


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
    possible = sample[[POSSIBLE.fullmatch(value) is not None for value in sample]]
    counts = dict.fromkeys(FORMATS[:1], 0)
    for written in FORMATS if len(possible) else ():
        counts[written] = int(parsed(possible, written).notna().sum())
        if counts[written] == len(sample):
            break
    return max(counts, key=lambda written: counts[written])
