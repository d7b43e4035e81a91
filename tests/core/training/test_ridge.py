"""The linear head for numbers."""

import numpy as np
import pytest
from sklearn.linear_model import HuberRegressor, Ridge

from core.training.linear import Labelled
from core.training.ridge import ALPHAS, _Solved, fit_ridge

WIDTH = 32


def slope(rows: int, seed: int = 0, *, noise: float = 0.3, unit: float = 1.0, shift: float = 0.0) -> Labelled:
    """Normed vectors, and numbers that follow one direction in them."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(rows, WIDTH))
    vectors -= vectors.mean(axis=1, keepdims=True)
    vectors /= vectors.std(axis=1, keepdims=True)
    direction = np.random.default_rng(9).normal(size=WIDTH) / np.sqrt(WIDTH)
    return Labelled(vectors.astype(np.float32), unit * (vectors @ direction + noise * rng.normal(size=rows)) + shift)


def explained(head, rows: Labelled) -> float:
    answers = (rows.vectors @ head.weight.T + head.bias)[:, 0]
    return 1 - np.mean((answers - rows.targets) ** 2) / rows.targets.var()


@pytest.mark.parametrize(("unit", "shift"), [(1.0, 0.0), (1e6, 5e6), (1e-3, -1.0)])
def test_numbers_that_follow_the_vectors_are_learned_in_any_unit(unit, shift):
    head = fit_ridge(slope(300, unit=unit, shift=shift), None)
    assert head.weight.shape == (1, WIDTH)
    assert head.bias.shape == (1,)
    assert head.weight.dtype == head.bias.dtype == np.float32
    assert explained(head, slope(500, 1, unit=unit, shift=shift)) > 0.85


def test_leaving_each_row_out_is_what_it_says():
    rows = slope(25)
    vectors, targets = rows.vectors.astype(float), rows.targets
    solved = _Solved.of(vectors, targets, with_bias=True)
    for alpha in (0.1, 3.0):
        by_hand = []
        for i in range(25):
            others = np.arange(25) != i
            model = Ridge(alpha=alpha).fit(vectors[others], targets[others])
            by_hand.append(model.predict(vectors[[i]])[0] - targets[i])
        assert solved.errors(alpha, None) == pytest.approx(by_hand, abs=1e-2)


def test_the_head_of_an_alpha_is_scikit_learns():
    rows = slope(60)
    solved = _Solved.of(rows.vectors.astype(float), rows.targets, with_bias=True)
    weight, bias = solved.head(0.5)
    theirs = Ridge(alpha=0.5).fit(rows.vectors.astype(float), rows.targets)
    assert weight == pytest.approx(theirs.coef_)
    assert bias == pytest.approx(theirs.intercept_)


def test_noise_is_held_back_more_than_signal():
    assert fit_ridge(slope(60, noise=5.0), None).alpha > fit_ridge(slope(60, noise=0.05), None).alpha


def test_many_validation_rows_choose_instead():
    useless = slope(600, 3)
    misled = Labelled(useless.vectors, np.roll(useless.targets, 1))
    assert fit_ridge(slope(100), misled).alpha == max(ALPHAS)


def test_its_error_is_about_that_of_new_rows():
    head, fresh = fit_ridge(slope(300), None), slope(2_000, 1)
    answers = (fresh.vectors @ head.weight.T + head.bias)[:, 0]
    assert head.error == pytest.approx(np.abs(answers - fresh.targets).mean(), rel=0.2)


@pytest.mark.parametrize("loss", ["mae", "huber"])
def test_a_few_wild_targets_move_a_robust_head_less(loss):
    rows, fresh = slope(300), slope(500, 1)
    targets = rows.targets.copy()
    targets[:20] += 50
    wild = Labelled(rows.vectors, targets)
    assert explained(fit_ridge(wild, None, loss=loss), fresh) > explained(fit_ridge(wild, None), fresh) + 0.1


def test_huber_is_near_scikit_learns():
    rows = slope(400)
    ours = fit_ridge(rows, None, loss="huber")
    theirs = HuberRegressor(alpha=1e-4).fit(rows.vectors, rows.targets)
    assert np.corrcoef(ours.weight[0], theirs.coef_)[0, 1] > 0.98


@pytest.mark.parametrize("rows", [1, 2, 3, 5])
def test_very_few_rows_still_give_a_head(rows):
    head = fit_ridge(slope(rows), None)
    assert np.isfinite(head.weight).all()
    assert np.isfinite(head.bias).all()


def test_targets_that_are_all_alike_are_answered_so():
    rows = slope(20)
    head = fit_ridge(Labelled(rows.vectors, np.full(20, 7.0)), None)
    assert (rows.vectors @ head.weight.T + head.bias)[:, 0] == pytest.approx(np.full(20, 7.0))


def test_a_head_may_have_no_bias():
    assert fit_ridge(slope(100), None, with_bias=False).bias == 0


def test_what_was_tried_is_told():
    heard: list[tuple[float, float]] = []
    fit_ridge(slope(60), None, tell=lambda error, squared: heard.append((error, squared)))
    assert len(heard) == len(ALPHAS)
    assert all(error > 0 and squared > 0 for error, squared in heard)
