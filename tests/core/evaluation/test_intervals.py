"""The 95% intervals hold the truth about 95 times in a hundred, and are made in a moment."""

import time

import numpy as np
import pytest

from core.evaluation import evaluate
from core.evaluation.coded import Coded
from core.evaluation.counts import cells, count_metrics, measure
from core.evaluation.ranking import rankings
from core.evaluation.scores import score_metrics
from tests.core.evaluation.made import predictions, simulated


def population(rng: np.random.Generator, rows: int, known: int = 3) -> Coded:
    """Rows drawn from a world whose truth is known by drawing very many."""
    targets = rng.choice(known, rows, p=[0.5, 0.3, 0.2])
    logits = rng.normal(size=(rows, known))
    logits[np.arange(rows), targets] += np.array([1.5, 1.0, 1.2])[targets]
    scores = np.exp(logits)
    scores /= scores.sum(axis=1, keepdims=True)
    return Coded(("a", "b", "c"), known, targets, scores.argmax(axis=1), scores)


DATASETS = 300
METRICS_COVERED = ("accuracy", "f1_macro", "balanced_accuracy", "roc_auc", "average_precision", "log_loss", "brier")


@pytest.fixture(scope="module")
def coverage() -> dict[str, float]:
    """How often the interval from 400 rows held the value that 200,000 rows have."""
    rng = np.random.default_rng(7)
    large = population(rng, 200_000)
    truth = {name: interval.value for name, interval in (count_metrics(large, 0) | score_metrics(large)).items()}
    held = dict.fromkeys(METRICS_COVERED, 0)
    for seed in range(DATASETS):
        sample = population(rng, 400)
        found = count_metrics(sample, seed) | score_metrics(sample)
        for name in METRICS_COVERED:
            held[name] += found[name].low <= truth[name] <= found[name].high
    return {name: count / DATASETS for name, count in held.items()}


@pytest.mark.parametrize("metric", METRICS_COVERED)
def test_the_interval_holds_the_truth_as_often_as_it_says(coverage, metric: str):
    assert 0.92 <= coverage[metric] <= 0.975


def test_the_interval_of_macro_f1_holds_the_truth_even_where_classes_have_few_rows():
    shares = 1 / np.arange(1, 23)
    shares /= shares.sum()

    def drawn(rng: np.random.Generator, rows: int) -> Coded:
        targets = rng.choice(22, rows, p=shares)
        right = rng.random(rows) < np.linspace(0.9, 0.5, 22)[targets]
        answers = np.where(right, targets, rng.choice(22, rows, p=shares))
        return Coded(tuple(map(str, range(22))), 22, targets, answers, np.eye(22)[answers])

    rng = np.random.default_rng(0)
    truth = measure(cells(drawn(rng, 500_000)))["f1_macro"][0]
    found = [count_metrics(drawn(rng, 600), seed)["f1_macro"] for seed in range(200)]
    assert 0.92 <= np.mean([one.low <= truth <= one.high for one in found]) <= 0.975


def test_a_multinomial_draw_of_cells_is_the_bootstrap_of_rows():
    sample = population(np.random.default_rng(1), 300)
    rng, spread = np.random.default_rng(2), []
    for _ in range(2_000):
        rows = rng.integers(0, 300, 300)
        drawn = Coded(sample.labels, 3, sample.targets[rows], sample.answers[rows], sample.scores[rows])
        spread.append(measure(cells(drawn))["f1_macro"][0])
    ours = count_metrics(sample, 3)["f1_macro"]
    assert np.quantile(spread, [0.025, 0.975]) == pytest.approx([ours.low, ours.high], abs=0.008)


def test_the_influence_interval_of_average_precision_is_as_wide_as_the_bootstrap_of_rows():
    sample = population(np.random.default_rng(1), 300)
    rng, spread = np.random.default_rng(2), []
    for _ in range(1_000):
        rows = rng.integers(0, 300, 300)
        drawn = Coded(sample.labels, 3, sample.targets[rows], sample.answers[rows], sample.scores[rows])
        spread.append(rankings(drawn)["average_precision"][0])
    ours = score_metrics(sample)["average_precision"]
    assert ours.high - ours.low == pytest.approx(float(np.diff(np.quantile(spread, [0.025, 0.975]))[0]), rel=0.1)


def test_twenty_right_answers_of_twenty_are_no_proof_of_perfection():
    scores = np.eye(2)[[0, 1] * 10]
    found = evaluate(predictions(["a", "b"] * 10, ["a", "b"], scores), {}).metrics
    assert found["accuracy"].value == 1.0
    assert found["accuracy"].high == 1.0
    assert 0.6 < found["accuracy"].low < 0.85
    assert 0.6 < found["roc_auc"].low < 0.85


def test_no_right_answer_of_twenty_is_no_proof_of_uselessness():
    scores = np.eye(2)[[1, 0] * 10]
    found = evaluate(predictions(["a", "b"] * 10, ["a", "b"], scores), {}).metrics
    assert found["accuracy"].value == 0.0
    assert found["accuracy"].low == 0.0
    assert 0.15 < found["accuracy"].high < 0.4


def test_the_same_predictions_always_give_the_same_intervals():
    given = simulated(300, 4)
    assert evaluate(given, {}) == evaluate(given, {})


def test_intervals_stay_inside_the_range_of_their_metric():
    for seed in range(30):
        for name, interval in evaluate(simulated(6, 3, seed=seed), {}).metrics.items():
            assert 0.0 <= interval.low <= interval.value <= interval.high
            assert name in {"log_loss", "brier"} or interval.high <= 1.0


@pytest.mark.parametrize(("rows", "classes", "limit_s"), [(50_000, 8, 2.0), (2_000, 1_000, 4.0)])
def test_a_large_evaluation_is_made_in_a_moment(rows: int, classes: int, limit_s: float):
    given = simulated(rows, classes)
    began = time.process_time()
    evaluate(given, {})
    assert time.process_time() - began < limit_s
