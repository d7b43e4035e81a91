"""Prediction intervals hold as many of 100 rows as they say, whatever the errors."""

import numpy as np
import pytest
from scipy.stats import binom

from core.answers import NumberAnswers
from core.errors import DatasetError
from core.evaluation.conformal import PredictionIntervals, held, learn_intervals, promised
from tests.truth.number_worlds import WORLDS

DATASETS, TEST_ROWS = 1_000, 200


def answered(targets, values) -> NumberAnswers:
    return NumberAnswers(tuple(f"row{i}" for i in range(len(targets))), np.asarray(targets), np.asarray(values))


@pytest.mark.parametrize(("world", "rows"), [("normal", 20), ("money", 300), ("heavy (t, 3)", 300), ("skewed", 100)])
def test_ranges_of_90_hold_87_to_93_of_100_rows_of_a_thousand_datasets(world, rows):
    rng = np.random.default_rng(0)
    targets, values = WORLDS[world](rng, (DATASETS, rows + TEST_ROWS))
    shares = []
    for target, value in zip(targets, values, strict=True):
        low, high = learn_intervals(answered(target[:rows], value[:rows])).around(value[rows:])
        shares.append(np.mean((low <= target[rows:]) & (target[rows:] <= high)))
    assert 0.89 <= np.mean(shares) <= 0.915
    if rows < 200:  # where difficulty is learned, the promise is nearly exact
        low, high = promised(PredictionIntervals(coverage=0.9, rows=rows, reach=1.0), TEST_ROWS)
        assert np.mean((shares >= np.float64(low)) & (shares <= np.float64(high))) >= 0.93


def test_where_answers_are_poor_ranges_are_wide():
    targets, values = WORLDS["money"](np.random.default_rng(0), (2_000,))
    found = learn_intervals(answered(targets, values))
    low, high = found.around(np.array([0.4, 3.0]))
    assert (high - low)[1] > 2 * (high - low)[0]


def test_a_difficulty_of_ones_own_is_followed():
    rng = np.random.default_rng(0)
    hard = rng.uniform(1, 10, 3_000)
    answers = answered(rng.normal(size=3_000) * hard, np.zeros(3_000))
    found = learn_intervals(answers, difficulty=hard)
    assert found.difficulty is None
    low, high = found.around(np.zeros(2), difficulty=np.array([1.0, 10.0]))
    assert high == pytest.approx([1.645, 16.45], rel=0.1)
    assert low == pytest.approx(-high)


def test_the_reach_is_the_ranked_error():
    errors = np.array([0.1, -0.5, 0.3, 0.2, -0.7, 0.4, 0.6, -0.8, 0.9, 1.0])
    found = learn_intervals(answered(np.zeros(10), errors), coverage=0.8)
    assert found.reach == 0.9  # rank ceil(11 * 0.8) = 9
    assert (found.coverage, found.rows) == (0.8, 10)


def test_too_few_rows_give_no_interval():
    assert learn_intervals(answered(np.zeros(8), np.ones(8))) is None
    assert learn_intervals(answered(np.zeros(9), np.ones(9))) is not None


def test_answers_that_are_all_right_have_ranges_of_no_width():
    found = learn_intervals(answered(np.arange(300.0), np.arange(300.0)))
    assert found.reach == 0


def test_they_come_back_from_json():
    targets, values = WORLDS["money"](np.random.default_rng(0), (400,))
    found = learn_intervals(answered(targets, values))
    back = PredictionIntervals.model_validate_json(found.model_dump_json())
    assert back == found
    assert back.onto(answered(targets, values)).low == pytest.approx(found.around(values)[0])


def test_the_share_held_is_counted_with_its_interval():
    answers = PredictionIntervals(coverage=0.9, rows=9, reach=1.0).onto(answered([0, 0, 0, 5], [0.5, 1.0, -1.0, 0.0]))
    found = held(answers)
    assert found.value == 0.75
    assert found.low < 0.75 < found.high
    with pytest.raises(DatasetError, match="no prediction intervals"):
        held(answered([0], [0]))


def test_what_is_promised_nears_the_binomial_with_very_many_validation_rows():
    low, high = promised(PredictionIntervals(coverage=0.9, rows=10_000_000, reach=1.0), 100)
    assert (low, high) == tuple(binom.ppf((0.025, 0.975), 100, 0.9) / 100)


def test_answers_that_are_all_one_number_are_equally_hard():
    targets = np.random.default_rng(0).lognormal(size=400)
    found = learn_intervals(answered(targets, np.full(400, 1.5)))
    assert len(found.difficulty.sizes) == 1
    assert found.difficulty.sizes[0] == pytest.approx(np.abs(targets - 1.5).mean(), rel=1e-6)
