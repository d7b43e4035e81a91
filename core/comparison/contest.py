"""Contests: paired significance tests of two models on the same rows, one file for each kind of answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from core.arrays import Floats
from core.comparison.aligned import Aligned
from core.comparison.significance import CHANCE
from core.evaluation.records import Interval

Standing = Literal["better", "same", "worse", "unknown"]
MARGIN = 0.03
"""Equivalence margin by default: two are alike when the whole interval of their difference is nearer to zero.

It is points of 100 where answers are classes, and a part of the baseline's mean absolute error where they are numbers.
"""


def standing(gain: Interval, p_value: float, margin: float) -> Standing:
    """How one stands to another by its gain: different where the test says so and the interval leaves zero out.

    They are the same where the whole interval is within the margin, or is zero; else it is too early to tell.
    """
    if p_value < CHANCE and not gain.low <= 0.0 <= gain.high:
        return "better" if gain.value > 0 else "worse"
    is_alike = max(-gain.low, gain.high) < margin or gain.low == gain.high == 0.0
    return "same" if is_alike else "unknown"


@dataclass(frozen=True)
class Found:
    """Result of a paired test, b less a.

    `error` is the difference's standard error, None where McNemar's test counts. `only_a` and `only_b` count the rows
    that one alone answered right, or nearer to the truth.
    """

    difference: Interval
    p_value: float
    only_a: int
    only_b: int
    error: float | None = None


class Contest(Protocol):
    """Paired significance tests of one kind of answers."""

    def pairs(self, aligned: Aligned, metric: str, seed: int | None) -> Mapping[tuple[str, str], Found]:
        """Tests of every pair by the metric. Raises ConfigError for one that these rows cannot give."""
        ...

    def margin(self, aligned: Aligned, baseline: str, share: float) -> float:
        """Equivalence margin by the headline metric, from its share of 1, or of this baseline's error."""
        ...

    def measured(self, aligned: Aligned, name: str, metric: str) -> dict[str, Interval]:
        """Intervals of the metric asked for, and of others that cost nothing. Raises ConfigError as `pairs` does."""
        ...

    def by_row(self, aligned: Aligned, name: str) -> Floats:
        """This one's headline metric row by row, (rows,)."""
        ...
