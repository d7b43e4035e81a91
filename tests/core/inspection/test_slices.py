import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from core.evaluation.holm import holm
from core.inspection import by_column, by_length, by_word, groupable, slices, weakest
from tests.core.inspection.made import answered


def columns(rows: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "region": rng.choice(["north", "south", "east", "west"], rows),
            "channel": rng.choice(["mail", "phone", "shop"], rows, p=[0.6, 0.3, 0.1]),
            "amount": rng.gamma(2, 100, rows),
            "new": rng.random(rows) < 0.3,
        }
    )


def groups_of(frame: pd.DataFrame) -> list:
    return [group for groups in groupable(frame).values() for group in groups]


def test_holm_is_that_of_statsmodels():
    p_values = np.random.default_rng(0).random(40) ** 3
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


def test_the_p_value_is_fishers_exact_test():
    frame = columns(300)
    right = np.random.default_rng(1).random(300) < np.where(frame["region"] == "north", 0.7, 0.85)
    predictions = answered(right)
    for one in slices(predictions, by_column(frame["region"], "region")):
        inside = one.members
        table = [
            [(right & inside).sum(), (~right & inside).sum()],
            [(right & ~inside).sum(), (~right & ~inside).sum()],
        ]
        assert one.p_value == pytest.approx(fisher_exact(table, alternative="less")[1])


def test_shares_and_differences_have_wilsons_and_newcombes_intervals():
    frame = columns(300)
    right = np.random.default_rng(1).random(300) < 0.8
    one = slices(answered(right), by_column(frame["region"], "region"))[0]
    hits, rows = int(right[one.members].sum()), one.rows
    others, rest = int(right[~one.members].sum()), 300 - one.rows
    assert (one.inside.low, one.inside.high) == pytest.approx(proportion_confint(hits, rows, method="wilson"))
    expected = confint_proportions_2indep(hits, rows, others, rest, method="newcomb")
    assert (one.difference.low, one.difference.high) == pytest.approx(expected, abs=1e-6)


def test_a_weak_slice_is_found_with_its_rows_and_its_cost():
    frame = columns(2000)
    weak = (frame["region"] == "south").to_numpy()
    right = np.random.default_rng(1).random(2000) < np.where(weak, 0.6, 0.92)
    found = weakest(answered(right), groups_of(frame)).found
    assert [(one.groups[0].column, one.groups[0].value) for one in found] == [("region", "south")]
    assert found[0].extra == pytest.approx((~right & weak).sum() - weak.sum() * (~right[~weak]).mean())
    assert found[0].difference.high < 0


def test_a_pair_of_columns_is_found_where_only_both_together_are_weak():
    frame = columns(4000)
    weak = ((frame["region"] == "south") & (frame["channel"] == "phone")).to_numpy()
    right = np.random.default_rng(1).random(4000) < np.where(weak, 0.5, 0.92)
    pairs = [one for one in weakest(answered(right), groups_of(frame)).found if len(one.groups) == 2]
    assert {(group.column, group.value) for group in pairs[0].groups} == {("region", "south"), ("channel", "phone")}
    assert np.array_equal(pairs[0].members, weak)


def test_a_weak_group_is_not_told_again_by_every_pair_that_holds_it():
    frame = columns(4000)
    right = np.random.default_rng(1).random(4000) < np.where(frame["region"] == "south", 0.6, 0.92)
    found = weakest(answered(right), groups_of(frame)).found
    assert [len(one.groups) for one in found] == [1]


def test_among_groups_that_are_all_alike_noise_is_reported_in_at_most_five_of_a_hundred_datasets():
    frame = columns(400)
    frame["noise"] = np.random.default_rng(5).choice([f"v{i}" for i in range(10)], 400)
    texts = [" ".join(words) for words in np.random.default_rng(6).choice(["oil", "bank", "ship", "corn"], (400, 3))]
    groups = [*groups_of(frame), *by_length(texts), *by_word(texts)]
    reported = 0
    for seed in range(1000):
        right = np.random.default_rng(1000 + seed).random(400) < 0.85
        reported += bool(weakest(answered(right, seed=1), groups).found)
    assert reported <= 50


def test_groups_and_rests_of_few_rows_are_not_looked_at():
    frame = pd.DataFrame({"kind": ["rare"] * 5 + ["common"] * 195})
    right = np.array([False] * 5 + [True] * 195)
    search = weakest(answered(right), by_column(frame["kind"], "kind"), least=20)
    assert (search.found, search.looked) == ((), 0)


def test_slices_that_are_nearly_the_same_rows_are_told_once():
    rng = np.random.default_rng(3)
    weak = rng.random(1000) < 0.3
    frame = pd.DataFrame({"a": weak.astype(str), "b": np.where(np.arange(1000) % 50 == 0, ~weak, weak).astype(str)})
    right = rng.random(1000) < np.where(weak, 0.5, 0.95)
    assert len(weakest(answered(right), groups_of(frame)).found) == 1


def test_words_that_only_stand_for_a_weak_class_are_not_told_beside_it():
    rng = np.random.default_rng(3)
    kind = rng.choice(["loan", "card"], 2000)
    texts = [
        " ".join(rng.choice(["rate", "debt", "bank"] if one == "loan" else ["pin", "chip", "shop"], 2)) for one in kind
    ]
    right = rng.random(2000) < np.where(kind == "loan", 0.7, 0.95)
    found = weakest(answered(right), [*by_column(pd.Series(kind), "kind"), *by_word(texts)]).found
    assert [one.groups[0].value for one in found] == ["loan"]


def test_a_second_weakness_inside_another_is_told_too():
    rng = np.random.default_rng(3)
    frame = columns(4000)
    share = 0.95 - 0.25 * (frame["region"] == "south") - 0.25 * frame["new"]
    found = weakest(answered(rng.random(4000) < share), groups_of(frame)).found
    assert {("region", "south"), ("new", "true")} <= {(one.groups[0].column, one.groups[0].value) for one in found}


def test_numbers_fall_into_quarters_that_hold_every_row_once():
    amounts = pd.Series(np.random.default_rng(0).gamma(2, 100, 1000))
    groups = by_column(amounts, "amount")
    assert len(groups) == 4
    assert np.array_equal(sum(group.rows.astype(int) for group in groups), np.ones(1000))
    assert all(200 < group.size < 300 for group in groups)


def test_times_fall_into_quarters_named_by_their_ends():
    times = pd.Series(pd.date_range("2024-01-01", periods=100, freq="D"))
    groups = by_column(times, "when")
    assert (groups[0].low, groups[-1].high) == ("2024-01-01", "2024-04-09")


def test_rows_without_a_value_are_a_group_of_their_own():
    groups = by_column(pd.Series(["a", None, "b", "a"]), "kind")
    assert [(group.value, group.size) for group in groups] == [("a", 2), ("b", 1), (None, 1)]
    times = pd.Series(pd.to_datetime(["2024-01-01", None, "2024-01-03"]))
    assert by_column(times, "when")[-1].size == 1


def test_few_different_numbers_are_groups_by_each_of_them():
    groups = by_column(pd.Series([1, 2, 2, 3]), "stars")
    assert [group.value for group in groups] == ["2", "1", "3"]


def test_columns_that_name_each_row_are_no_groups():
    frame = pd.DataFrame({"id": [f"row {i}" for i in range(100)], "kind": ["a", "b"] * 50, "always": ["x"] * 100})
    assert list(groupable(frame)) == ["kind"]


def test_words_are_groups_where_enough_rows_have_them_and_enough_do_not():
    texts = ["Oil rises today"] * 30 + ["rates fall today"] * 30 + ["rare"] * 3
    assert [group.value for group in by_word(texts, least=20)] == ["fall", "oil", "rates", "rises"]
