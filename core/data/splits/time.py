"""Chronological split: the newest rows are the test, those before them validation, the oldest train."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.config import Split


def split_by_time(rows: pd.DataFrame, split: Split) -> pd.Series:
    """The part of each row by its timestamp (`by`, a number that grows with time)."""
    order = np.lexsort((rows["id"].to_numpy(str), rows["unit"].to_numpy(str), rows["by"].to_numpy(float)))
    moments = rows["by"].to_numpy(float)[order]
    test = boundary(moments, len(rows) - round(len(rows) * split.test))
    validation = boundary(moments[:test], test - round(len(rows) * split.validation)) if split.validation else test
    parts = np.full(len(rows), "train", dtype=object)
    parts[order[validation:test]] = "validation"
    parts[order[test:]] = "test"
    return pd.Series(parts, index=rows.index)


def boundary(moments: NDArray[np.float64], wanted: int) -> int:
    """Cut point of sorted timestamps that keeps equal ones together, if a cut near `wanted` allows it."""
    if not len(moments):
        return 0
    wanted = min(max(wanted, 1), len(moments) - 1)
    same = moments[wanted]
    before, after = np.searchsorted(moments, same, "left"), np.searchsorted(moments, same, "right")
    near = min((int(before), int(after)), key=lambda cut: abs(cut - wanted))
    held_out = len(moments) - wanted
    is_fair = 0 < near < len(moments) and held_out / 2 <= len(moments) - near <= held_out * 2
    return near if is_fair else wanted
