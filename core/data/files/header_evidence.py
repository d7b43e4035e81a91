"""Evidence that a cell is a column's name rather than one of its values: by the values below, and by its words."""

import re
from collections import Counter
from collections.abc import Sequence
from statistics import fmean, median

from core.data.checks.suggest import known_words, name_words

FIGURE = re.compile(r"[-+(]?\s*[$€£¥]?\s*\d[\d.,:/' \-]*\s*(?:%|[$€£¥]|[A-Z]{3})?\)?|\d{4}-\d\d-\d\d.*")
"""Pattern of numbers, amounts, dates and times."""
YEAR = re.compile(r"(?:19|20)\d\d")
NAME = re.compile(r"[^\W\d][\w .#/()%&-]{0,39}")
ENOUGH = 3
"""Values from which the evidence counts in full."""
ROLES = ("text", "target", "group", "time")
TYPES = frozenset(
    {
        "str",
        "string",
        "text",
        "varchar",
        "char",
        "int",
        "integer",
        "bigint",
        "float",
        "double",
        "decimal",
        "number",
        "bool",
        "boolean",
        "date",
        "datetime",
        "timestamp",
        "object",
        "category",
        "categorical",
        "enum",
    }
)
"""Words for a column's type, which some programs write below its name."""


def evidence(cell: str, values: Sequence[str]) -> float:
    """Evidence, from -3 to 2.5, that a cell is the name of these values rather than one of them."""
    return min(1.0, len(values) / ENOUGH) * by_values(cell, values) if values else 0.0


def by_values(cell: str, values: Sequence[str]) -> float:
    """Evidence by the kind of the values: numbers, classes, or texts and codes."""
    if fmean(FIGURE.fullmatch(value) is not None for value in values) > 0.8:
        return 2.5 if not FIGURE.fullmatch(cell) else 0.5 if YEAR.fullmatch(cell) else -2.0
    counts = Counter(value.casefold() for value in values)
    if cell.casefold() in counts:
        return -3.0 if counts[cell.casefold()] > 1 else -1.5 if len(counts) < len(values) else -1.0
    if len(values) >= 4 and 2 * len(counts) <= len(values):
        return 2.0 * (1 - sum(number == 1 for number in counts.values()) / len(values))
    return by_shape(cell, values)


def by_shape(cell: str, values: Sequence[str]) -> float:
    """Evidence by length, beside texts, and by digits, beside codes."""
    if (usual := median(map(len, values))) > 15:
        return 1.5 if 3 * len(cell) <= usual else -1.5 if 1.5 * len(cell) > usual else -0.5
    if fmean(any(map(str.isdigit, value)) for value in values) > 0.8:
        return -1.0 if any(map(str.isdigit, cell)) else 1.5
    return 0.0


def likeness(cell: str) -> float:
    """How much a cell looks like a name by itself: 1.5 where it is a usual one, -0.5 where it is a sentence."""
    if any(word in known_words(role) for role in ROLES for word in name_words(cell)) and len(cell.split()) <= 3:
        return 1.5
    if NAME.fullmatch(cell) and len(cell.split()) <= 4:
        return 0.5
    return -0.5
