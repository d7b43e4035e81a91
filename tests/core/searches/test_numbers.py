"""Curves of numbers: errors have a size and a long tail, and lower is better."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from core.searches import MODEL, Point, Prices, crossing, fit, levels, meeting, more_left, net_worth, stop_at
from tests.core.searches.made import NUMBER_MODEL, NUMBER_RIDGE, number_points

ROWS = (50, 150, 500, 1500)
PRICES = Prices(label=0.5, error=0.2, cases=10_000)


@pytest.mark.parametrize("tail", ["t", "hard"])
def test_levels_hold_the_truth_as_often_as_they_promise_where_errors_have_long_tails(tail):
    held, together = np.zeros(len(ROWS)), 0
    for seed in range(250):
        found = levels(number_points(seed, tail=tail), seed=seed)
        truths = [NUMBER_MODEL.error(rows) for rows in ROWS]
        held += [one.low <= truth <= one.high for one, truth in zip(found.reached(MODEL), truths, strict=True)]
        gaps = [NUMBER_RIDGE.error(rows) - NUMBER_MODEL.error(rows) for rows in ROWS]
        together += all(one.low <= gap <= one.high for one, gap in zip(found.ahead, gaps, strict=True))
    assert 0.93 <= held.mean() / 250 <= 0.985
    assert (held / 250 >= 0.91).all()
    assert together / 250 >= 0.93


def test_twice_the_labels_are_foretold_as_often_as_promised():
    level = gain = shown = 0
    for seed in range(100):
        law = fit(levels(number_points(seed, tail="hard"), seed=seed), MODEL)
        if law is None:
            continue
        shown += 1
        reached, more = law.reached(3000), law.gain(1500, 3000)
        level += reached.low <= NUMBER_MODEL.error(3000) <= reached.high
        gain += more.low <= NUMBER_MODEL.error(1500) - NUMBER_MODEL.error(3000) <= more.high
    assert shown >= 90
    assert min(level, gain) >= 0.93 * shown


def test_levels_are_the_means_of_the_absolute_errors():
    some = number_points()
    found = levels(some)
    by_hand = [np.mean([p.losses[MODEL] for p in some if p.rows == rows]) for rows in ROWS]
    assert [one.value for one in found.reached(MODEL)] == pytest.approx(by_hand)
    assert found.who == (MODEL, "tfidf_ridge")
    assert not found.of_each


@pytest.mark.parametrize("unit", [1e-7, 1e7])
def test_what_is_found_does_not_depend_on_the_unit(unit):
    found, scaled = levels(number_points()), levels(number_points(unit=unit))
    for one, other in zip(found.reached(MODEL), scaled.reached(MODEL), strict=True):
        assert [v * unit for v in (one.value, one.low, one.high)] == pytest.approx([other.value, other.low, other.high])
    assert crossing(found) == crossing(scaled)
    here, there = fit(found, MODEL), fit(scaled, MODEL)
    assert there.reached(3000).value == pytest.approx(unit * here.reached(3000).value)
    ridge = fit(found, "tfidf_ridge"), fit(scaled, "tfidf_ridge")
    meets = [meeting(law, other, ROWS) for law, other in zip((here, there), ridge, strict=True)]
    assert (meets[0] is None) == (meets[1] is None)


def test_errors_of_more_than_one_are_not_cut_at_one():
    found = levels(number_points(unit=100.0))
    assert min(one.high for one in found.reached(MODEL)) > 1


def test_answers_without_any_error_are_no_riddle():
    losses = {MODEL: np.zeros(50), "tfidf_ridge": np.ones(50)}
    found = levels([Point(size, draw, size, losses, "mae") for size in (10, 20, 40, 80) for draw in range(2)])
    assert set(crossing(found).standings) == {"ahead"}
    assert fit(found, MODEL).reached(160).value == pytest.approx(0, abs=1e-9)
    nobody = {who: np.zeros(50) for who in losses}
    found = levels([Point(size, draw, size, nobody, "mae") for size in (10, 20, 40, 80) for draw in range(2)])
    assert set(crossing(found).standings) == {"even"}


def test_stopping_is_where_errors_and_labels_cost_least():
    law = fit(levels(number_points(judges=5000, luck=0.02)), MODEL)
    searched = minimize_scalar(lambda rows: -net_worth(law, PRICES, rows), bounds=(1, 6000), method="bounded")
    stop = stop_at(law, PRICES)
    assert stop.rows.value == pytest.approx(searched.x, rel=0.01)
    costs = 0.2 * 10_000 * law.reached(stop.rows.value).value + 0.5 * stop.rows.value
    assert stop.worth == pytest.approx(-costs)
    assert more_left(law, 500, law, 500, PRICES).value == 0
