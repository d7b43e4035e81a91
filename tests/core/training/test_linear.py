"""The linear head on frozen vectors."""

import numpy as np
import pytest

from core.training.linear import UNSEEN, Labelled, fit_head


def clouds(rows: int, classes: int, seed: int = 0) -> Labelled:
    """Points around one centre a class, as long as normed means are."""
    chance = np.random.default_rng(seed)
    targets = np.arange(rows) % classes
    centres = np.random.default_rng(99).normal(size=(classes, 48))
    vectors = centres[targets] + chance.normal(size=(rows, 48))
    vectors -= vectors.mean(axis=1, keepdims=True)
    return Labelled((vectors / vectors.std(axis=1, keepdims=True)).astype(np.float32), targets)


def right(head: object, rows: Labelled) -> float:
    logits = rows.vectors @ head.weight.T + head.bias  # type: ignore[attr-defined]
    return float(np.mean(logits.argmax(axis=1) == rows.targets))


@pytest.mark.parametrize("classes", [2, 3, 8])
def test_classes_that_lie_apart_are_told_apart(classes: int) -> None:
    head = fit_head(clouds(40 * classes, classes), None, classes=classes)
    assert head.weight.shape == (classes, 48)
    assert right(head, clouds(300, classes, seed=1)) > 0.95


def test_a_class_never_seen_is_never_likely() -> None:
    head = fit_head(clouds(60, 3), None, classes=5)
    assert head.weight.shape == (5, 48)
    assert (head.bias[3:] <= min(UNSEEN, 0)).all() or (head.bias[3:] < head.bias[:3].min()).all()


def test_scores_are_calibrated_on_held_out_rows() -> None:
    noisy = clouds(400, 4)
    chance = np.random.default_rng(5)
    wrong = chance.random(400) < 0.3
    noisy.targets[wrong] = chance.integers(0, 4, wrong.sum())
    head = fit_head(noisy, None, classes=4)
    fresh = clouds(1000, 4, seed=2)
    logits = fresh.vectors @ head.weight.T + head.bias
    sure = np.exp(logits.max(axis=1) - np.log(np.exp(logits).sum(axis=1))).mean()
    assert 0.6 < sure < 0.9


@pytest.mark.parametrize("rows", [2, 3, 4, 7])
def test_very_few_rows_still_give_a_head(rows: int) -> None:
    head = fit_head(clouds(rows, 2), None, classes=2)
    assert np.isfinite(head.weight).all()
    assert right(head, clouds(rows, 2)) > 0.5
    logits = clouds(rows, 2).vectors @ head.weight.T + head.bias
    assert np.abs(logits).max() < 20, "three rows are no reason to be certain"


def test_what_was_tried_is_told() -> None:
    heard: list[tuple[float, float]] = []
    fit_head(clouds(60, 3), None, classes=3, tell=lambda accuracy, loss: heard.append((accuracy, loss)))
    assert len(heard) > 2
    assert all(0 <= accuracy <= 1 and loss > 0 for accuracy, loss in heard)


def test_many_validation_rows_choose_instead_of_folds() -> None:
    useless = clouds(600, 3, seed=3)
    misled = Labelled(useless.vectors, np.roll(useless.targets, 1))
    assert fit_head(clouds(60, 3), misled, classes=3).accuracy < 0.5


def test_a_few_huge_places_do_not_drown_the_others_and_a_head_may_have_no_bias() -> None:
    """As the vectors of models that write: not of one length, and some places far larger than the rest."""

    def odd(rows: Labelled) -> Labelled:
        vectors = rows.vectors.copy()
        vectors[:, :2] = 1000 * (1 + np.random.default_rng(len(vectors)).normal(size=(len(vectors), 2)))
        return Labelled(vectors, rows.targets)

    head = fit_head(odd(clouds(160, 4)), None, classes=4, with_bias=False)
    assert not head.bias.any()
    assert right(head, odd(clouds(300, 4, seed=1))) > 0.95
