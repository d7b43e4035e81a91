"""Rows that were asked more than once: Holm's correction, looks at growing rows, and the best of many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, studentized_range
from statsmodels.stats.multitest import multipletests

from core.comparison import align, compare, verdict
from core.comparison.best_of import _critical, best_of
from core.comparison.compare import headline_by_row
from core.comparison.multiplicity import ONCE, Asked, EvaluatedRows, Multiplicity, asked, held_to, level_of_look
from core.data.rows.sketch import KEPT, RowSketch
from core.evaluation.holm import holm
from core.evaluation.judge import YARDSTICKS
from core.evaluation.records import Interval
from tests.core.comparison.made import two, world


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.integers(0, 30))
def test_tests_that_are_not_at_hand_count_as_if_they_had_shown_nothing(p_values: list[float], others: int) -> None:
    expected = multipletests([*p_values, *[1.0] * others], method="holm")[1][: len(p_values)]
    assert holm(p_values, others) == pytest.approx(expected)


def test_all_looks_together_spend_at_most_six_of_a_hundred() -> None:
    levels = [level_of_look(look) for look in range(1, 60)]
    assert levels[:3] == [0.05, 0.005, 0.0025]
    assert sum(levels) <= 0.06


@pytest.mark.parametrize("kind", YARDSTICKS)
def test_all_metrics_on_offer_together_spend_at_most_six_of_a_hundred(kind: str) -> None:
    yardstick = YARDSTICKS[kind]
    spent = {metric: ONCE.by(metric, yardstick).correct([0.5]).levels[0] for metric in yardstick.metrics}
    assert spent[yardstick.headline] == 0.05
    assert sum(spent.values()) == pytest.approx(0.06)
    settled = [ONCE.by(one, yardstick).correct([0.5], [True]).levels[0] for one in spent if one != yardstick.headline]
    assert sum(settled) == pytest.approx(0.06)


def test_a_metric_that_was_picked_has_the_headline_s_level_only_where_the_headline_found_something() -> None:
    p_values = [0.001, 0.004, 0.2]
    adjusted, levels = Multiplicity(metrics=12).correct(p_values, [False, True, True])
    assert adjusted == pytest.approx([min(1.0, 2 * 0.001 * 60), 3 * 0.004 * 10, 1.0])
    assert levels == pytest.approx([0.05 / 60 / 2, 0.05 / 10 / 3, 0.05 / 10 / 1])


def test_a_lead_by_the_headline_counts_where_the_same_lead_by_another_metric_does_not() -> None:
    made = world(np.random.default_rng(2), 400, {"a": 1.0, "b": 1.3})
    p_values = {metric: compare(made, metric=metric).pairs[0].p_value for metric in ("accuracy", "brier")}
    assert p_values["accuracy"] > 0.05 > p_values["brier"] > 0.05 / 60
    assert compare(made, metric="brier").pairs[0].better is None


@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1), st.floats(1e-6, 1), st.integers(0, 100), st.integers(1, 4))
def test_an_interval_is_never_at_odds_with_its_test(
    value: float, below: float, above: float, p_value: float, others: int, look: int
) -> None:
    adjusted, levels = Multiplicity(others=others, look=look).correct([p_value])
    found = held_to(Interval(value=value, low=value - below, high=value + above), float(levels[0]), float(adjusted[0]))
    assert found.low <= value - below <= value + above <= found.high
    if adjusted[0] >= 0.05:
        assert found.low <= 0 <= found.high


def test_a_verdict_stands_exactly_where_the_interval_leaves_zero_out() -> None:
    """McNemar's exact test beside an interval that is not its inversion: all pairs of twelve rows, some of more."""
    told = [(rows, a, b) for rows in (12, 20, 60) for a in range(12) for b in range(13 - a)]
    for rows, only_a, only_b in told:
        (pair,) = compare(two(rows, only_a=only_a, only_b=only_b)).pairs
        assert (pair.better is None) == (pair.difference.low <= 0 <= pair.difference.high), (rows, only_a, only_b)


def test_an_interval_is_stretched_as_a_normal_one_would_be() -> None:
    found = held_to(Interval(value=3.0, low=3 - 1.959964, high=3 + 1.959964), 0.05 / 10, 0.01)
    assert (found.low, found.high) == pytest.approx((3 - norm.isf(0.0025), 3 + norm.isf(0.0025)), abs=1e-5)


def test_a_lead_that_counts_alone_does_not_count_as_one_of_ten() -> None:
    made = two(1_000, only_a=10, only_b=26)
    alone, one_of_ten = compare(made), compare(made, multiplicity=Asked(10).beside(2, 0))
    assert alone.pairs[0].better == "b"
    assert one_of_ten.pairs[0].better is None
    assert one_of_ten.pairs[0].adjusted_p_value == pytest.approx(45 * alone.pairs[0].p_value)
    assert one_of_ten.pairs[0].difference.low < 0 < alone.pairs[0].difference.low
    assert verdict(made["b"], made["a"]).kind == "better"
    assert verdict(made["b"], made["a"], Asked(10).beside()).kind != "better"
    assert verdict(made["b"], made["a"], Multiplicity(look=2)).kind != "better"


@pytest.mark.parametrize(
    ("models", "baselines", "others"), [(2, 0, 44), (10, 0, 0), (1, 1, 9), (1, 3, 27), (2, 1, 52), (0, 2, 20)]
)
def test_pairs_with_models_that_are_not_shown_count(models: int, baselines: int, others: int) -> None:
    assert Asked(10).beside(models, baselines).others == others
    assert Asked(1).beside(models, baselines).others == 0 or models == 0


def sketch(rows: range) -> RowSketch:
    mixed = np.random.default_rng(0).permutation(20_000)
    return RowSketch.of([f"{mixed[row]:016x}" for row in rows])


@given(st.integers(1, 5_000), st.integers(1, 5_000), st.integers(0, 5_000))
def test_a_sketch_knows_how_many_rows_two_sets_share(first: int, second: int, start: int) -> None:
    one, other = sketch(range(first)), sketch(range(start, start + second))
    shared = max(0, min(first, start + second) - start) / min(first, second)
    found = one.overlap(other)
    assert found == other.overlap(one)
    if max(first, second) + start <= KEPT:
        assert found == pytest.approx(shared)
    if shared == 0:
        assert found == 0


def test_the_overlap_of_large_sets_is_near_the_true_one() -> None:
    assert sketch(range(4_000)).overlap(sketch(range(8_000))) == pytest.approx(1, abs=0.25)
    assert sketch(range(4_000)).overlap(sketch(range(2_000, 6_000))) == pytest.approx(0.5, abs=0.2)
    assert sketch(range(4_000)).overlap(sketch(range(9_000, 9_500))) < 0.2


def judged(at: float, rows: int, dataset: str = "d") -> EvaluatedRows:
    return EvaluatedRows(at, dataset, sketch(range(rows)))


def test_rows_that_grow_are_looked_at_again_and_a_few_more_are_not() -> None:
    first, second, third = judged(1, 400), judged(2, 800), judged(3, 1_600, "another dataset")
    assert asked(first, [second, third]) == Asked(1, 1)
    assert asked(second, [first, third]) == Asked(1, 2)
    assert asked(third, [first, second]) == Asked(1, 3)
    assert asked(judged(4, 410), [first, second, third]) == Asked(2, 1)
    assert asked(judged(4, 1_600), [first, judged(1, 405), judged(2, 402), second, third]) == Asked(2, 3)
    assert asked(judged(0, 1_600), [first, second]) == Asked(1, 1)


def test_other_rows_are_another_question_and_unknown_rows_are_the_dataset_s() -> None:
    elsewhere = EvaluatedRows(1, "d", sketch(range(10_000, 10_400)))
    assert asked(judged(2, 400), [elsewhere]) == Asked(1, 1)
    assert asked(
        EvaluatedRows(2, "d", None), [EvaluatedRows(1, "d", None), judged(1, 400), EvaluatedRows(1, "e", None)]
    ) == Asked(3, 1)


def test_the_maximum_of_independent_normals_has_its_known_quantile() -> None:
    for models in (1, 2, 10, 40):
        expected = norm.ppf(0.975 ** (1 / models))
        assert _critical(np.eye(models), 0) == pytest.approx(expected, abs=0.08)
        assert _critical(np.eye(1), models - 1) == pytest.approx(expected, abs=0.08)
    assert _critical(np.ones((10, 10)), 0) == pytest.approx(1.96, abs=0.08)
    assert _critical(np.eye(3), 0) < studentized_range.ppf(0.975, 3, np.inf)


def test_only_rivals_that_might_as_well_have_led_widen_the_leaders_range() -> None:
    made = world(np.random.default_rng(3), 400, {"good": 4.0, "weak": 0.2, "worse": 0.1})
    alone = compare({"good": made["good"], "weak": made["weak"]})
    assert alone.leading == alone.measured["good"]["accuracy"]
    level = compare(world(np.random.default_rng(4), 400, {f"m{n}": 1.5 for n in range(10)}))
    leader = level.ranking[0]
    measured = level.measured[leader]["accuracy"]
    assert level.leading.low < measured.low
    assert (level.leading.value, level.leading.high) == (measured.value, measured.high)
    assert level.shown(leader) == level.leading
    assert level.shown(level.ranking[1]) == level.measured[level.ranking[1]]["accuracy"]


@pytest.mark.parametrize("metric", ["log_loss", "f1_macro", "roc_auc"])
def test_the_flattered_end_is_the_one_that_is_held(metric: str) -> None:
    found = compare(world(np.random.default_rng(5), 400, {f"m{n}": 1.5 for n in range(5)}), metric=metric)
    measured = found.measured[found.ranking[0]][metric]
    if metric == "log_loss":
        assert found.leading.high > measured.high
        assert found.leading.low == measured.low
    else:
        assert found.leading.low < measured.low
        assert found.leading.high == measured.high


def test_models_that_are_gone_count_as_rivals() -> None:
    made = world(np.random.default_rng(6), 300, {"a": 1.5, "b": 1.5})
    aligned, measured = align(made), Interval(value=0.8, low=0.75, high=0.84)
    known = best_of(headline_by_row(aligned), "a", measured, "accuracy")
    more = best_of(headline_by_row(aligned), "a", measured, "accuracy", unseen=8)
    assert more.low < known.low < measured.low
    assert best_of(headline_by_row(aligned), "a", measured, "accuracy", unseen=10_000_000).low < more.low
