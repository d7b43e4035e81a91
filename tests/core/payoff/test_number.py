"""The answer that is worth the most is the one that brute force finds; its worth is counted on other rows."""

import numpy as np
import pytest

from core.answers import NumberAnswers
from core.errors import ConfigError, DatasetError
from core.payoff.number import (
    NumberDecision,
    appraise,
    choose,
    earnings,
    from_words,
    gain_per_1000,
    shift_curve,
    worth,
)
from core.payoff.number.choose import ENOUGH
from tests.truth.number_worlds import WORLDS

DATASETS = 1_000


def prices(too_high: float = 1.0, too_low: float = 4.0) -> NumberDecision:
    return NumberDecision(currency="EUR", too_high=too_high, too_low=too_low)


def answered(targets, values) -> NumberAnswers:
    return NumberAnswers(tuple(f"row{i}" for i in range(len(targets))), np.asarray(targets), np.asarray(values))


def drawn(world: str, rows: int, seed: int = 0) -> NumberAnswers:
    return answered(*WORLDS[world](np.random.default_rng(seed), (rows,)))


def constant(rows: NumberAnswers, number: float) -> NumberAnswers:
    return answered(rows.targets, np.full(len(rows), number))


def test_each_unit_costs_what_was_said():
    found = earnings(np.array([5.0, 5.0, 5.0]), np.array([3.0, 5.0, 6.0]), prices(1.0, 4.0))
    assert found.tolist() == [-2.0, 0.0, -4.0]


@pytest.mark.parametrize(("too_high", "too_low"), [(1.0, 4.0), (3.0, 1.0), (1.0, 1.0), (1.0, 50.0)])
@pytest.mark.parametrize(("world", "rows"), [("skewed", ENOUGH + 5), ("money", 260)])
def test_the_shift_is_the_best_of_all_that_brute_force_tries(world, rows, too_high, too_low):
    answers = drawn(world, rows)
    decision = choose(answers, prices(too_high, too_low))
    sizes = decision.sizes(answers.values)
    tried = (answers.targets - answers.values) / sizes
    worths = [earnings(answers.values + s * sizes, answers.targets, decision).sum() for s in (*tried, 0.0)]
    if decision.shift:
        assert worth(answers, decision).earned.sum() == pytest.approx(max(worths))
    else:
        assert too_high == too_low


def test_the_answer_is_the_quantile_of_what_can_happen():
    answers = answered(np.random.default_rng(0).normal(size=20_000), np.zeros(20_000))
    decision = choose(answers, prices(1.0, 4.0))
    assert decision.quantile == 0.8
    assert decision.answers(np.zeros(1))[0] == pytest.approx(0.8416, abs=0.03)


def test_where_answers_are_poor_the_shift_is_larger():
    rng = np.random.default_rng(0)
    values = rng.uniform(1, 10, 2_000)
    decision = choose(answered(values + values * rng.normal(size=2_000), values), prices())
    low, high = decision.answers(np.array([2.0, 8.0])) - (2.0, 8.0)
    assert high > 3 * low > 0


def test_where_one_raise_for_all_is_worth_more_all_are_raised_alike():
    decision = choose(drawn("money", 2_000), prices())
    assert decision.difficulty is None
    assert decision.shift > 0


def test_too_few_rows_leave_the_models_answers_as_they_are():
    decision = choose(drawn("skewed", ENOUGH - 1), prices())
    assert (decision.shift, decision.chosen_rows) == (0.0, ENOUGH - 1)


def test_on_new_rows_it_is_worth_more_than_the_plain_answer_and_than_the_mean():
    validation, test = drawn("skewed", 400), drawn("skewed", 400, 1)
    mean = float(validation.targets.mean())
    found = appraise(
        test,
        prices(1.0, 6.0),
        validation=validation,
        baselines={"mean": (constant(validation, mean), constant(test, mean))},
    )
    assert found.alternatives["plain"].gain.low > 0
    assert found.alternatives["mean"].gain.low > 0
    assert found.decision.chosen_on == "validation"
    assert found.value.per_1000.value == pytest.approx(1_000 * found.value.earned.mean())
    assert found.value.per_1000.low < found.value.per_1000.value < found.value.per_1000.high <= 0


def test_the_same_answers_are_worth_exactly_the_same():
    validation, test = drawn("money", 300), drawn("money", 200, 1)
    for chosen_by in (validation, None):
        found = appraise(test, prices(), validation=chosen_by, baselines={"twin": (chosen_by, test)}).alternatives[
            "twin"
        ]
        assert (found.gain.value, found.gain.low, found.gain.high) == (0.0, 0.0, 0.0)


def test_without_validation_rows_no_row_is_answered_by_a_shift_chosen_on_it():
    test = drawn("skewed", 100)
    found = appraise(test, prices())
    assert found.decision.chosen_on == "test"
    before = found.answers[0]
    moved = test.targets.copy()
    moved[0] += 1_000
    assert appraise(answered(moved, test.values), prices()).answers[0] == before


def test_a_shift_set_by_hand_stays():
    by_hand = prices().model_copy(update={"shift": 0.7, "chosen_on": "hand"})
    test = drawn("normal", 50)
    assert appraise(test, by_hand, validation=drawn("normal", 50, 1)).answers == pytest.approx(test.values + 0.7)


@pytest.mark.parametrize("world", ["normal", "skewed", "money", "stars", "heavy (t, 3)"])
def test_the_interval_of_its_worth_holds_the_truth_in_about_95_of_100_datasets(world):
    decision = prices(1.0, 4.0)
    targets, values = WORLDS[world](np.random.default_rng(99), (2_000_000,))
    truth = 1_000 * earnings(values, targets, decision).mean()
    targets, values = WORLDS[world](np.random.default_rng(0), (DATASETS, 150))
    found = [worth(answered(*both), decision).per_1000 for both in zip(targets, values, strict=True)]
    assert 0.92 <= np.mean([one.low <= truth <= one.high for one in found]) <= 0.98


def test_two_that_err_alike_are_seldom_told_apart():
    apart = 0
    rng = np.random.default_rng(2)
    for _ in range(DATASETS):
        targets = rng.normal(size=100)
        ours, theirs = (earnings(targets + rng.standard_t(4, 100), targets, prices()) for _ in range(2))
        found = gain_per_1000(ours, theirs)
        apart += found.low > 0 or found.high < 0
    assert apart / DATASETS <= 0.06


def test_the_curve_has_its_top_where_the_shift_was_chosen():
    answers = drawn("skewed", 300)
    decision = choose(answers, prices())
    curve = shift_curve(answers, decision)
    assert curve.shifts[int(np.argmax(curve.per_1000))] == decision.shift
    assert 0.0 in curve.shifts


def test_prices_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="any answer is as good"):
        prices(0.0, 0.0)
    with pytest.raises(ValueError, match="highest thinkable answer"):
        prices(0.0, 1.0)


def test_no_rows_and_other_rows_are_refused():
    nothing = answered(np.zeros(0), np.zeros(0))
    with pytest.raises(ConfigError, match="no rows"):
        appraise(nothing, prices())
    with pytest.raises(DatasetError, match="'odd' answered other rows"):
        appraise(drawn("normal", 30), prices(), baselines={"odd": (None, drawn("normal", 31))})


def test_prices_are_told_as_plain_values():
    assert from_words({"too_high": 2}) == NumberDecision(currency="USD", too_high=2, too_low=1)
    assert from_words({"shift": 0.5}).chosen_on == "hand"
    with pytest.raises(ConfigError, match=r"no price called 'too_hihg'\. Did you mean 'too_high'"):
        from_words({"too_hihg": 2})
    with pytest.raises(ConfigError, match="too_low: Input should be greater than or equal to 0"):
        from_words({"too_low": -1})
