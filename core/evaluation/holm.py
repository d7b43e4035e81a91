"""Holm's correction for multiple comparisons: who tests many things finds something by luck."""

from collections.abc import Sequence

import numpy as np

from core.arrays import Floats


def holm(p_values: Sequence[float] | Floats, others: int = 0) -> Floats:
    """Each p-value adjusted for all of them: Holm's step-down correction (1979), never above 1.

    `others` counts further tests whose p-values are not known; they count as 1, which is never too lenient.
    A value at or below 0.05 after it is significant, whatever the dependence between the tests, with at most 5% risk
    that any of them is false.
    """
    values = np.asarray(p_values, np.float64)
    order = np.argsort(values, kind="stable")
    stepped = np.maximum.accumulate(values[order] * np.arange(len(values) + others, others, -1))
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
