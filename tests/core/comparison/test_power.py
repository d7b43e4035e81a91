"""The power of the paired tests beside a plain permutation test that swaps every row's two answers or not."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import rankdata
from sklearn import metrics

from core.answers import ClassAnswers
from core.comparison import align
from core.comparison.compare import pairs_of
from tests.core.comparison.made import world

ROWS, SWAPS = 100, 1_999
DATASETS, FEW = 200, 12
SHARES = (0.7, 0.3)
BETTER = {"f1_macro": 1.5, "balanced_accuracy": 1.5, "precision_macro": 1.5}
"""How far b leans to the truth, a being at 0.8; less where scores count, which tell sooner."""


def counted(y: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of both classes, (2, ways): right answers, rows and answers."""
    said = p > 0.5
    right = np.stack([(~said & (y == 0)).sum(1), (said & (y == 1)).sum(1)])
    rows = np.array([[(y == 0).sum()], [(y == 1).sum()]])
    return right, rows, np.stack([(~said).sum(1), said.sum(1)])


def f1(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    right, rows, said = counted(y, p)
    return (2 * right / (rows + said)).mean(0)


def recall(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    right, rows, _ = counted(y, p)
    return (right / rows).mean(0)


def precision(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    right, _, said = counted(y, p)
    return (right / np.maximum(said, 1)).mean(0)


def auc(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    inside = (y == 1).sum()
    return (rankdata(p, axis=1)[:, y == 1].sum(1) - inside * (inside + 1) / 2) / (inside * (len(y) - inside))


def ap(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    found = []
    for hits, scores in ((y == 1, p), (y == 0, 1 - p)):
        ordered = hits[np.argsort(-scores, axis=1, kind="stable")]
        found.append((ordered * ordered.cumsum(1) / np.arange(1, len(y) + 1)).sum(1) / hits.sum())
    return np.mean(found, axis=0)


def loss(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    return -np.log(np.where(y == 1, p, 1 - p)).mean(1)


def brier(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    return np.square(p - y).mean(1)


Metric = Callable[[np.ndarray, np.ndarray], np.ndarray]
REFERENCE: dict[str, tuple[Metric, Callable[[np.ndarray, np.ndarray], float]]] = {
    "f1_macro": (f1, lambda y, p: metrics.f1_score(y, p > 0.5, average="macro")),
    "balanced_accuracy": (recall, lambda y, p: metrics.balanced_accuracy_score(y, p > 0.5)),
    "precision_macro": (precision, lambda y, p: metrics.precision_score(y, p > 0.5, average="macro")),
    "roc_auc": (auc, metrics.roc_auc_score),
    "average_precision": (ap, lambda y, p: metrics.average_precision_score(np.eye(2)[y], np.stack([1 - p, p], 1))),
    "log_loss": (loss, metrics.log_loss),
    "brier": (brier, metrics.brier_score_loss),
}


def plain(one: ClassAnswers) -> tuple[np.ndarray, np.ndarray]:
    """Targets, 0 or 1, and the probability of 1."""
    scores = one.scores.astype(np.float64)
    return np.array([one.labels.index(target) for target in one.targets]), scores[:, 1] / scores.sum(1)


def swapped(rng: np.random.Generator, a: ClassAnswers, b: ClassAnswers, metric: Metric) -> tuple[float, float]:
    """The difference, and its p-value by swapping."""
    (y, first), (_, second) = plain(a), plain(b)
    seen = float((metric(y, second[None]) - metric(y, first[None]))[0])
    turn = rng.random((SWAPS, len(y))) < 0.5
    drawn = metric(y, np.where(turn, first, second)) - metric(y, np.where(turn, second, first))
    return seen, (1 + int((np.abs(drawn) >= abs(seen) - 1e-12).sum())) / (SWAPS + 1)


def told(metric: str, datasets: int) -> tuple[float, float]:
    """How often ours calls one better, and how often the plain test does, on the same datasets."""
    rng, ours, theirs = np.random.default_rng(21), 0, 0
    for _ in range(datasets):
        made = world(rng, ROWS, {"a": 0.8, "b": BETTER.get(metric, 1.15)}, SHARES)
        (pair,) = pairs_of(align(made), metric)
        seen, p_value = swapped(rng, made["a"], made["b"], REFERENCE[metric][0])
        assert pair.difference.value == pytest.approx(seen, abs=2e-4)
        ours, theirs = ours + (pair.better is not None), theirs + (p_value < 0.05)
    return ours / datasets, theirs / datasets


@pytest.mark.parametrize("metric", REFERENCE)
def test_the_plain_test_measures_what_scikit_learn_does(metric: str) -> None:
    ours, theirs = REFERENCE[metric]
    y, p = plain(world(np.random.default_rng(2), ROWS, {"a": 0.8}, SHARES)["a"])
    assert ours(y, p[None])[0] == pytest.approx(theirs(y, p))


@pytest.mark.parametrize("metric", REFERENCE)
def test_ours_tells_about_as_often_in_a_few_datasets(metric: str) -> None:
    ours, theirs = told(metric, FEW)
    assert abs(ours - theirs) <= 2 / FEW


@pytest.mark.simulation
@pytest.mark.parametrize("metric", REFERENCE)
def test_ours_is_no_more_than_three_points_less_powerful(metric: str) -> None:
    ours, theirs = told(metric, DATASETS)
    assert 0.2 < theirs < 0.95, "nothing to see"
    assert ours >= theirs - 0.03
