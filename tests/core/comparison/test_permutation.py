"""Two models told apart by swapping their answers: the test is SciPy's, and its interval is its inversion."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import permutation_test as scipys
from scipy.stats import rankdata
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from core.comparison import align, compare
from core.comparison.aligned import Aligned
from core.comparison.permutation import Difference, permutation_test
from core.comparison.swapped import BETWEEN, differences
from core.evaluation import METRICS
from tests.core.comparison.made import world

SWAPPED = [name for name in METRICS if name != "accuracy"]


def two(rows: int, seed: int = 0, shares: tuple[float, ...] = (0.6, 0.4), skill: float = 1.3) -> Aligned:
    return align(world(np.random.default_rng(seed), rows, {"a": 1.0, "b": skill}, shares))


def mean_of(apart: np.ndarray) -> Difference:
    return Difference(float(apart.mean()), apart / len(apart), np.full(len(apart), 1 / len(apart)))


@pytest.mark.parametrize("rows", [5, 9, 11])
def test_few_rows_are_swapped_in_every_way_as_scipy_does(rows: int):
    for seed in range(10):
        apart = np.random.default_rng(seed).normal(0.4, 1.0, rows)
        theirs = scipys((apart,), np.mean, permutation_type="samples", n_resamples=np.inf)
        assert permutation_test(mean_of(apart), 0).p_value == pytest.approx(theirs.pvalue)


@pytest.mark.parametrize("rows", [40, 300, 3_000])
def test_many_rows_are_swapped_at_random_and_give_scipys_p_value(rows: int):
    for seed in range(4):
        apart = np.random.default_rng(seed).standard_t(3, rows) + 1.5 / np.sqrt(rows)
        theirs = scipys(
            (apart,),
            lambda one, axis: np.abs(one.mean(axis=axis)),
            permutation_type="samples",
            n_resamples=4_000,
            alternative="greater",
            rng=seed,
        ).pvalue
        ours = permutation_test(mean_of(apart), 0).p_value
        assert ours == pytest.approx(theirs, abs=4 * np.sqrt(theirs * (1 - theirs) / 1_500) + 0.003)


def test_the_interval_leaves_zero_out_where_the_p_value_is_below_five_of_a_hundred_and_nowhere_else():
    said = set()
    for seed, metric in product(range(25), SWAPPED):
        found = permutation_test(differences(two(60, seed, skill=1.6).classes, metric)["a", "b"], 0)
        is_out = not found.interval.low <= 0 <= found.interval.high
        assert is_out == (found.p_value < 0.05), (metric, seed)
        said.add(is_out)
    assert said == {True, False}


def test_the_interval_of_a_mean_holds_the_shifts_that_the_test_does_not_reject():
    apart = np.random.default_rng(1).normal(0.3, 1.0, 80)
    found = permutation_test(mean_of(apart), 0).interval
    for end in (found.low, found.high):
        assert permutation_test(mean_of(apart - end), 0).p_value == pytest.approx(0.05, abs=0.015)


def swapped_by_hand(aligned: Aligned, metric: str, signs: np.ndarray) -> float:
    """The metric's difference by scikit-learn after swapping rows: ranks of class b's scores, or answers."""
    a, b = aligned.classes.coded.values()
    if metric in {"roc_auc", "average_precision"}:
        score, classes = (roc_auc_score, [1]) if metric == "roc_auc" else (average_precision_score, [0, 1])
        return float(
            np.mean([_ranks_swapped(score, a.targets == i, a.scores[:, i], b.scores[:, i], signs) for i in classes])
        )
    stays = signs > 0
    pair = np.where(stays, a.answers, b.answers), np.where(stays, b.answers, a.answers)
    return f1_score(a.targets, pair[1], average="macro") - f1_score(a.targets, pair[0], average="macro")


def _ranks_swapped(score, inside: np.ndarray, first: np.ndarray, second: np.ndarray, signs: np.ndarray) -> float:
    one, other = rankdata(first), rankdata(second)
    return score(inside, np.where(signs > 0, other, one)) - score(inside, np.where(signs > 0, one, other))


def test_swapped_ranks_change_the_area_by_exactly_what_rows_add():
    aligned, rng = two(40), np.random.default_rng(3)
    added = differences(aligned.classes, "roc_auc")["a", "b"].added
    for _ in range(20):
        signs = rng.choice([-1.0, 1.0], 40)
        assert added @ signs == pytest.approx(swapped_by_hand(aligned, "roc_auc", signs))


def test_swapped_answers_are_measured_again():
    aligned, rng = two(50), np.random.default_rng(3)
    a, b = aligned.classes.coded.values()
    found = BETWEEN["f1_macro"](a, b)
    moved = np.flatnonzero(a.answers != b.answers)
    signs = rng.choice([-1.0, 1.0], (50, 20)).astype(np.float32)
    theirs = [swapped_by_hand(aligned, "f1_macro", one) for one in signs.T]
    assert found.swapped(signs[moved]) == pytest.approx(theirs, abs=1e-6)


def test_average_precision_of_swapped_ranks_varies_as_much_as_measured_again():
    aligned, rng = two(200, shares=(0.9, 0.1)), np.random.default_rng(3)
    again = [swapped_by_hand(aligned, "average_precision", rng.choice([-1.0, 1.0], 200)) for _ in range(600)]
    added = differences(aligned.classes, "average_precision")["a", "b"].added
    assert np.sqrt(np.square(added).sum()) == pytest.approx(np.std(again), rel=0.12)


@pytest.mark.parametrize("metric", SWAPPED)
def test_what_rows_add_is_the_difference_and_what_they_bear_of_a_true_one_is_all_of_it(metric: str):
    found = differences(two(300, shares=(0.5, 0.3, 0.2)).classes, metric)["a", "b"]
    assert found.weights.sum() == pytest.approx(1)
    if metric not in {"f1_macro", "f1_weighted", "precision_macro", "precision_weighted", "calibration_error"}:
        assert found.added.sum() == pytest.approx(found.value, abs=2e-3)


def test_the_same_answers_always_give_the_same_verdict_and_another_seed_nearly_the_same():
    made = world(np.random.default_rng(2), 400, {"a": 1.0, "b": 1.2})
    first, again, other = (compare(made, metric="f1_macro", seed=seed).pairs[0] for seed in (1, 1, 2))
    assert first == again
    assert first.p_value == pytest.approx(other.p_value, abs=0.05)


def test_a_p_value_far_out_has_the_normals_tail_and_not_the_number_of_draws():
    apart = np.random.default_rng(0).normal(0.4, 1.0, 400)
    z = apart.sum() / np.sqrt(np.square(apart).sum())
    found = permutation_test(mean_of(apart), 0).p_value
    assert 1e-14 < found < 1e-9
    assert z > 6


def test_many_rows_are_swapped_in_sets_and_vary_as_much_as_one_by_one():
    coded = two(5_000).classes.coded
    a, b = coded.values()
    found = BETWEEN["f1_weighted"](a, b)
    rng = np.random.default_rng(0)
    moved = np.flatnonzero(a.answers != b.answers)
    assert found.moved < len(moved) or len(moved) <= 2_000
    in_sets = found.swapped(rng.choice([-1.0, 1.0], (found.moved, 400)).astype(np.float32))
    assert np.std(in_sets) == pytest.approx(np.sqrt(np.square(found.added).sum()), rel=0.12)
