"""Natural order of labels: numbers in names sort by value, so that 2 comes before 10."""

import re
from collections.abc import Iterable, Sequence

DIGITS = re.compile(r"(\d+)")


def in_order(labels: Iterable[str]) -> list[str]:
    """The labels as people count: 0, 1, 2, 10; grade 2 before grade 10; -1 before 0; else by alphabet."""
    return sorted(labels, key=_place)


def places(labels: Sequence[str]) -> list[int]:
    """Index of each label among `labels`, in natural order: to show what stands in a model's order as people count."""
    return sorted(range(len(labels)), key=lambda place: _place(labels[place]))


def _place(label: str) -> tuple[bool, float, tuple[tuple[int, int, str], ...], str]:
    value = _value(label)
    pieces = tuple((0, int(one), "") if one.isdecimal() else (1, 0, one) for one in DIGITS.split(label) if one)
    return value is None, value or 0.0, pieces, label


def _value(label: str) -> float | None:
    is_number = re.fullmatch(r"[+-]?\d{1,15}(\.\d+)?", label)
    return float(label) if is_number else None
