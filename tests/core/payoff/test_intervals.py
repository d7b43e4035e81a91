"""The interval of what 1,000 cases are worth holds the truth as often as it says, dear rare mistakes included."""

import numpy as np
import pytest

from core.payoff.worth import Outcomes, gain_per_1000, per_1000

DATASETS = 1_000
WORLDS = {
    "a newsdesk with a person": ((0.28, -3.0, -0.05), (0.8, 0.04, 0.16), 2_189),
    "a newsdesk, two in a hundred wrong": ((0.28, -3.0), (0.98, 0.02), 400),
    "credit, five to one": ((0.0, -1.0, -5.0), (0.75, 0.17, 0.08), 200),
    "complaints": ((2.0, -6.0, -1.0, 0.5, -0.5), (0.55, 0.08, 0.05, 0.25, 0.07), 700),
    "few rows": ((1.0, -4.0), (0.8, 0.2), 60),
}


@pytest.mark.parametrize("world", WORLDS)
def test_the_interval_holds_the_truth_in_about_95_of_100_datasets(world):
    amounts, shares, rows = WORLDS[world]
    truth = 1_000 * float(np.dot(amounts, shares))
    rng = np.random.default_rng(0)
    found = (per_1000(rng.choice(amounts, rows, p=shares), Outcomes.even(np.array(amounts))) for _ in range(DATASETS))
    assert 0.93 <= np.mean([one.low <= truth <= one.high for one in found]) <= 0.97


def test_a_dear_mistake_that_a_hundred_rows_did_not_show_stays_possible():
    found = per_1000(np.ones(100), Outcomes.even(np.array([1.0, -50.0])))
    assert found.value == found.high == 1_000
    assert found.low < 500


def test_the_gain_over_an_alternative_counts_row_by_row():
    """Two ways that are alike but for one row in ten differ by exactly those rows, however much the rows vary."""
    rng = np.random.default_rng(1)
    ours = rng.choice([5.0, -5.0], 1_000)
    theirs = np.where(np.arange(1_000) % 10 == 0, ours - 10, ours)
    both = np.array([5.0, -5.0, -15.0])
    found = gain_per_1000(ours, theirs, Outcomes.even(np.subtract.outer(both, both)))
    assert found.value == pytest.approx(1_000)
    assert found.high - found.low < 400
    assert per_1000(ours, Outcomes.even(both)).high - per_1000(ours, Outcomes.even(both)).low > 600


def test_two_equal_ways_are_seldom_told_apart():
    rng = np.random.default_rng(2)
    outcomes = np.array([1.0, -4.0])
    apart = 0
    for _ in range(DATASETS):
        ours, theirs = rng.choice(outcomes, (2, 300), p=(0.9, 0.1))
        found = gain_per_1000(ours, theirs, Outcomes.even(np.subtract.outer(outcomes, outcomes)))
        apart += found.low > 0 or found.high < 0
    assert apart / DATASETS <= 0.06
