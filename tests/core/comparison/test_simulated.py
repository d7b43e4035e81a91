"""What the numbers promise, held against thousands of made-up worlds in which the truth is known.

The whole of it takes minutes and is marked `simulation`; a tenth of it, with the bounds that a tenth can hold, is not.
"""

import numpy as np
import pytest
from scipy.stats import binom

from core.comparison import Aligned, align
from core.comparison.compare import pairs_of
from core.comparison.one_class import ClassContest
from core.comparison.significance import exact_power, rows_for_accuracy, rows_for_metric
from tests.core.comparison.made import world

DATASETS, FEW = 1_000, 100
ROWS = 300
COVERED = ("accuracy", "f1_macro", "roc_auc", "log_loss")
UNEQUAL, EQUAL = {"a": 1.0, "b": 1.35}, {"a": 1.2, "b": 1.2}
SHARES = (0.5, 0.3, 0.2)


def drawn(rng: np.random.Generator, rows: int, skills: dict[str, float]) -> Aligned:
    return align(world(rng, rows, skills, SHARES))


def coverage_of(datasets: int) -> dict[str, float]:
    """How often the interval of the difference on 300 rows held the difference on 300,000."""
    rng = np.random.default_rng(4)
    large = drawn(rng, 300_000, UNEQUAL)
    truth = {metric: pairs_of(large, metric)[0].difference.value for metric in COVERED}
    held = dict.fromkeys(COVERED, 0)
    for seed in range(datasets):
        sample = drawn(rng, ROWS, UNEQUAL)
        for metric in COVERED:
            (pair,) = pairs_of(sample, metric, seed)
            held[metric] += pair.difference.low <= truth[metric] <= pair.difference.high
    return {metric: count / datasets for metric, count in held.items()}


@pytest.fixture(scope="module")
def coverage() -> dict[str, float]:
    return coverage_of(DATASETS)


def test_the_interval_of_a_difference_holds_the_truth_in_a_small_sample_of_worlds():
    assert all(held >= 0.87 for held in coverage_of(FEW).values())


@pytest.mark.simulation
@pytest.mark.parametrize("metric", COVERED)
def test_the_interval_of_a_difference_holds_the_truth_93_to_97_times_in_a_hundred(coverage, metric: str):
    assert 0.93 <= coverage[metric] <= 0.97


def false_alarms_of(datasets: int) -> dict[str, float]:
    """How often one of two equally good models was called better."""
    rng = np.random.default_rng(5)
    said = dict.fromkeys(COVERED, 0)
    for seed in range(datasets):
        sample = drawn(rng, ROWS, EQUAL)
        for metric in COVERED:
            said[metric] += pairs_of(sample, metric, seed)[0].better is not None
    return {metric: count / datasets for metric, count in said.items()}


@pytest.fixture(scope="module")
def false_alarms() -> dict[str, float]:
    return false_alarms_of(DATASETS)


def test_between_equals_better_is_rarely_said_in_a_small_sample_of_worlds():
    assert all(said <= 0.12 for said in false_alarms_of(FEW).values())


@pytest.mark.simulation
@pytest.mark.parametrize("metric", COVERED)
def test_between_equals_better_is_said_in_at_most_six_of_a_hundred_cases(false_alarms, metric: str):
    assert false_alarms[metric] <= 0.06


@pytest.mark.simulation
def test_among_four_equals_anyone_is_called_better_in_at_most_six_of_a_hundred_cases():
    rng = np.random.default_rng(6)
    four = dict.fromkeys("abcd", 1.2)
    said = sum(any(pair.better for pair in pairs_of(drawn(rng, ROWS, four), "accuracy")) for _ in range(DATASETS // 2))
    assert said / (DATASETS // 2) <= 0.06


def mcnemar(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """McNemar's exact p-values."""
    return np.minimum(1.0, 2 * binom.cdf(np.minimum(first, second), first + second, 0.5))


UNDECIDED = [
    (20, 0, 3),
    (50, 10, 16),
    (100, 0, 1),
    (100, 5, 9),
    (300, 0, 4),
    (500, 12, 22),
    (1_000, 200, 230),
    (2_189, 5, 11),
    (2_189, 52, 70),
    (50_000, 400, 440),
]


@pytest.mark.parametrize("level", [0.05, 0.05 / 6, 0.05 / 45])
@pytest.mark.parametrize(("rows", "only_a", "only_b"), UNDECIDED)
def test_with_the_rows_it_asks_for_the_test_tells_in_about_eighty_of_a_hundred_cases(rows, only_a, only_b, level):
    needed = rows_for_accuracy(only_a, only_b, rows, level)
    assert needed is not None
    shares = [only_a / rows, only_b / rows, 1 - (only_a + only_b) / rows]
    found = np.random.default_rng(0).multinomial(needed, shares, size=4_000)
    assert 0.70 <= np.mean(mcnemar(found[:, 0], found[:, 1]) < level) <= 0.90


@pytest.mark.parametrize(("rows", "only_a", "only_b"), UNDECIDED)
def test_adding_the_rows_it_asks_for_to_those_that_are_there_tells_as_often(rows, only_a, only_b):
    more = rows_for_accuracy(only_a, only_b, rows) - rows
    shares = [only_a / rows, only_b / rows, 1 - (only_a + only_b) / rows]
    found = np.random.default_rng(0).multinomial(more, shares, size=4_000) + np.array([only_a, only_b, 0])
    assert 0.70 <= np.mean(mcnemar(found[:, 0], found[:, 1]) < 0.05) <= 0.90


@pytest.mark.simulation
def test_for_another_metric_too():
    rng = np.random.default_rng(8)
    skills = {"a": 1.2, "b": 1.26}
    large = drawn(rng, 200_000, skills)
    found = ClassContest().pairs(large, "f1_macro", 0)["a", "b"]
    needed = rows_for_metric(found.difference.value, found.error, 200_000)
    told = [pairs_of(drawn(rng, needed, skills), "f1_macro", seed)[0].better == "b" for seed in range(150)]
    assert 0.70 <= np.mean(told) <= 0.90


def test_the_exact_power_is_that_of_counting_every_case():
    rows, gap, differing = 40, 0.1, 0.3
    first, second = (differing + gap) / 2, (differing - gap) / 2
    total = 0.0
    for differ in range(rows + 1):
        for ahead in range(differ + 1):
            if mcnemar(np.array(ahead), np.array(differ - ahead)) <= 0.05:
                total += binom.pmf(differ, rows, differing) * binom.pmf(ahead, differ, first / (first + second))
    assert exact_power(rows, gap, differing) == pytest.approx(total)


def test_equals_need_no_number_of_rows():
    assert rows_for_accuracy(7, 7, 100) is None
    assert rows_for_accuracy(1_000_000, 1_000_001, 10_000_000) is None
