"""Holm's correction: when many groups are looked at, luck finds something; this takes luck's share away."""

import numpy as np

from core.evaluation.coded import Floats


def holm(p_values: Floats) -> Floats:
    """The p-values adjusted so that one false finding among all of them is as improbable as they say (Holm 1979)."""
    count = len(p_values)
    order = np.argsort(p_values, kind="stable")
    stepped = np.maximum.accumulate(p_values[order] * (count - np.arange(count)))
    adjusted = np.empty(count)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
