"""NumberReplies: the predictor's response for numeric answers."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from core.arrays import Floats


@dataclass(frozen=True)
class NumberReplies:
    """Numbers with prediction intervals, arrays of shape (rows,); NaN where a row has nothing to read or none is known.

    `values` are the answers under the run's decision, `estimates` the model's own; `cut` are the rows that are longer
    than the model reads; `problems` say why a row could not be read. `unlike` says whether a row is unlike the
    training rows, None where the model does not tell.
    """

    kind: ClassVar[str] = "number"

    values: Floats
    estimates: Floats
    low: Floats
    high: Floats
    cut: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    unlike: tuple[bool | None, ...] = ()


def replies(found: dict[str, Any]) -> NumberReplies:
    """The predictor's JSON as replies."""
    rows = found["predictions"]
    values, estimates, low, high = (_column(rows, name) for name in ("value", "estimate", "low", "high"))
    own = np.where(np.isnan(estimates), values, estimates)
    cut = tuple(row.get("unread", "") for row in rows)
    unlike = tuple(row.get("is_unlike") for row in rows)
    return NumberReplies(values, own, low, high, cut, tuple(row.get("problem", "") for row in rows), unlike)


def _column(rows: list[dict[str, Any]], name: str) -> Floats:
    return np.array([np.nan if row.get(name) is None else row[name] for row in rows], np.float64)
