"""Comparing: the right rows, the right test, and nothing called better that may be luck."""

import numpy as np
import pytest
from scipy.stats import binomtest
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from core.answers import ClassAnswers
from core.comparison import changed_rows, compare, holm
from core.errors import ConfigError, DatasetError, NotFound
from core.evaluation import METRICS, evaluate
from tests.core.comparison.made import answering, two, world


def turned(one: ClassAnswers, order: np.ndarray) -> ClassAnswers:
    return ClassAnswers(
        tuple(one.row_ids[i] for i in order), tuple(one.targets[i] for i in order), one.labels, one.scores[order]
    )


@pytest.mark.parametrize(("only_a", "only_b"), [(0, 0), (1, 0), (0, 6), (9, 3), (25, 40), (7, 7), (130, 91)])
def test_accuracy_is_judged_by_mcnemars_exact_test(only_a: int, only_b: int):
    (pair,) = compare(two(400, only_a=only_a, only_b=only_b)).pairs
    table = [[400 - only_a - only_b, only_a], [only_b, 0]]
    assert (pair.only_a, pair.only_b) == (only_a, only_b)
    assert pair.p_value == pytest.approx(mcnemar(table, exact=True).pvalue)
    if only_a + only_b:
        assert pair.p_value == pytest.approx(binomtest(only_a, only_a + only_b, 0.5).pvalue)


def test_holms_correction_is_statsmodels():
    rng = np.random.default_rng(0)
    for size in (1, 2, 6, 45):
        p_values = rng.random(size) ** 3
        assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


def test_the_pairs_of_several_are_corrected_together():
    made = world(np.random.default_rng(3), 600, {"a": 1.0, "b": 1.3, "c": 1.6, "d": 1.62})
    pairs = compare(made).pairs
    expected = multipletests([pair.p_value for pair in pairs], method="holm")
    assert [pair.adjusted_p_value for pair in pairs] == pytest.approx(expected[1])
    assert [pair.better is not None for pair in pairs] == list(expected[0])


def test_the_difference_is_what_the_second_has_more():
    (pair,) = compare(two(1_000, only_a=10, only_b=40)).pairs
    assert pair.difference.value == pytest.approx(0.03)
    assert pair.better == "b"
    assert pair.rows_needed is None


def test_where_less_is_better_the_one_with_less_is_better():
    made = world(np.random.default_rng(1), 800, {"weak": 0.8, "strong": 2.5})
    (pair,) = compare(made, metric="log_loss").pairs
    assert pair.difference.value < 0
    assert pair.better == "strong"
    assert compare(made, metric="log_loss").ranking == ("strong", "weak")


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_can_be_compared_and_is_valued_as_the_evaluation_values_it(metric: str):
    made = world(np.random.default_rng(2), 300, {"a": 1.0, "b": 1.2, "c": 2.0})
    found = compare(made, metric=metric)
    for name, one in made.items():
        assert found.measured[name][metric] == evaluate(one, {}).metrics[metric]
    for pair in found.pairs:
        expected = found.measured[pair.b][metric].value - found.measured[pair.a][metric].value
        assert pair.difference.value == pytest.approx(expected)
        assert pair.difference.low <= pair.difference.value <= pair.difference.high


def test_a_model_is_never_better_than_itself():
    made = world(np.random.default_rng(2), 300, {"a": 1.0})
    for metric in ("accuracy", "f1_macro", "roc_auc", "log_loss"):
        (pair,) = compare({"a": made["a"], "again": made["a"]}, metric=metric).pairs
        assert (pair.p_value, pair.better, pair.rows_needed) == (1.0, None, None)


def test_rows_are_matched_by_their_ids_whatever_their_order():
    made = world(np.random.default_rng(3), 200, {"a": 1.0, "b": 1.5})
    shuffled = {"a": made["a"], "b": turned(made["b"], np.random.default_rng(0).permutation(200))}
    assert compare(shuffled) == compare(made)


def test_labels_in_another_order_are_the_same_labels():
    made = world(np.random.default_rng(3), 200, {"a": 1.0, "b": 1.5})
    b = made["b"]
    other = ClassAnswers(b.row_ids, b.targets, b.labels[::-1], b.scores[:, ::-1])
    for metric in ("accuracy", "f1_macro", "log_loss"):
        (found,), (expected,) = (compare({"a": made["a"], "b": one}, metric=metric).pairs for one in (other, b))
        assert found == expected


def test_runs_on_different_rows_are_compared_on_their_common_ones_and_it_is_counted():
    right = np.random.default_rng(0).random(300) < 0.8
    found = compare({"a": answering(right[:200]), "b": answering(right[100:], start=100)})
    assert found.rows == 100
    assert found.left_out == {"a": 100, "b": 100}
    assert found.measured["a"]["accuracy"].value == pytest.approx(right[100:200].mean())


def test_a_row_with_another_target_is_not_the_same_row():
    a = answering(np.ones(10, bool))
    b = ClassAnswers(a.row_ids, ("no", *a.targets[1:]), a.labels, a.scores)
    assert compare({"a": a, "b": b}).rows == 9


def test_runs_without_a_common_row_are_refused():
    with pytest.raises(DatasetError, match="no row in common"):
        compare({"a": answering(np.ones(5, bool)), "b": answering(np.ones(5, bool), start=50)})


def test_one_alone_cannot_be_compared():
    with pytest.raises(DatasetError, match="nothing to compare"):
        compare({"a": answering(np.ones(5, bool))})


def test_an_unknown_metric_is_named_with_the_one_that_was_meant():
    with pytest.raises(NotFound, match="Did you mean 'accuracy'"):
        compare(two(10, only_a=1, only_b=1), metric="acuracy")


def test_a_metric_that_the_rows_cannot_give_is_refused():
    with pytest.raises(ConfigError, match="cannot give 'ROC AUC'"):
        compare(two(10, only_a=1, only_b=1), metric="roc_auc")


def test_ten_of_ten_against_none_of_ten_is_better_and_three_of_three_is_not():
    for metric in ("accuracy", "f1_weighted"):
        (clear,) = compare(two(10, only_a=0, only_b=10), metric=metric).pairs
        (unclear,) = compare(two(3, only_a=0, only_b=3), metric=metric).pairs
        assert clear.better == "b"
        assert unclear.better is None


def test_fixed_and_broken_rows_are_those_where_just_one_is_right():
    before = answering(np.array([True, True, False, False]))
    after = answering(np.array([True, False, True, False]))
    found = changed_rows(before, after)
    assert [(row.row_id, row.kind) for row in found] == [("row1", "broken"), ("row2", "fixed")]
    assert (found[0].target, found[0].before, found[0].after) == ("yes", "yes", "no")
    assert found[0].sure == pytest.approx(0.8)


def test_changed_rows_are_as_many_as_the_test_counts():
    made = world(np.random.default_rng(5), 500, {"a": 1.0, "b": 1.3})
    (pair,) = compare(made).pairs
    kinds = [row.kind for row in changed_rows(made["a"], made["b"])]
    assert (kinds.count("broken"), kinds.count("fixed")) == (pair.only_a, pair.only_b)
