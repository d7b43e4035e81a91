"""Split conformal prediction: an interval around each answer that holds the truth in so many of 100 cases.

No law of errors is assumed, only that new rows are like the validation rows (Lei et al. 2018; Romano et al. 2019).
Errors are measured against how large they usually are near such an answer: intervals are wide where answers are poor.
"""

import math

import numpy as np

from core.answers.number import NumberAnswers
from core.arrays import Floats
from core.config import Frozen
from core.errors import DatasetError
from core.evaluation.difficulty import Difficulty
from core.evaluation.intervals import wilson
from core.evaluation.records import Interval

COVERAGE = 0.9
ENOUGH_FOR_DIFFICULTY = 200
"""With fewer validation rows, or errors of few different sizes, every interval is equally wide."""
FOLDS = 5
ROWS_PER_KNOT = 40
MOST_KNOTS = 12
DRAWN_ROWS = 10
"""Shrinkage: so many rows of the usual size of error are added to each group."""
LEAST_DIFFICULTY = 0.1
"""No answer counts as easier than this part of the usual error."""


class PredictionIntervals(Frozen):
    """Conformal predictor, which turns an answer into its interval: `reach` times its difficulty, to both sides.

    `rows` is how many validation rows it was learned from; without `difficulty` all answers are equally hard.
    """

    coverage: float
    rows: int
    reach: float
    difficulty: Difficulty | None = None

    def around(self, values: Floats, difficulty: Floats | None = None) -> tuple[Floats, Floats]:
        """Bounds of each answer's prediction interval. `difficulty` is the rows' own, where such was learned from."""
        reach = self.reach * (difficulty if difficulty is not None else self._known(values))
        return values - reach, values + reach

    def onto(self, answers: NumberAnswers, difficulty: Floats | None = None) -> NumberAnswers:
        """Adds prediction intervals to the answers."""
        low, high = self.around(answers.values, difficulty)
        return NumberAnswers(answers.row_ids, answers.targets, answers.values, low, high)

    def _known(self, values: Floats) -> Floats:
        return np.ones_like(values) if self.difficulty is None else self.difficulty.of(values)


def learn_intervals(
    validation: NumberAnswers, *, difficulty: Floats | None = None, coverage: float = COVERAGE
) -> PredictionIntervals | None:
    """Calibrates intervals that hold `coverage` of rows like these; None where there are too few (below 9 for 90%).

    `difficulty` is a number above 0 for each validation row, larger where errors are likely larger, worked out without
    its target. Left out, it is learned from the answers here: each fold's errors are measured by what the other folds
    say. On simulated rows that holds 89 to 91 of 100 on average, as one that is known beforehand does.
    """
    rows = len(validation)
    rank = math.ceil((rows + 1) * coverage)
    if rank > rows:
        return None
    sizes = np.abs(validation.errors)
    learned = None
    if difficulty is None and rows >= ENOUGH_FOR_DIFFICULTY and len(np.unique(sizes)) > rows / 2:
        learned, difficulty = _difficulty(validation.values, sizes), _cross_fitted(validation.values, sizes)
    scores = sizes if difficulty is None else sizes / difficulty
    reach = float(np.partition(scores, rank - 1)[rank - 1])
    return PredictionIntervals(coverage=coverage, rows=rows, reach=reach, difficulty=learned)


def held(answers: NumberAnswers) -> Interval:
    """Empirical coverage: the share of rows whose target lies in its interval, with Wilson's 95% interval.

    Raises DatasetError without rows or without intervals.
    """
    if answers.low is None or answers.high is None or not len(answers):
        raise DatasetError("There are no prediction intervals to count.", "Give the run at least nine validation rows.")
    inside = int(((answers.low <= answers.targets) & (answers.targets <= answers.high)).sum())
    low, high = wilson(np.array([float(inside)]), np.array([float(len(answers))]))
    return Interval(value=inside / len(answers), low=float(low[0]), high=float(high[0]))


def promised(intervals: PredictionIntervals, rows: int) -> tuple[float, float]:
    """95% interval of the coverage on `rows` new rows: which share of the intervals holds, if the rows are alike.

    The share varies with the validation rows and with the new ones: beta-binomial (Vovk 2012; Angelopoulos and Bates
    2023, section 3.2).
    """
    from scipy.stats import betabinom

    rank = math.ceil((intervals.rows + 1) * intervals.coverage)
    low, high = (float(betabinom.ppf(p, rows, rank, intervals.rows + 1 - rank)) for p in (0.025, 0.975))
    return low / rows, high / rows


def _difficulty(values: Floats, sizes: Floats) -> Difficulty:
    """Binned error scale: the mean size of errors in groups of like answers, shrunk a little to the mean of all."""
    usual = max(float(sizes.mean()), np.finfo(float).tiny)
    groups = np.array_split(np.argsort(values, kind="stable"), min(MOST_KNOTS, max(1, len(values) // ROWS_PER_KNOT)))
    counts = np.array([len(group) for group in groups])
    sums = np.array([sizes[group].sum() for group in groups])
    knots, place = np.unique([np.median(values[group]) for group in groups], return_inverse=True)
    sums, counts = np.bincount(place, sums), np.bincount(place, counts)
    found = np.maximum((sums + DRAWN_ROWS * usual) / (counts + DRAWN_ROWS), LEAST_DIFFICULTY * usual)
    return Difficulty(knots=tuple(knots.tolist()), sizes=tuple(found.tolist()))


def _cross_fitted(values: Floats, sizes: Floats) -> Floats:
    """Cross-fitted difficulty of each row, learned from the other folds."""
    fold = np.random.default_rng(0).permutation(len(values)) % FOLDS
    found = np.empty_like(values)
    for number in range(FOLDS):
        others = fold != number
        found[~others] = _difficulty(values[others], sizes[others]).of(values[~others])
    return found
