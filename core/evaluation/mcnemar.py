"""McNemar's test: two models told apart by the rows on which just one of them is right."""

import math
from dataclasses import dataclass

from scipy.special import bdtr

from core.evaluation.intervals import Z95
from core.evaluation.records import Interval


@dataclass(frozen=True)
class DiscordantPairs:
    """Discordant pairs of test rows: how many only the model got right, and how many only the baseline."""

    rows: int
    only_model: int
    only_baseline: int


def mcnemar(pairs: DiscordantPairs) -> float:
    """P-value of McNemar's exact test (1947): how often equals would differ as much where just one is right."""
    differing = pairs.only_model + pairs.only_baseline
    return float(min(1.0, 2 * bdtr(min(pairs.only_model, pairs.only_baseline), differing, 0.5)))


def difference(pairs: DiscordantPairs) -> Interval:
    """Paired difference of accuracy; the interval is Bonett and Price's (2012)."""
    more, fewer = (pairs.only_model + 1) / (pairs.rows + 2), (pairs.only_baseline + 1) / (pairs.rows + 2)
    reach = Z95 * math.sqrt((more + fewer - (more - fewer) ** 2) / (pairs.rows + 2))
    value = (pairs.only_model - pairs.only_baseline) / pairs.rows
    low, high = max(-1.0, more - fewer - reach), min(1.0, more - fewer + reach)
    return Interval(value=value, low=min(low, value), high=max(high, value))
