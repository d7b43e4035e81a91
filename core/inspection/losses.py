"""Per-row losses, and significance tests of whether they are higher in a group of rows."""

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
        """Test score of each row's loss, (rows,): higher where the answer is worse."""
        ...

    def alone(self, masks: Masks) -> Floats:
        """One-sided p-value of each group being worse than all other rows, (groups,); `masks` (groups, rows)."""
        ...

    def within(self, masks: Masks, first: Integers, second: Integers) -> Floats:
        """One-sided p-value of the rows that two groups share being worse than the rest of the first, (pairs,).

        `first` and `second` are the numbers of each pair's groups.
        """
        ...

    def level(self, inside: Mask) -> Interval:
        """Headline metric of the answers to these rows, with its interval."""
        ...


def apart(one: Interval, other: Interval) -> Interval:
    """Difference of two independent values, its interval from their own limits (Newcombe 1998, method 10)."""
    value = one.value - other.value
    below = float(np.hypot(one.value - one.low, other.high - other.value))
    above = float(np.hypot(one.high - one.value, other.value - other.low))
    return Interval(value=value, low=value - below, high=value + above)
