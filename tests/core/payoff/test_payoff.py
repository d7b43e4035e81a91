"""Payoff against a hand-worked table and a brute-force search."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import norm

from core.comparison.multiplicity import Multiplicity
from core.errors import ConfigError
from core.payoff import Decision, appraise, choose, decide, simple, worth
from core.payoff.asked import corrected
from tests.core.payoff.made import CREDIT, answered, named, prices, simulated


def test_a_table_worked_by_hand():
    """Ten cases at +2 right, -6 for an unhappy one missed, -1 for a calm one bothered, 0.5 for a person.

    The bar for 'a' is 0.5 and for 'b' 0.8. Rows 0 to 3 are answered 'a': three right (+2 each), one wrong (-1).
    Rows 4 to 6 are answered 'b': two right (+2 each), one wrong (-6). Rows 7 to 9 reach no bar; a
    person answers them right for +2 each, less 0.5. Together 6 - 1 + 4 - 6 + 4.5 = 7.5; for 1,000 cases 750.
    Seven of ten are answered, five of the seven right.
    """
    decision = prices([[2, -6], [-1, 2]], ("a", "b"), person=0.5, thresholds=(0.5, 0.8))
    scores = [(0.9, 0.1), (0.8, 0.2), (0.7, 0.3), (0.55, 0.45), (0.1, 0.9), (0.15, 0.85), (0.05, 0.95)]
    scores += [(0.45, 0.55), (0.3, 0.7), (0.4, 0.6)]
    found = worth(answered("aaabbba" + "abb", scores), decision)
    assert found.earned.tolist() == [2, 2, 2, -1, 2, 2, -6, 1.5, 1.5, 1.5]
    assert found.per_1000.value == pytest.approx(750)
    assert found.answered == pytest.approx(0.7)
    assert found.right == pytest.approx(5 / 7)


def test_an_answer_needs_its_class_to_reach_its_bar_and_else_a_person_answers():
    decision = prices(np.eye(3), person=0.0, thresholds=(0.5, 0.2, 0.9))
    scores = np.array([[0.6, 0.1, 0.3], [0.5, 0.3, 0.2], [0.05, 0.1, 0.85], [0.4, 0.19, 0.41]])
    assert decide(scores, decision, ("a", "b", "c")) == ("a", "b", None, None)


def test_without_a_person_every_case_gets_an_answer():
    decision = prices(np.eye(3), thresholds=(0.5, 0.2, 0.9))
    assert decide(np.array([[0.4, 0.19, 0.41]]), decision, ("a", "b", "c")) == ("b",)


def test_the_order_of_the_models_columns_does_not_matter():
    decision = prices(np.eye(3), person=0.0, thresholds=(0.5, 0.2, 0.9))
    assert decide(np.array([[0.3, 0.6, 0.1]]), decision, ("c", "a", "b")) == ("a",)


def test_a_class_without_a_price_is_named():
    with pytest.raises(ConfigError, match="'c'"):
        worth(simulated(10), simple(("a", "b")))


def test_prices_of_five_to_one_ask_for_a_bar_of_one_sixth():
    chosen = choose(named(simulated(500, 2), CREDIT), CREDIT, rule="prices")
    assert chosen.thresholds == pytest.approx((5 / 6, 1 / 6))


def test_searched_bars_come_near_the_bars_that_theory_gives_for_calibrated_scores():
    chosen = choose(named(simulated(20_000, 2), CREDIT), CREDIT, rule="each")
    assert chosen.thresholds[1] == pytest.approx(1 / 6, abs=0.03)


CASES = {
    "two classes, five to one": CREDIT,
    "two classes, a person between": prices([[1, -2], [-6, 1]], ("a", "b"), person=0.3),
    "three classes, unequal": prices([[1, -4, -1], [-1, 2, -1], [-8, -2, 3]]),
    "three classes, a person": prices([[1, -4, -1], [-1, 2, -1], [-8, -2, 3]], person=0.2),
}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("case", CASES)
def test_no_bars_on_a_fine_grid_are_worth_more_than_those_chosen(case, seed):
    """Brute force: every combination of bars on a grid, on 60 rows."""
    asked = CASES[case]
    rows = named(simulated(60, len(asked.labels), seed=seed), asked)
    chosen = choose(rows, asked, rule="each")
    grid = np.linspace(0.02, 1.0, 50 if len(asked.labels) == 2 else 25)
    best = max(
        worth_on(rows, asked.model_copy(update={"thresholds": bars}))
        for bars in product(grid, repeat=len(asked.labels))
    )
    assert worth_on(rows, chosen) >= best - 1e-9


def worth_on(rows, decision: Decision) -> float:
    """The sum over the rows, worked out row by row."""
    said = decide(rows.scores, decision, rows.labels)
    places = {label: i for i, label in enumerate(decision.labels)}
    return sum(
        decision.worths[places[target]][places[target]] - decision.person
        if answer is None
        else decision.worths[places[target]][places[answer]]
        for target, answer in zip(rows.targets, said, strict=True)
    )


def test_thresholds_are_chosen_on_validation_rows_and_counted_on_test_rows():
    asked = simple(("a", "b", "c"), right=1, wrong=-4, person=0.2)
    found = appraise(simulated(800, seed=2), asked, validation=simulated(600, seed=1))
    assert (found.decision.chosen_on, found.decision.chosen_rows) == ("validation", 600)
    assert found.value.rows == 800
    assert found.value.per_1000.value == pytest.approx(1000 * worth_on(simulated(800, seed=2), found.decision) / 800)


def test_without_validation_rows_one_half_of_the_test_rows_chooses_and_the_other_judges():
    asked = simple(("a", "b", "c"), right=1, wrong=-4, person=0.2)
    test = simulated(301)
    found = appraise(test, asked)
    choosing = [i for i, row in enumerate(test.row_ids) if row not in set(found.judged.row_ids)]
    assert (len(choosing), found.value.rows, len(found.answers)) == (150, 151, 151)
    assert found.decision == choose(test.take(choosing), asked, on="test")
    assert found.value.per_1000.value == pytest.approx(1000 * worth_on(found.judged, found.decision) / 151)
    assert appraise(test, found.decision).value.per_1000 == found.value.per_1000


def test_without_validation_rows_scores_that_know_nothing_are_worth_nothing():
    """With scores that know nothing, thresholds fitted to the very rows would seem to be worth something."""
    rng = np.random.default_rng(3)
    gains = []
    for _ in range(400):
        noise = answered(rng.choice(list("ab"), 60), rng.dirichlet((1, 1), 60), ("a", "b"))
        asked = prices([[1, -1], [-1, 1]], ("a", "b"), person=1.0)
        chosen = choose(noise, asked, rule="each", on="test")
        gains.append(appraise(noise, chosen).value.per_1000.value)
        assert chosen.chosen_on == "test"
        assert worth(noise, chosen).per_1000.value >= 0
    assert np.mean(gains) < 25


def test_the_alternatives_are_counted_on_the_same_rows():
    asked = simple(("a", "b", "c"), right=1, wrong=-4, person=0.2)
    test = simulated(500, seed=2)
    found = appraise(test, asked, validation=simulated(500, seed=1), baselines={"tfidf": (None, test)})
    assert found.alternatives["nothing"].per_1000.value == 0
    assert found.alternatives["person"].per_1000.value == pytest.approx(800)
    assert found.alternatives["person"].gain.value == pytest.approx(found.value.per_1000.value - 800)
    commonest = max("abc", key=test.targets.count)
    share = test.targets.count(commonest) / 500
    assert found.alternatives["always"].answer == commonest
    assert found.alternatives["always"].per_1000.value == pytest.approx(1000 * (share - 4 * (1 - share)))
    assert abs(found.alternatives["tfidf"].gain.value) < 100


@pytest.mark.parametrize("rule", ["auto", "likeliest", "prices", "one", "each"])
@pytest.mark.parametrize("kept", ["both", "model", "none"])
def test_a_model_with_the_same_scores_is_worth_exactly_the_same(rule, kept):
    asked = simple(("a", "b", "c"), right=1, wrong=-4, person=0.2)
    for seed in range(5):
        test, rows = simulated(120, seed=seed), simulated(150, seed=seed + 50)
        validation, theirs = rows if kept != "none" else None, rows if kept == "both" else None
        beside = {"twin": (theirs, test)}
        gain = appraise(test, asked, rule=rule, validation=validation, baselines=beside).alternatives["twin"].gain
        assert (gain.value, gain.low, gain.high) == (0.0, 0.0, 0.0)


def test_a_kept_decision_stands_beside_its_twin_as_it_was_chosen():
    test, rows = simulated(120), simulated(150, seed=1)
    asked = simple(("a", "b", "c"), right=1, wrong=-4, person=0.2)
    told = choose(rows, asked).model_dump()
    of_an_older_version = {name: value for name, value in told.items() if name != "asked"}
    for decision in map(Decision.model_validate, (told, of_an_older_version)):
        gain = appraise(test, decision, validation=rows, baselines={"twin": (rows, test)}).alternatives["twin"].gain
        assert (gain.low, gain.high) == (0.0, 0.0)


def test_both_are_judged_in_halves_where_the_baseline_kept_no_validation_rows():
    asked = simple(("a", "b", "c"), right=1, wrong=-4, person=0.2)
    test, rows = simulated(300), simulated(300, seed=1)
    found = appraise(test, asked, validation=rows, baselines={"old": (None, simulated(300, seed=0, heat=2.0))})
    assert found.decision.chosen_on == "validation"
    assert found.alternatives["old"].in_halves


def test_the_order_of_a_baselines_rows_does_not_matter():
    asked = simple(("a", "b", "c"), right=1, wrong=-4, person=0.2)
    test, rows = simulated(120), simulated(150, seed=1)
    turned = test.take(np.arange(119, -1, -1))
    gain = appraise(test, asked, validation=rows, baselines={"twin": (rows, turned)}).alternatives["twin"].gain
    assert (gain.low, gain.high) == (0.0, 0.0)


def test_a_person_who_takes_every_case_makes_the_worth_certain():
    """Every case is right less her 0.05; mistakes at -200, which the decision does not make, widen nothing."""
    asked = simple(("a", "b", "c"), right=1, wrong=-200, person=0.05).model_copy(
        update={"thresholds": (1.0, 1.0, 1.0), "rule": "hand", "chosen_on": "hand"}
    )
    found = appraise(simulated(300), asked)
    for shown in (found.value.per_1000, found.value.next_1000, found.alternatives["person"].per_1000):
        assert (shown.low, shown.high) == pytest.approx((950, 950))
    assert found.alternatives["person"].gain.low == found.alternatives["person"].gain.high == 0.0


def test_the_next_thousand_cases_vary_more_than_their_mean():
    """1,000 cases of which each is worth +1 or -1 have a standard deviation of 31.6 by their luck alone."""
    rng = np.random.default_rng(0)
    rows = answered(rng.choice(list("ab"), 20_000), np.full((20_000, 2), (0.9, 0.1)), ("a", "b"))
    found = worth(rows, simple(("a", "b")))
    mean, luck = (one.high - one.low for one in (found.per_1000, found.next_1000))
    assert mean == pytest.approx(2 * 1.96 * 1_000 / np.sqrt(20_000), rel=0.1)
    assert luck == pytest.approx(np.hypot(mean, 2 * 1.96 * np.sqrt(1_000)), rel=0.05)


def test_doing_nothing_may_amount_to_an_answer():
    asked = prices([[2, -6], [-1, 0]], ("a", "b"), nothing="b")
    rows = answered("aabbb", np.full((5, 2), 0.5), ("a", "b"))
    found = appraise(rows, asked, validation=rows)
    assert found.alternatives["nothing"].per_1000.value == pytest.approx(1000 * (2 * -6) / 5)


def test_a_gain_that_counts_alone_does_not_count_as_one_of_many() -> None:
    model, rival = simulated(400), simulated(400)
    found = appraise(model, simple(("a", "b", "c")), baselines={"tfidf": (None, rival)})
    held = corrected(found, Multiplicity(others=9))
    for name, other in found.alternatives.items():
        gain, wider = other.gain, held.alternatives[name].gain
        assert wider.value == gain.value
        assert wider.high - wider.value == pytest.approx((gain.high - gain.value) * norm.isf(0.0025) / norm.isf(0.025))
        assert wider.value - wider.low == pytest.approx((gain.value - gain.low) * norm.isf(0.0025) / norm.isf(0.025))
    assert corrected(found, Multiplicity()) == found
