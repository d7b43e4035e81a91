"""Paired tests of regression predictions on the same rows: a metric's difference, its interval and its p-value.

Metrics that are smooth in the rows' weights go by the rows' influence, its skewness taken out (core/evaluation/
skewed.py): of the mean absolute error, that is the paired t test, made stricter on the side of a tail and never more
lenient, since differences of equals are even around 0 and often heavy in both tails. The median has its own exact test
and a paired bootstrap. False "better" between equals: docs/truth.md.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.answers.number import NumberAnswers
from core.arrays import Floats
from core.comparison.aligned import Aligned
from core.comparison.contest import Found
from core.comparison.significance import CHANCE, rows_for_metric
from core.errors import ConfigError, DatasetError
from core.evaluation.meanings import NUMBER_METRICS as METRICS
from core.evaluation.medians import drawn_medians, median_test
from core.evaluation.number import influence, measure
from core.evaluation.records import Interval
from core.evaluation.skewed import spread_of

RESAMPLES = 1_000
MOST_DRAWN = 4_000_000
FEWEST_RESAMPLES = 200
SEED = 20_260


@dataclass(frozen=True)
class Apart:
    """Paired difference of two models on the same rows: b's metric less a's.

    `error` is the standard error of the difference; `nearer_a` and `nearer_b` count the rows on which one of them is
    nearer to the truth. Of the bias, its distance from 0 is compared.
    """

    metric: str
    rows: int
    difference: Interval
    p_value: float
    error: float
    nearer_a: int
    nearer_b: int

    @property
    def is_real(self) -> bool:
        """Whether the difference is statistically significant, where no other pair is looked at."""
        return self.p_value < CHANCE and not self.difference.low <= 0.0 <= self.difference.high

    @property
    def b_leads(self) -> bool:
        """Whether b's value is the better one, by chance or not."""
        return (self.difference.value > 0) == METRICS[self.metric].higher_is_better

    def rows_needed(self, level: float = CHANCE) -> int | None:
        """Sample size in all that tells the two apart with 80% power; None where no number of rows would do."""
        return rows_for_metric(self.difference.value, self.error, self.rows, level)


def apart(
    a: NumberAnswers,
    b: NumberAnswers,
    metric: str,
    *,
    seed: int = SEED,
    medians: tuple[Floats, Floats] | None = None,
) -> Apart:
    """Paired test of two by one metric. Raises DatasetError where their rows or targets differ or there are none.

    `medians` are `drawn(a)` and `drawn(b)`, where they are known already. Raises ConfigError for R2 where all targets
    are alike.
    """
    if not len(a) or a.row_ids != b.row_ids or not np.array_equal(a.targets, b.targets):
        raise DatasetError(
            "The two cannot be compared: they were not judged on the same rows.",
            "Compare runs on the same dataset with the same split and seed.",
        )
    first, second = np.abs(a.errors), np.abs(b.errors)
    if metric == "median_error":
        found = _by_median(first, second, medians or (drawn(a, seed), drawn(b, seed)))
    else:
        found = _by_influence(a, b, metric)
    return Apart(metric, len(a), *found, int((first < second).sum()), int((second < first).sum()))


def _by_influence(a: NumberAnswers, b: NumberAnswers, metric: str) -> tuple[Interval, float, float]:
    one, other = influence(a, metric), influence(b, metric)
    if one is None or other is None:
        raise ConfigError(
            f"These {len(a):,} rows cannot give '{METRICS[metric].title}'.", "Compare by the usual error."
        )
    gained, derived = other[0] - one[0], other[1] - one[1]
    spread = spread_of(np.asarray(gained), derived, away=0.0)
    low, high = spread.ends()
    differing = int((derived != 0).sum())
    floor = 2 * 0.5 ** min(differing, 1_000)
    p_value = min(1.0, max(floor, float(spread.p_value()))) if gained else 1.0
    return Interval(value=gained, low=float(low), high=float(high)), p_value, float(spread.error)


def _by_median(first: Floats, second: Floats, medians: tuple[Floats, Floats]) -> tuple[Interval, float, float]:
    draws = medians[1] - medians[0]
    gained = float(np.median(second) - np.median(first))
    low, high = np.quantile(draws, (0.025, 0.975))
    found = Interval(value=gained, low=min(float(low), gained), high=max(float(high), gained))
    return found, median_test(first, second) if gained else 1.0, float(draws.std())


def drawn(answers: NumberAnswers, seed: int = SEED) -> Floats:
    """Bootstrap medians of the absolute error; the same samples for every model that answered as many rows."""
    return drawn_medians(np.abs(answers.errors), _drawn_counts(len(answers), seed))


@lru_cache(maxsize=2)
def _drawn_counts(rows: int, seed: int) -> NDArray[np.int16]:
    """Bootstrap counts: how often each sample has each row, (draws, rows): 1,000 samples, and 200 of very many rows."""
    draws = int(np.clip(MOST_DRAWN // rows, FEWEST_RESAMPLES, RESAMPLES))
    rng = np.random.default_rng(seed)
    return np.stack([np.bincount(rng.integers(0, rows, rows), minlength=rows).astype(np.int16) for _ in range(draws)])


class NumberContest:
    """Paired tests of number answers; see `core.comparison.contest.Contest`."""

    def pairs(self, aligned: Aligned, metric: str, seed: int | None) -> dict[tuple[str, str], Found]:
        """Tests of every pair by the metric."""
        made = {}
        seed = SEED if seed is None else seed
        numbers = {name: one for name, one in aligned.answers.items() if isinstance(one, NumberAnswers)}
        medians = {name: drawn(one, seed) for name, one in numbers.items()} if metric == "median_error" else {}
        for a, b in combinations(aligned.names, 2):
            known = (medians[a], medians[b]) if medians else None
            found = apart(numbers[a], numbers[b], metric, medians=known)
            made[a, b] = Found(found.difference, found.p_value, found.nearer_a, found.nearer_b, found.error)
        return made

    def margin(self, aligned: Aligned, baseline: str, share: float) -> float:
        """That share of the baseline's mean absolute error."""
        answers = aligned.answers[baseline]
        assert isinstance(answers, NumberAnswers)  # noqa: S101  # of its kind
        return share * float(np.abs(answers.errors).mean())

    def measured(self, aligned: Aligned, name: str, metric: str) -> dict[str, Interval]:
        """Confidence intervals of every metric of numbers."""
        answers = aligned.answers[name]
        assert isinstance(answers, NumberAnswers)  # noqa: S101  # of its kind
        found = measure(answers)
        if metric not in found:
            raise ConfigError(
                f"These {aligned.rows:,} rows cannot give '{METRICS[metric].title}'.",
                "Compare by the mean absolute error.",
            )
        return found

    def by_row(self, aligned: Aligned, name: str) -> Floats:
        """Absolute error of each row."""
        answers = aligned.answers[name]
        assert isinstance(answers, NumberAnswers)  # noqa: S101  # of its kind
        return np.abs(answers.errors)
