import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_difference,
    equal_opportunity_difference,
    equalized_odds_difference,
    false_positive_rate,
    false_positive_rate_difference,
    selection_rate,
    true_positive_rate,
)
from scipy.stats import fisher_exact, norm, studentized_range
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from core.errors import DatasetError, NotFound
from core.inspection import RATES, by_column, fairness, questions
from core.inspection.fairness import _debiased, _permuted
from tests.core.inspection.made import called

LABELS = ("refused", "granted")


def loans(rows: int, bias: float = 0.0, seed: int = 0):
    """Loans to two groups, whose `b` is granted less often by `bias` than it deserves."""
    rng = np.random.default_rng(seed)
    group = pd.Series(rng.choice(["a", "b"], rows, p=[0.7, 0.3]))
    target = (rng.random(rows) < 0.6).astype(int)
    answer = np.where(rng.random(rows) < 0.85, target, 1 - target)
    answer = np.where((group == "b") & (rng.random(rows) < bias), 0, answer)
    return called(target, answer, LABELS), by_column(group, "group"), group


def codes(predictions) -> tuple[np.ndarray, np.ndarray]:
    """Which rows are granted in truth, and which by the model."""
    return tuple(np.array([one == "granted" for one in part]) for part in (predictions.targets, predictions.answers))


def test_rates_by_group_are_fairlearns():
    predictions, groups, group = loans(500, bias=0.3)
    true, said = codes(predictions)
    frame = MetricFrame(
        metrics=dict(zip(RATES, (selection_rate, true_positive_rate, false_positive_rate), strict=True)),
        y_true=true.astype(int),
        y_pred=said.astype(int),
        sensitive_features=group,
    ).by_group
    for rates in fairness(predictions, groups, "granted").groups:
        inside = (group == rates.group.value).to_numpy()
        assert rates.rows == inside.sum()
        assert rates.counted["true_positive_rate"] == (inside & true).sum()
        for rate in RATES:
            assert rates.rates[rate].value == pytest.approx(frame.loc[rates.group.value, rate])


def test_what_is_seen_are_fairlearns_differences_by_its_names():
    predictions, groups, group = loans(500, bias=0.3)
    seen = {gap.criterion: gap.seen for gap in fairness(predictions, groups, "granted").gaps}
    expected = {
        "demographic_parity": demographic_parity_difference,
        "equal_opportunity": equal_opportunity_difference,
        "false_positive_rate": false_positive_rate_difference,
        "equalized_odds": equalized_odds_difference,
    }
    true, said = (part.astype(int) for part in codes(predictions))
    assert seen == pytest.approx({name: of(true, said, sensitive_features=group) for name, of in expected.items()})


def test_pairs_of_groups_have_newcombes_intervals_and_a_sign():
    predictions, groups, group = loans(500, bias=0.3)
    (pair,) = fairness(predictions, groups, "granted").pairs("selection_rate")
    assert (groups[pair.first].value, groups[pair.second].value) == ("a", "b")
    _, said = codes(predictions)
    a, b = (said[(group == name).to_numpy()] for name in "ab")
    expected = confint_proportions_2indep(a.sum(), len(a), b.sum(), len(b), method="newcomb", compare="diff")
    assert pair.difference.value == pytest.approx(a.mean() - b.mean())
    assert (pair.difference.low, pair.difference.high) == pytest.approx(expected)


def test_the_lower_limit_of_a_gap_is_that_of_its_widest_pair_at_the_level_of_the_studentised_range():
    rng = np.random.default_rng(0)
    group = rng.integers(0, 4, 800)
    answer = (rng.random(800) < np.array([0.3, 0.5, 0.55, 0.8])[group]).astype(int)
    groups = by_column(pd.Series([f"g{i}" for i in group]), "group")
    gap = fairness(called(np.zeros(800, int), answer, LABELS), groups, "granted").gaps[0]
    level = 2 * norm.sf(studentized_range.ppf(0.95, 4, np.inf) / np.sqrt(2))
    limits = []
    for number in (3, 0):
        inside = answer[group == number]
        limits.append((inside.mean(), *proportion_confint(inside.sum(), len(inside), alpha=level, method="wilson")))
    (top, low, _), (bottom, _, high) = limits
    assert gap.true.low == pytest.approx(top - bottom - np.hypot(top - low, high - bottom), abs=1e-6)


def test_chance_is_taken_off_a_gap_between_many_groups_and_hardly_off_one_between_two():
    """True gaps of 0 and 0.3; 50 rows a group. What is seen is 0.2 and 0.3 on average."""
    rng = np.random.default_rng(0)
    rows = np.full(8, 50)
    alike = rng.binomial(rows, 0.5, (200, 8))
    assert np.ptp(alike / 50, axis=1).mean() > 0.18
    assert np.mean([_debiased(hits, rows, rng) for hits in alike]) < 0.07
    two = rng.binomial(200, (0.3, 0.6), (200, 2))
    assert np.mean([_debiased(hits, np.full(2, 200), rng) for hits in two]) == pytest.approx(0.3, abs=0.01)


def test_a_correction_for_many_looks_still_finds_a_wide_gap():
    predictions, groups, _ = loans(1500, bias=0.3)
    gap = fairness(predictions, groups, "granted", looks=200).gaps[0]
    assert gap.adjusted == pytest.approx(200 * 3 * gap.p_value)
    assert gap.adjusted < 0.05


def test_permutations_stop_early_where_the_gap_is_luck():
    hits, rows = np.array([50, 52]), np.array([100, 100])
    drawn = []

    class Counted:
        def multivariate_hypergeometric(self, colors, taken, size):
            drawn.append(size)
            return np.random.default_rng(len(drawn)).multivariate_hypergeometric(colors, taken, size)

    _permuted(hits, rows, 1_000, Counted())
    assert sum(drawn) == 5_000
    _permuted(np.array([10, 90]), rows, 1_000, Counted())
    assert sum(drawn) == 105_000


def test_answers_on_offer_are_those_that_a_row_should_get_and_of_two_classes_each_says_what_the_other_does():
    two, three = np.array([0, 1, 1]), np.array([0, 1, 2])
    assert questions(3, called(two, two, LABELS)) == 3
    assert questions(3, called(three, three, (*LABELS, "deferred"))) == 9
    assert questions(3, called(two, two, (*LABELS, "deferred"))) == 6


def test_the_chance_of_a_gap_is_fishers_for_two_groups():
    predictions, groups, group = loans(300, bias=0.1)
    said = np.array(predictions.answers) == "granted"
    inside = (group == "a").to_numpy()
    table = [[(said & inside).sum(), (~said & inside).sum()], [(said & ~inside).sum(), (~said & ~inside).sum()]]
    gap = fairness(predictions, groups, "granted").gaps[0]
    assert gap.p_value == pytest.approx(fisher_exact(table)[1], abs=0.03)


def test_a_model_that_treats_a_group_worse_is_found_out():
    predictions, groups, _ = loans(1500, bias=0.3)
    gap = fairness(predictions, groups, "granted").gaps[0]
    assert gap.adjusted < 0.01
    assert (groups[gap.highest].value, groups[gap.lowest].value) == ("a", "b")
    assert gap.true.low > 0.05
    assert gap.seen > gap.by_luck


def test_groups_that_are_treated_alike_are_called_different_in_at_most_five_of_a_hundred_datasets():
    called_different = 0
    for seed in range(200):
        predictions, groups, _ = loans(300, seed=seed)
        called_different += any(gap.adjusted < 0.05 for gap in fairness(predictions, groups, "granted").gaps)
    assert called_different <= 18  # 10 expected at most; a binomial of 5% passes 18 less than once in a hundred times


def test_the_interval_of_a_gap_holds_the_true_one():
    """The truth: of group `b` 15% of the granted lose their answer. 400 rows a dataset, 200 datasets."""
    held, truth = 0, 0.3 * (0.6 * 0.85 + 0.4 * 0.15)
    for seed in range(200):
        predictions, groups, _ = loans(400, bias=0.3, seed=seed)
        gap = fairness(predictions, groups, "granted").gaps[0].true
        held += gap.low <= truth <= gap.high
    assert 180 <= held <= 199


def test_a_group_without_rows_of_the_class_has_no_rate_for_them():
    target, answer = np.array([1] * 30 + [0] * 30), np.array([1] * 30 + [0] * 30)
    groups = by_column(pd.Series(["a"] * 30 + ["b"] * 30), "group")
    found = fairness(called(target, answer, LABELS), groups, "granted")
    assert "false_positive_rate" not in found.groups[0].rates
    assert [gap.criterion for gap in found.gaps] == ["demographic_parity"]


def test_groups_of_few_rows_are_left_out_and_fewer_than_two_are_refused():
    predictions, groups, _ = loans(100)
    with pytest.raises(DatasetError, match="Fewer than two groups have 90"):
        fairness(predictions, groups, "granted", least=90)


def test_an_unknown_answer_gets_a_suggestion():
    predictions, groups, _ = loans(100)
    with pytest.raises(NotFound, match="Did you mean 'granted'"):
        fairness(predictions, groups, "grantet")
