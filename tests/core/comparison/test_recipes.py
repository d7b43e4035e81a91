"""Verdicts about recipes against hand-worked tables; how often they are false is counted in tests/truth/recipes.py."""

import math

import numpy as np
import pytest
from scipy import stats

from core.answers import ClassAnswers, NumberAnswers
from core.comparison.recipes import recipe_verdict, spread_over_seeds
from core.errors import ConfigError, DatasetError

ROWS = 200


def right_in(first: int, last: int, rows: int = ROWS) -> ClassAnswers:
    """Right in the rows from `first` up to `last`."""
    right = (np.arange(rows) >= first) & (np.arange(rows) < last)
    scores = np.where(right[:, None], [0.2, 0.8], [0.8, 0.2]).astype(np.float32)
    return ClassAnswers(tuple(map(str, range(rows))), ("yes",) * rows, ("no", "yes"), scores)


def test_the_spread_is_that_of_the_trainings() -> None:
    found = spread_over_seeds([right_in(0, 160), right_in(0, 164), right_in(0, 168)])
    assert found.metric == "accuracy"
    assert found.values == pytest.approx((0.80, 0.82, 0.84))
    assert (found.mean, found.deviation) == pytest.approx((0.82, 0.02))
    assert found.another is not None
    reach = stats.t.ppf(0.975, 2) * 0.02 * math.sqrt(4 / 3)
    assert (found.another.low, found.another.high) == pytest.approx((0.82 - reach, 0.82 + reach))


def test_one_training_has_no_spread_and_a_share_no_more_than_all() -> None:
    assert spread_over_seeds([right_in(0, 160)]).another is None
    another = spread_over_seeds([right_in(0, 190), right_in(0, 200)]).another
    assert another is not None
    assert another.high == 1.0


def test_seeds_without_spread_leave_the_rows_own_interval() -> None:
    """A paired t-test of the rows, as SciPy has it."""
    found = recipe_verdict([right_in(0, 180)] * 3, [right_in(20, 170)] * 3)
    paired = stats.ttest_rel(np.r_[np.ones(180), np.zeros(20)], np.r_[np.zeros(20), np.ones(150), np.zeros(30)])
    low, high = paired.confidence_interval()
    assert (found.gain.value, found.gain.low, found.gain.high) == pytest.approx((0.15, low, high))
    assert found.p_value == pytest.approx(paired.pvalue)
    assert found.kind == "better"


def test_seeds_that_differ_widen_the_interval_by_a_hand_worked_reach() -> None:
    ours = [right_in(0, 170), right_in(0, 180), right_in(0, 190)]
    found = recipe_verdict(ours, [right_in(0, 160)], other_is_fixed=True)
    gained = np.r_[np.zeros(160), np.ones(10), np.full(10, 2 / 3), np.full(10, 1 / 3), np.zeros(10)]
    rows = stats.t.ppf(0.975, 199) * gained.std(ddof=1) / math.sqrt(200)
    seeds = stats.t.ppf(0.975, 2) * 0.05 / math.sqrt(3)
    assert found.gain.value == pytest.approx(0.1)
    assert found.gain.high - found.gain.value == pytest.approx(math.hypot(rows, seeds))
    assert found.kind == "unknown"


def test_the_interval_reaches_zero_where_the_p_value_is_five_of_a_hundred() -> None:
    chance = np.random.default_rng(0)
    for _ in range(50):
        ours = [right_in(0, int(chance.integers(150, 190))) for _ in range(3)]
        theirs = [right_in(0, int(chance.integers(140, 170))) for _ in range(4)]
        found = recipe_verdict(ours, theirs)
        assert (found.p_value < 0.05) == (not found.gain.low <= 0 <= found.gain.high)


def test_recipes_of_numbers_are_better_where_they_are_nearer() -> None:
    chance = np.random.default_rng(1)
    targets = chance.normal(size=300)
    ids = tuple(map(str, range(300)))
    near, far = (
        [NumberAnswers(ids, targets, targets + spread * chance.normal(size=300)) for _ in range(3)]
        for spread in (0.5, 1.0)
    )
    assert recipe_verdict(near, far).kind == "better"
    assert recipe_verdict(far, near).kind == "worse"


def test_too_few_trainings_and_other_rows_are_refused() -> None:
    with pytest.raises(ConfigError, match="takes 3 trainings"):
        recipe_verdict([right_in(0, 160)] * 2, [right_in(0, 150)], other_is_fixed=True)
    with pytest.raises(ConfigError, match="takes 3 trainings"):
        recipe_verdict([right_in(0, 160)] * 3, [right_in(0, 150)])
    other = right_in(0, 160)
    elsewhere = ClassAnswers(tuple(f"x{n}" for n in range(ROWS)), other.targets, other.labels, other.scores)
    with pytest.raises(DatasetError, match="no row in common"):
        recipe_verdict([right_in(0, 160)] * 3, [elsewhere], other_is_fixed=True)
