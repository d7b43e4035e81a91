"""Losses of numbers: absolute errors, compared between groups by the Mann-Whitney rank test."""

from typing import ClassVar

import numpy as np
from scipy.special import ndtr

from core.answers import NumberAnswers
from core.arrays import Floats, Integers
from core.evaluation.number import measured
from core.evaluation.records import Interval
from core.inspection.groups import Mask
from core.inspection.losses import Masks


class NumberLosses:
    """Absolute errors; see `core.inspection.losses.Losses`.

    A group is worse where its errors rank higher than others' (Mann and Whitney 1947, by its normal limit with ties
    and continuity), so that a few enormous errors make no finding.
    """

    higher_is_better: ClassVar[bool] = False

    def __init__(self, answers: NumberAnswers) -> None:
        self.answers = answers
        self.sizes: Floats = np.abs(answers.errors)

    @property
    def scores(self) -> Floats:
        """Rank of each absolute error, the largest highest."""
        from scipy.stats import rankdata

        return np.asarray(rankdata(self.sizes), np.float64)

    def alone(self, masks: Masks) -> Floats:
        """Mann and Whitney's test, one-sided, of each group against all other rows."""
        return larger_by_luck(self.sizes, masks)

    def within(self, masks: Masks, first: Integers, second: Integers) -> Floats:
        """Mann and Whitney's test among the rows of the first."""
        found = np.ones(len(first))
        for group in np.unique(first):
            pairs, pool = np.flatnonzero(first == group), masks[group]
            found[pairs] = larger_by_luck(self.sizes[pool], masks[second[pairs]][:, pool])
        return found

    def level(self, inside: Mask) -> Interval:
        """The mean absolute error."""
        one = measured("mae", self.answers.targets[inside], self.answers.values[inside])
        return Interval(value=float(one.value), low=float(one.low), high=float(one.high))


def larger_by_luck(sizes: Floats, masks: Masks) -> Floats:
    """One-sided Mann-Whitney p-values of groups' errors being larger: `sizes` (rows,), `masks` (groups, rows)."""
    from scipy.stats import rankdata

    rows, inside = len(sizes), masks.sum(axis=1).astype(np.float64)
    ranks = rankdata(sizes)
    sums = np.array([ranks[mask].sum() for mask in masks])
    tied = np.unique(ranks, return_counts=True)[1].astype(np.float64)
    lost = float((tied**3 - tied).sum()) / max(1, rows * (rows - 1))
    spread = np.sqrt(inside * (rows - inside) / 12 * np.maximum(rows + 1 - lost, 0.0))
    ahead = sums - inside * (rows + 1) / 2 - 0.5
    return np.asarray(np.where(spread > 0, ndtr(-ahead / np.where(spread > 0, spread, 1.0)), 1.0), np.float64)
