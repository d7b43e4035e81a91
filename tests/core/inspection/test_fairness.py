import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import demographic_parity_difference, equal_opportunity_difference
from scipy.stats import fisher_exact

from core.errors import DatasetError, NotFound
from core.inspection import by_column, fairness
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


def test_rates_by_group_are_counted_right():
    predictions, groups, group = loans(500, bias=0.3)
    found = fairness(predictions, groups, "granted")
    said, true = np.array(predictions.answers) == "granted", np.array(predictions.targets) == "granted"
    for rates in found.groups:
        inside = (group == rates.group.value).to_numpy()
        assert rates.rows == inside.sum()
        assert rates.rates["selection_rate"].value == pytest.approx(said[inside].mean())
        assert rates.rates["true_positive_rate"].value == pytest.approx(said[inside & true].mean())
        assert rates.rates["false_positive_rate"].value == pytest.approx(said[inside & ~true].mean())
        assert rates.counted["true_positive_rate"] == (inside & true).sum()


def test_gaps_are_fairlearns_differences():
    predictions, groups, group = loans(500, bias=0.3)
    gaps = {gap.rate: gap for gap in fairness(predictions, groups, "granted").gaps}
    true = (np.array(predictions.targets) == "granted").astype(int)
    said = (np.array(predictions.answers) == "granted").astype(int)
    expected = demographic_parity_difference(true, said, sensitive_features=group)
    assert gaps["selection_rate"].gap.value == pytest.approx(expected)
    expected = equal_opportunity_difference(true, said, sensitive_features=group)
    assert gaps["true_positive_rate"].gap.value == pytest.approx(expected)


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
    assert gap.gap.low > 0.05
    assert gap.gap.value > gap.by_luck


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
        gap = fairness(predictions, groups, "granted").gaps[0].gap
        held += gap.low <= truth <= gap.high
    assert 180 <= held <= 199


def test_a_group_without_rows_of_the_class_has_no_rate_for_them():
    target, answer = np.array([1] * 30 + [0] * 30), np.array([1] * 30 + [0] * 30)
    groups = by_column(pd.Series(["a"] * 30 + ["b"] * 30), "group")
    found = fairness(called(target, answer, LABELS), groups, "granted")
    assert "false_positive_rate" not in found.groups[0].rates
    assert [gap.rate for gap in found.gaps] == ["selection_rate"]


def test_groups_of_few_rows_are_left_out_and_fewer_than_two_are_refused():
    predictions, groups, _ = loans(100)
    with pytest.raises(DatasetError, match="Fewer than two groups have 90"):
        fairness(predictions, groups, "granted", least=90)


def test_an_unknown_answer_gets_a_suggestion():
    predictions, groups, _ = loans(100)
    with pytest.raises(NotFound, match="Did you mean 'granted'"):
        fairness(predictions, groups, "grantet")
