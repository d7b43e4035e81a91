"""Partial dependence of answers on a column (Friedman 2001), and single rows' lines (ICE; Goldstein et al. 2015)."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.config.tasks import CellKind
from core.evaluation.skewed import moments
from core.explanations.records import ColumnShape, Value
from core.explanations.table.importance import Record
from core.inputs.table.cells import written

POINTS = 20
"""Values of a column at which answers are asked for: all where there are no more, else quantiles, or the commonest."""
LINES = 15
"""Rows whose own lines are kept."""
ORDERED: tuple[CellKind, ...] = ("number", "date")

Values = Callable[[Sequence[str]], NDArray[np.float64]]
"""Probabilities of the classes that are shown, or numbers, (rows, answers), of such cells."""


def dependence(
    records: Sequence[Record], column: str, kind: CellKind, answers: Values, labels: Sequence[str]
) -> ColumnShape | None:
    """Mean answer to all `records` with one value after another in `column`; None where it has fewer than two.

    Intervals are those of a mean over rows (`core.evaluation.skewed`), for the model as it is.
    """
    held = [one[column] for one in records if one.get(column) is not None]
    at = points(held, is_ordered=kind in ORDERED)
    if len(at) < 2:
        return None
    cells = [written(record | {column: value}) for value in at for record in records]
    found = answers(cells).reshape(len(at), len(records), -1).transpose(2, 0, 1)
    over_rows = moments(found, axis=2)
    lows, highs = over_rows.ends()
    lines = np.linspace(0, len(records) - 1, min(LINES, len(records))).astype(int)
    return ColumnShape(
        name=column,
        is_ordered=kind in ORDERED,
        values=tuple(at),
        shares=shares(held, at, is_ordered=kind in ORDERED),
        labels=tuple(labels),
        means=_rounded(over_rows.mean),
        lows=_rounded(lows),
        highs=_rounded(highs),
        lines=tuple(_rounded(one) for one in found[:, :, lines].transpose(0, 2, 1)),
    )


def points(held: Sequence[Any], *, is_ordered: bool) -> list[Value]:
    """Values of a column to ask for, each one that there is: in order, or the commonest first."""
    if not is_ordered:
        return [value for value, _ in Counter(held).most_common(POINTS)]
    found = sorted(set(held))
    if len(found) <= POINTS:
        return found
    every = sorted(held)
    places = np.linspace(0.025, 0.975, POINTS) * (len(every) - 1)
    return sorted({every[int(place)] for place in places.round()})


def shares(held: Sequence[Any], at: Sequence[Value], *, is_ordered: bool) -> tuple[float, ...]:
    """Share of the rows at each value; of ordered ones, of those from it up to the next, and below the first too."""
    if not is_ordered:
        counted = Counter(held)
        return tuple(counted[value] / len(held) for value in at)
    place = np.searchsorted(np.array(at), np.array(held), side="right") - 1
    found = np.bincount(np.clip(place, 0, len(at) - 1), minlength=len(at))
    return tuple((found / len(held)).tolist())


def _rounded(numbers: NDArray[np.float64]) -> tuple[tuple[float, ...], ...]:
    """Lines of numbers with six digits, so that thousands of them stay small on disk."""
    return tuple(tuple(float(f"{one:.6g}") for one in line) for line in numbers.tolist())
