"""Curves and break-even points against the worth counted anew at each point."""

import numpy as np
import pytest

from core.payoff import (
    appraise,
    break_even,
    choose,
    least_right,
    profit_curve,
    sensitivity,
    simple,
    threshold_curve,
    worth,
)
from core.payoff.answers import targets
from tests.core.payoff.made import CREDIT, answered, named, prices, simulated

PERSON = simple(("a", "b", "c"), right=1, wrong=-3, person=0.8)


def test_the_profit_curve_passes_through_what_the_decision_is_worth():
    rows = simulated(399)
    decision = choose(rows, PERSON, rule="one")
    found, value = profit_curve(rows, decision), worth(rows, decision)
    point = int(np.argmin(np.abs(found.shares - found.now)))
    assert found.now == pytest.approx(value.answered)
    assert found.per_1000[point] == pytest.approx(value.per_1000.value)
    assert found.low[point] == pytest.approx(value.per_1000.low, rel=0.1)
    assert found.high[point] == pytest.approx(value.per_1000.high, rel=0.1)


def test_the_profit_curve_begins_with_a_person_for_all_and_ends_with_none():
    rows = simulated(300)
    found = profit_curve(rows, PERSON)
    assert (found.shares[0], found.shares[-1]) == (0, 1)
    assert found.per_1000[0] == pytest.approx(200)
    assert found.per_1000[-1] == pytest.approx(worth(rows, PERSON).per_1000.value)


def test_a_profit_curve_of_many_rows_is_thinned():
    assert len(profit_curve(simulated(5_000), PERSON).shares) <= 400


@pytest.mark.parametrize("asked", [CREDIT, prices([[1, -2], [-6, 1]], ("good", "bad"), person=0.9)])
def test_the_threshold_curve_is_the_worth_at_each_threshold(asked):
    rows = named(simulated(200, 2), asked)
    decision = choose(rows, asked, rule="prices")
    found = threshold_curve(rows, decision, "bad")
    for i in (20, 60, 100, 170):
        bar = float(found.thresholds[i])
        other = decision.thresholds[0] if asked.person else 1 - bar
        again = worth(rows, decision.model_copy(update={"thresholds": (other, bar)}))
        assert found.per_1000[i] == pytest.approx(again.per_1000.value)
    assert found.now == decision.thresholds[1]


def test_each_price_is_halved_and_doubled_alone():
    rows = simulated(200)
    found = appraise(rows, PERSON, validation=simulated(300, seed=1))
    swings = {one.kind: one for one in sensitivity(found.answers, targets(rows, found.decision), found.decision)}
    dearer = simple(("a", "b", "c"), right=1, wrong=-6, person=0.8).model_copy(
        update={"thresholds": found.decision.thresholds}
    )
    assert swings["wrong"].doubled == pytest.approx(worth(rows, dearer).per_1000.value)
    cheaper = found.decision.model_copy(update={"person": 0.4})
    assert swings["person"].halved == pytest.approx(worth(rows, cheaper).per_1000.value)
    assert set(swings) == {"right", "wrong", "person"}


def test_prices_of_their_own_are_named_by_their_classes():
    asked = prices([[2, -6, -6], [-1, 0.5, -0.5], [-1, -0.5, 0.5]], nothing="b")
    rows = simulated(300)
    found = appraise(rows, asked)
    swings = sensitivity(found.answers, targets(found.judged, asked), asked)
    named_by = {(one.kind, one.target, one.answer) for one in swings}
    assert named_by == {
        ("right", "a", "a"),
        ("right", None, None),
        ("wrong", "a", None),
        ("wrong", None, "a"),
        ("wrong", None, None),
    }


def test_at_the_break_even_price_of_mistakes_the_model_is_worth_no_more_than_nothing():
    """Eight right at +1 and two wrong at -2 make 4; mistakes twice as dear make nothing."""
    rows = answered("aaaaabbbba", [[0.9, 0.1]] * 5 + [[0.1, 0.9]] * 3 + [[0.9, 0.1], [0.1, 0.9]], ("a", "b"))
    asked = simple(("a", "b"), right=1, wrong=-2)
    answers, true = rows.scores.argmax(axis=1), targets(rows, asked)
    assert break_even(answers, true, asked) == pytest.approx(2)
    assert least_right(answers, true, asked, other=0.0) == pytest.approx(2 / 3)


def test_break_even_counts_that_doing_nothing_makes_mistakes_too():
    rows = answered("aabb", [[0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.1]], ("a", "b"))
    asked = prices([[1, -6], [-1, 1]], ("a", "b"), nothing="b")
    assert break_even(rows.scores.argmax(axis=1), targets(rows, asked), asked) is None
