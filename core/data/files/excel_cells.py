"""Cells of a workbook as values: texts without stray carriage returns, days that are numbers, dates among codes."""

import datetime
import re
from typing import Any

import pandas as pd

from core.data.checks.findings import Finding, info, warning
from core.data.rows.times import SERIALS, moments
from core.data.rows.values import column_of, scalar_text, texts
from core.data.sentences import counted, quoted

ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""Pattern of a character that a workbook cannot hold: _x000D_ is a carriage return."""
FIRST_DAY = datetime.date(1899, 12, 30)
SAMPLE = 500
MOSTLY = 0.95


def known(cell: Any) -> Any:
    """A cell as a value of Python: empty is missing, a duration is text, line ends are one character."""
    if cell == "":
        return None
    if isinstance(cell, datetime.timedelta):
        return str(cell)
    return tidy(cell) if isinstance(cell, str) else cell


def tidy(text: str) -> str | None:
    """A text with its escapes read, and line ends as one character; None where nothing else was in it."""
    if "_x" in text:
        text = ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").rstrip("\r").replace("\r", "\n")
    return text or None


def column_and_findings(name: str, values: list[Any]) -> tuple[pd.Series, list[Finding]]:
    """Column of one dtype, and what there is to say of dates in it that stand beside other kinds of cells."""
    kinds = {type(value) for value in values if value is not None}
    if not kinds & {datetime.date, datetime.datetime} or kinds <= {datetime.date, datetime.datetime}:
        return column_of(values), []
    there = [value for value in values if value is not None]
    if are_days(there):
        return with_serials(name, values)
    dates = [value for value in there if isinstance(value, datetime.date)]
    if 2 * len(dates) > len(there):
        return column_of(values), []
    said = quoted(dict.fromkeys(scalar_text(one) for one in dates), 3)
    found = "is a date" if len(dates) == 1 else "are dates"
    message = (
        f"In '{name}', {counted(len(dates), 'cell')} among other values {found}: {said}. "
        "Excel makes a date of what looks like one, such as the code 3-4."
    )
    return column_of(values), [
        warning("dates_among_codes", message, "Write these cells again as text, or join them with the code they were.")
    ]


def are_days(values: list[Any]) -> bool:
    """Whether nearly all values are days: dates, serial numbers of them, and texts that can be read as dates."""
    others = [value for value in values if not isinstance(value, datetime.date) and not is_serial(value)]
    written = [value for value in others[:SAMPLE] if isinstance(value, str)]
    if len(written) < len(others[:SAMPLE]) or any(map(str.isdigit, written)):
        return False
    return not written or float(moments(pd.Series(written, dtype=object)).notna().mean()) >= MOSTLY


def is_serial(value: Any) -> bool:
    """Whether a number counts the days since the end of 1899, as workbooks do."""
    return isinstance(value, int | float) and not isinstance(value, bool) and SERIALS[0] <= value <= SERIALS[1]


def with_serials(name: str, values: list[Any]) -> tuple[pd.Series, list[Finding]]:
    """The column with days in place of their serial numbers."""
    serials = [value for value in values if is_serial(value)]
    days = [day_of(value) if is_serial(value) else value for value in values]
    if not serials:
        return column_of(days), []
    message = (
        f"In '{name}', {counted(len(serials), 'number')} among dates {'was' if len(serials) == 1 else 'were'} read as "
        f"Excel's number of a day: {serials[0]:g} as {day_of(serials[0]).isoformat()}."
    )
    return (column_of(days) if all(map(is_date, days)) else texts(days)), [info("serial_days", message)]


def is_date(value: Any) -> bool:
    """Whether a value is missing, or a date."""
    return value is None or isinstance(value, datetime.date)


def day_of(serial: float) -> datetime.date:
    """The day of a serial number."""
    return FIRST_DAY + datetime.timedelta(days=int(serial))
