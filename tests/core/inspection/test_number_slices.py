"""Slices of number answers: groups whose errors are larger than elsewhere, by more than luck explains."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from core.answers import NumberAnswers
from core.evaluation.number import measured
from core.inspection import by_answers, by_column, by_number, by_width, slices, weakest
from core.inspection.number import larger_by_luck
from core.inspection.slices import _is_new
from tests.core.inspection.test_slices import columns, groups_of


def off(errors: np.ndarray, reach: np.ndarray | None = None) -> NumberAnswers:
    """Answers that are off by so much, with ranges that reach so far."""
    targets = np.random.default_rng(9).gamma(3, 2, len(errors))
    values = targets + errors
    ends = (None, None) if reach is None else (values - reach, values + reach)
    return NumberAnswers(tuple(f"{i:016x}" for i in range(len(errors))), targets, values, *ends)


def heavy(rows: int, seed: int, wider: np.ndarray | float = 1.0) -> np.ndarray:
    """Errors with a heavy tail, as much wider as told."""
    return np.random.default_rng(seed).standard_t(3, rows) * wider


@pytest.mark.parametrize("digits", [8, 1])
def test_the_p_value_is_mann_and_whitneys(digits):
    frame = columns(300)
    sizes = np.round(np.abs(heavy(300, 1)), digits)  # with one digit, many are tied
    groups = by_column(frame["region"], "region")
    found = larger_by_luck(sizes, np.array([group.rows for group in groups]))
    for group, p_value in zip(groups, found, strict=True):
        inside, rest = sizes[group.rows], sizes[~group.rows]
        expected = mannwhitneyu(inside, rest, alternative="greater", method="asymptotic").pvalue
        assert p_value == pytest.approx(expected)


def test_where_all_errors_are_alike_no_group_is_worse():
    answers = off(np.ones(200))
    search = weakest(answers, groups_of(columns(200)))
    assert search.looked > 0
    assert search.found == ()


def test_a_weak_slice_is_found_with_its_error_and_what_it_costs():
    frame = columns(2000)
    weak = (frame["region"] == "south").to_numpy()
    answers = off(heavy(2000, 1, np.where(weak, 2.5, 1.0)))
    found = weakest(answers, groups_of(frame)).found
    assert [(one.groups[0].column, one.groups[0].value) for one in found] == [("region", "south")]
    inside = measured("mae", answers.targets[weak], answers.values[weak])
    assert (found[0].inside.value, found[0].inside.high) == pytest.approx((float(inside.value), float(inside.high)))
    sizes = np.abs(answers.errors)
    assert found[0].extra == pytest.approx(sizes[weak].sum() - weak.sum() * sizes[~weak].mean())
    assert 0 < found[0].difference.low < found[0].difference.value


def test_a_pair_of_columns_is_found_where_only_both_together_are_weak():
    frame = columns(4000)
    weak = ((frame["region"] == "south") & (frame["channel"] == "phone")).to_numpy()
    found = weakest(off(heavy(4000, 3, np.where(weak, 3.0, 1.0))), groups_of(frame)).found
    pairs = [one for one in found if len(one.groups) == 2]
    assert np.array_equal(pairs[0].members, weak)


def test_among_groups_that_are_all_alike_noise_is_reported_in_at_most_five_of_a_hundred_datasets():
    frame = columns(400)
    frame["noise"] = np.random.default_rng(5).choice([f"v{i}" for i in range(10)], 400)
    groups = groups_of(frame)
    reported = sum(bool(weakest(off(heavy(400, 100 + seed)), groups).found) for seed in range(400))
    assert reported <= 25


def test_a_few_enormous_errors_make_no_finding():
    frame = columns(1000)
    errors = heavy(1000, 2)
    errors[np.flatnonzero(frame["region"] == "south")[:2]] = 1e6
    assert weakest(off(errors), groups_of(frame)).found == ()


def test_the_difference_holds_the_truth_about_95_times_in_a_hundred():
    group = by_column(pd.Series(["a"] * 120 + ["b"] * 280), "kind")[1]
    held = 0
    for seed in range(400):
        sizes = np.random.default_rng(seed).exponential(np.where(group.rows, 2.0, 1.0))
        found = slices(off(sizes), [group])[0].difference
        held += found.low <= 1.0 <= found.high
    assert 0.92 <= held / 400 <= 0.99


def test_of_right_and_wrong_answers_the_test_of_news_is_mantel_and_haenszels():
    rng = np.random.default_rng(1)
    told, inside = rng.random(600) < 0.4, rng.random(600) < 0.3
    for share in (0.3, 0.36, 0.42, 0.5):
        wrong = (rng.random(600) < np.where(inside, share, 0.3)).astype(float)
        ahead, spread = 0.0, 0.0
        for stratum in (told, ~told):
            n, m, k = stratum.sum(), (inside & stratum).sum(), wrong[stratum].sum()
            ahead += wrong[inside & stratum].sum() - m * k / n
            spread += k * (n - k) * m * (n - m) / (n * n * (n - 1))
        assert _is_new(inside, [told], wrong) == (ahead / np.sqrt(spread) > 1.6448536)


def test_true_numbers_and_ranges_fall_into_quarters():
    answers = off(heavy(400, 3), reach=np.linspace(1, 2, 400))
    for groups in (by_number(answers), by_width(answers)):
        assert len(groups) == 4
        assert np.array_equal(sum(group.rows.astype(int) for group in groups), np.ones(400))
    assert float(by_width(answers)[0].high) < float(by_width(answers)[-1].low)
    assert set(by_answers(answers)) == {"number", "width"}
    assert by_width(off(heavy(50, 1))) == []
