"""Losses of classes: zero-one loss, compared between groups by Fisher's exact test."""

from typing import ClassVar

import numpy as np

from core.answers import ClassAnswers
from core.arrays import Floats, Integers
from core.evaluation.coded import code
from core.evaluation.intervals import wilson
from core.evaluation.records import Interval
from core.inspection.groups import Mask
from core.inspection.losses import Masks


class ClassLosses:
    """Zero-one losses; see `core.inspection.losses.Losses`."""

    higher_is_better: ClassVar[bool] = True

    def __init__(self, answers: ClassAnswers) -> None:
        self.right = code(answers).right

    @property
    def scores(self) -> Floats:
        """Zero-one loss: 1 where the answer is wrong."""
        return (~self.right).astype(np.float64)

    def alone(self, masks: Masks) -> Floats:
        """Fisher's exact test, one-sided."""
        inside, hits = masks.sum(axis=1), (masks & self.right).sum(axis=1)
        return worse_by_luck(hits, inside, int(self.right.sum()), len(self.right))

    def within(self, masks: Masks, first: Integers, second: Integers) -> Floats:
        """Fisher's exact test among the rows of the first."""
        counted = masks.astype(np.float32)
        inside, hits = counted.sum(axis=1).astype(np.int64), (counted @ self.right.astype(np.float32)).astype(np.int64)
        both = (counted @ counted.T)[first, second].astype(np.int64)
        both_hits = ((counted * self.right) @ counted.T)[first, second].astype(np.int64)
        return worse_by_luck(both_hits, both, hits[first], inside[first])

    def level(self, inside: Mask) -> Interval:
        """Accuracy with Wilson's 95% limits."""
        return share(int(self.right[inside].sum()), int(inside.sum()))


def worse_by_luck(hits: Integers, inside: Integers, all_hits: int | Integers, rows: int | Integers) -> Floats:
    """One-sided p-value of Fisher's exact test: a draw of `inside` of the `rows` has no more right ones than `hits`."""
    from scipy.stats import hypergeom

    return np.asarray(hypergeom.cdf(hits, rows, all_hits, inside), np.float64)


def share(hits: int, rows: int) -> Interval:
    """Proportion with Wilson's 95% limits."""
    low, high = wilson(np.array([hits]), np.array([rows]))
    return Interval(value=hits / rows, low=float(low[0]), high=float(high[0]))
