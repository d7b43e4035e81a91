"""Losses: how wrong each answer is, and whether a group of rows has more of that than luck explains."""

from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats, Integers
from core.evaluation.records import Interval
from core.inspection.groups import Mask

Masks = NDArray[np.bool_]


class Losses(Protocol):
    """The losses of one set of answers, one file for each kind of answers."""

    higher_is_better: ClassVar[bool]
    """Whether `level` is better the higher it is."""

    @property
    def scores(self) -> Floats:
        """What stands for each row's loss in a test, (rows,): higher where the answer is worse."""
        ...

    def alone(self, masks: Masks) -> Floats:
        """How likely luck makes each group this much worse than all other rows, (groups,); `masks` (groups, rows)."""
        ...

    def within(self, masks: Masks, first: Integers, second: Integers) -> Floats:
        """How likely luck makes the rows that two groups share this much worse than the rest of the first, (pairs,).

        `first` and `second` are the numbers of each pair's groups.
        """
        ...

    def level(self, inside: Mask) -> Interval:
        """How good the answers to these rows are, by the headline metric."""
        ...


def apart(one: Interval, other: Interval) -> Interval:
    """The difference of two independent values from their own limits (Newcombe 1998, method 10)."""
    value = one.value - other.value
    below = float(np.hypot(one.value - one.low, other.high - other.value))
    above = float(np.hypot(one.high - one.value, other.value - other.low))
    return Interval(value=value, low=value - below, high=value + above)
