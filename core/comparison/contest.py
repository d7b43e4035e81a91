"""Contests: how two are told apart on the same rows, one file for each kind of answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from core.comparison.aligned import Aligned
from core.evaluation.records import Interval


@dataclass(frozen=True)
class Found:
    """What was found about two, b less a.

    `error` is the difference's standard error, None where McNemar's test counts. `only_a` and `only_b` count the rows
    that one alone answered right, or nearer to the truth.
    """

    difference: Interval
    p_value: float
    only_a: int
    only_b: int
    error: float | None = None


class Contest(Protocol):
    """The tests of one kind of answers."""

    def pairs(self, aligned: Aligned, metric: str, seed: int | None) -> Mapping[tuple[str, str], Found]:
        """Every pair by the metric. Raises ConfigError for one that these rows cannot give."""
        ...

    def margin(self, aligned: Aligned, baseline: str) -> float:
        """How far apart two may be by the headline metric and still be called alike, beside this baseline."""
        ...

    def measured(self, aligned: Aligned, name: str, metric: str) -> dict[str, Interval]:
        """The metric asked for, and what comes with it at no cost. Raises ConfigError as `pairs` does."""
        ...
