"""Two sets of numbers on the same rows: equals are seldom told apart, and the rows asked for tell."""

import numpy as np
import pytest
from scipy.stats import ttest_rel

from core.answers import NumberAnswers
from core.comparison.numbers import apart
from core.errors import ConfigError, DatasetError
from core.evaluation.number import METRICS, measure
from tests.truth.number_worlds import WORLDS, equal_pairs


def two(rows: int, *, spread: float = 1.0, seed: int = 0) -> tuple[NumberAnswers, NumberAnswers]:
    """One that errs by 1 and one that errs by `spread`, on the same rows."""
    rng = np.random.default_rng(seed)
    targets, ids = rng.normal(size=rows), tuple(map(str, range(rows)))
    errors, others = rng.normal(size=rows), rng.normal(size=rows) * spread
    return NumberAnswers(ids, targets, targets + errors), NumberAnswers(ids, targets, targets + others)


@pytest.mark.parametrize("metric", METRICS)
def test_a_difference_is_that_of_the_two_values(metric):
    a, b = two(200, spread=0.5)
    found = apart(a, b, metric)
    ours, theirs = (measure(one)[metric].value for one in (a, b))
    expected = abs(theirs) - abs(ours) if metric == "bias" else theirs - ours
    assert found.difference.value == pytest.approx(expected)
    assert found.difference.low <= expected <= found.difference.high
    assert found.nearer_a + found.nearer_b == 200


def test_the_test_of_the_usual_error_is_near_the_paired_t_test_and_never_more_lenient():
    for seed in range(20):
        a, b = two(60, spread=1.3, seed=seed)
        theirs = ttest_rel(np.abs(b.errors), np.abs(a.errors)).pvalue
        assert theirs - 1e-12 <= apart(a, b, "mae").p_value <= theirs * 2 + 0.05


@pytest.mark.parametrize("metric", ["mae", "rmse", "r2", "median_error"])
def test_one_that_errs_half_as_much_is_better(metric):
    a, b = two(200, spread=0.5)
    found = apart(a, b, metric)
    assert found.is_real
    assert found.b_leads
    assert not apart(b, a, metric).b_leads


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("world", WORLDS)
def test_between_equals_better_is_said_in_at_most_six_of_a_hundred_cases(world, metric):
    datasets = 100 if metric == "median_error" else 300
    chance = 2 * np.sqrt(0.06 * 0.94 / datasets)
    said = [one.is_real for one in equal_pairs(np.random.default_rng(8), world, metric, 80, datasets)]
    assert np.mean(said) <= 0.06 + chance


def test_the_same_answers_differ_by_exactly_nothing():
    a, _ = two(50)
    for metric in METRICS:
        found = apart(a, a, metric)
        assert (found.difference.value, found.difference.low, found.difference.high, found.p_value) == (0, 0, 0, 1)
        assert found.rows_needed() is None


def test_the_rows_it_asks_for_tell_in_about_eighty_of_a_hundred_cases():
    a, b = two(200_000, spread=0.85)
    needed = apart(a, b, "mae").rows_needed()
    told = [apart(*two(needed, spread=0.85, seed=seed), "mae").is_real for seed in range(1, 201)]
    assert 0.70 <= np.mean(told) <= 0.90


def test_three_rows_are_never_enough():
    a, b = two(3, spread=1e-9)
    assert not any(apart(a, b, metric).is_real for metric in METRICS)


def test_other_rows_are_refused():
    (a, _), (b, _) = two(5), two(6)
    with pytest.raises(DatasetError, match="not judged on the same rows"):
        apart(a, b, "mae")
    alike = NumberAnswers(("x", "y"), np.ones(2), np.zeros(2))
    with pytest.raises(ConfigError, match="cannot give"):
        apart(alike, alike, "r2")
