"""Every metric of numbers equals scikit-learn's, and its interval holds the truth as often as it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binom
from sklearn.metrics import mean_absolute_error, mean_squared_error, median_absolute_error, r2_score

from core.answers import NumberAnswers
from core.errors import DatasetError, NotFound
from core.evaluation.medians import drawn_medians, median_ends, median_test
from core.evaluation.number import METRICS, NumberYardstick, by_row, influence, measure, uneven
from tests.truth.number_worlds import WORLDS, coverage

DATASETS = 1_500
WIDER = {
    *(("stars", metric) for metric in ("median_error", "mae", "r2", "rmse")),
    ("skewed", "rmse"),
    ("heavy (t, 5)", "rmse"),
}
"""Where most errors are one number, or a wide end is the price of not missing a tail."""
NARROWER = {("lognormal", "r2")}
"""Squared errors almost without a variance: 100 rows hold the truth in 91 to 92 of 100."""


def answered(targets, values) -> NumberAnswers:
    targets, values = np.asarray(targets, float), np.asarray(values, float)
    return NumberAnswers(tuple(f"row{i}" for i in range(len(targets))), targets, values)


def drawn(rows: int, seed: int = 0) -> NumberAnswers:
    rng = np.random.default_rng(seed)
    targets = rng.lognormal(size=rows)
    return answered(targets, targets + rng.standard_t(3, rows))


@pytest.mark.parametrize("rows", [1, 2, 5, 30, 1_001])
def test_every_value_is_scikit_learns(rows):
    answers = drawn(rows)
    theirs = {
        "mae": mean_absolute_error(answers.targets, answers.values),
        "rmse": np.sqrt(mean_squared_error(answers.targets, answers.values)),
        "median_error": median_absolute_error(answers.targets, answers.values),
        "bias": np.mean(answers.values - answers.targets),
    }
    if rows > 1:
        theirs["r2"] = r2_score(answers.targets, answers.values)
    found = measure(answers)
    assert {name: one.value for name, one in found.items()} == pytest.approx(theirs, rel=1e-12)


@given(
    arrays(float, st.integers(1, 12), elements=st.integers(-3, 3).map(float)),
    st.floats(-2, 2),
)
def test_ends_lie_around_the_value_whatever_the_rows(targets, shift):
    for name, one in measure(answered(targets, np.roll(targets, 1) + shift)).items():
        assert np.isfinite([one.low, one.high]).all()
        assert one.low <= one.value + 1e-9, name
        assert one.high >= one.value - 1e-9, name
        if name in {"mae", "rmse", "median_error"}:
            assert one.low >= 0
        if name == "r2":
            assert one.high <= 1


def test_rows_add_up_to_the_metric():
    answers = drawn(50)
    found = measure(answers)
    assert by_row(answers, "mae").mean() == pytest.approx(found["mae"].value)
    assert np.sqrt(by_row(answers, "rmse").mean()) == pytest.approx(found["rmse"].value)
    assert np.median(by_row(answers, "median_error")) == pytest.approx(found["median_error"].value)
    assert by_row(answers, "bias").mean() == pytest.approx(found["bias"].value)
    assert by_row(answers, "r2") is None
    with pytest.raises(NotFound, match="rmse"):
        by_row(answers, "rmsee")


@pytest.mark.parametrize("metric", ["mae", "rmse", "r2", "bias"])
def test_influence_is_the_derivative_by_a_rows_weight(metric):
    answers = drawn(12)
    value, derived = influence(answers, metric)
    step = 1e-6
    for row in range(3):
        weights = np.full(12, 1 / 12) * (1 - step)
        weights[row] += step
        assert (weighted(answers, weights, metric) - value) / step == pytest.approx(derived[row] * 12, rel=1e-3)
    assert derived.sum() == pytest.approx(0, abs=1e-9)


def weighted(answers: NumberAnswers, weights: np.ndarray, metric: str) -> float:
    errors, middle = answers.errors, weights @ answers.targets
    return {
        "mae": weights @ np.abs(errors),
        "rmse": np.sqrt(weights @ errors**2),
        "r2": 1 - (weights @ errors**2) / (weights @ (answers.targets - middle) ** 2),
        "bias": abs(weights @ errors),
    }[metric]


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("world", WORLDS)
def test_the_interval_holds_the_truth_in_93_to_97_of_100_datasets(world, metric):
    low, high = coverage(world, metric, 100, DATASETS)
    held = 1 - low - high
    chance = 0.013  # two standard errors of 1,500 datasets
    least = 0.90 if (world, metric) in NARROWER else 0.93 - chance
    most = 1.0 if (world, metric) in WIDER else 0.97 + chance
    assert least <= held <= most


def test_answers_that_are_all_right_leave_room_for_what_was_not_seen():
    found = measure(answered([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]))
    assert found["mae"].value == found["mae"].low == 0
    assert 0 < found["mae"].high <= 2
    assert found["r2"].low < found["r2"].high == 1


def test_targets_that_are_all_alike_have_no_part_explained():
    assert "r2" not in measure(answered([2, 2, 2], [1, 2, 3]))


def test_no_rows_are_refused():
    with pytest.raises(DatasetError, match="no test rows"):
        measure(answered([], []))


def test_a_row_that_outweighs_all_others_is_noticed():
    errors = np.random.default_rng(0).normal(size=200)
    assert not uneven(answered(np.zeros(200), errors))
    assert uneven(answered(np.zeros(200), np.append(errors[1:], 30)))


@pytest.mark.parametrize("rows", [6, 9, 30, 101])
def test_the_medians_interval_is_the_binomials(rows):
    """Between the interval of order statistics that holds at least 95% and the next one inwards."""
    ordered = np.arange(1.0, rows + 1)
    middle, low, high = median_ends(ordered)
    assert middle == np.median(ordered)
    outer = int(np.floor(low))
    assert 1 - 2 * binom.cdf(outer - 1, rows, 0.5) >= 0.95 > 1 - 2 * binom.cdf(outer, rows, 0.5)
    assert low + high == pytest.approx(rows + 1)


def test_drawn_medians_are_those_of_the_drawn_rows():
    rng = np.random.default_rng(0)
    for rows in (5, 8):
        values, places = rng.normal(size=rows), rng.integers(0, rows, (20, rows))
        counts = np.stack([np.bincount(one, minlength=rows) for one in places])
        assert drawn_medians(values, counts) == pytest.approx(np.median(values[places], axis=1))


def test_two_medians_that_differ_clearly_are_told_apart():
    rng = np.random.default_rng(0)
    first = np.abs(rng.normal(size=100))
    assert median_test(first, first) == 1.0
    assert median_test(first, first + 1) < 1e-6


def test_the_headline_is_a_metric():
    assert NumberYardstick.headline in METRICS
