"""The 95% intervals hold the truth about 95 times in a hundred, and are made in a moment."""

import time

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from core.evaluation import evaluate
from core.evaluation.coded import Coded
from core.evaluation.counts import Cells, cells, count_metrics, measure
from core.evaluation.expected_calibration import calibration_error, honest_model
from core.evaluation.intervals import newcombe, share_limits
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
    truth = {name: interval.value for name, interval in (count_metrics(large) | score_metrics(large)).items()}
    held = dict.fromkeys(METRICS_COVERED, 0)
    for _ in range(DATASETS):
        sample = population(rng, 400)
        found = count_metrics(sample) | score_metrics(sample)
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
    truth = measure(cells(drawn(rng, 500_000)))["f1_macro"]
    found = [count_metrics(drawn(rng, 600))["f1_macro"] for _ in range(200)]
    assert 0.92 <= np.mean([one.low <= truth <= one.high for one in found]) <= 0.975


def bootstrap_of_rows(sample: Coded, measure_one, resamples: int) -> np.ndarray:
    rng = np.random.default_rng(2)
    drawn = []
    for _ in range(resamples):
        rows = rng.integers(0, sample.rows, sample.rows)
        drawn.append(
            measure_one(Coded(sample.labels, 3, sample.targets[rows], sample.answers[rows], sample.scores[rows]))
        )
    return np.quantile(drawn, [0.025, 0.975])


@pytest.mark.parametrize("metric", ["balanced_accuracy", "f1_macro", "precision_macro", "f1_weighted"])
def test_with_many_rows_of_each_class_an_interval_is_the_bootstraps(metric: str):
    sample = population(np.random.default_rng(1), 2_000)
    ours = count_metrics(sample)[metric]
    theirs = bootstrap_of_rows(sample, lambda one: measure(cells(one))[metric], 2_000)
    assert theirs == pytest.approx([ours.low, ours.high], abs=0.004)


@pytest.mark.parametrize("metric", ["roc_auc", "average_precision"])
def test_with_many_rows_of_each_class_a_ranking_is_as_sure_as_the_bootstrap_says(metric: str):
    sample = population(np.random.default_rng(1), 2_000)
    low, high = bootstrap_of_rows(sample, lambda one: rankings(one)[metric].values.mean(), 500)
    ours = score_metrics(sample)[metric]
    assert ours.high - ours.low == pytest.approx(float(high - low), rel=0.15)


@pytest.mark.parametrize(("area", "inside", "outside"), [(0.9, 10, 90), (0.75, 40, 60), (0.97, 5, 95), (0.6, 3, 27)])
def test_newcombes_limits_lie_196_standard_errors_away(area: float, inside: int, outside: int):
    """Hanley and McNeil's variance at the limit, the widest of its forms with the counts as they are and their mean."""
    ends = newcombe(np.array([area]), np.array([inside]), np.array([outside]))
    for limit in (float(end[0]) for end in ends):
        q1, q2 = limit / (2 - limit), 2 * limit**2 / (1 + limit)
        middle = (inside + outside) / 2
        forms = [
            limit * (1 - limit) + (m - 1) * (q1 - limit**2) + (n - 1) * (q2 - limit**2)
            for m, n in ((inside, outside), (outside, inside), (middle, middle))
        ]
        assert abs(limit - area) == pytest.approx(1.959964 * np.sqrt(max(forms) / inside / outside), rel=1e-4)


def test_exact_limits_of_a_share_are_statsmodels():
    for right, rows in ((0, 4), (3, 4), (50, 60), (60, 60)):
        ours = [float(end) for end in share_limits(np.array(right), np.array(rows))]
        assert ours == pytest.approx(proportion_confint(right, rows, method="beta"), abs=1e-9)


def test_a_mean_of_two_independent_shares_has_the_limits_of_newcombes_square_and_add():
    """Newcombe 1998, method 10: the limits of a sum are the root of the sum of squares away."""
    tally = Cells(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([18, 2, 1, 9]), 2)
    answers = np.repeat(tally.answers, tally.counts)
    coded = Coded(("a", "b"), 2, np.repeat(tally.targets, tally.counts), answers, np.eye(2)[answers])
    first, second = (np.array(proportion_confint(k, n, method="beta")) for k, n in ((18, 20), (9, 10)))
    found = count_metrics(coded)["balanced_accuracy"]
    assert found.low == pytest.approx(0.9 - np.hypot(0.9 - first[0], 0.9 - second[0]) / 2)
    assert found.high == pytest.approx(min(1.0, 0.9 + np.hypot(first[1] - 0.9, second[1] - 0.9) / 2))


def test_a_model_that_says_how_sure_it_is_shows_what_an_honest_one_shows():
    """The usual error of answers redrawn from the scores, drawn here one by one."""
    sample = population(np.random.default_rng(3), 200)
    confidence = sample.scores.max(axis=1)
    rng, drawn = np.random.default_rng(0), []
    for _ in range(500):
        is_right = rng.random(200) < confidence
        answers = np.where(is_right, sample.targets, (sample.targets + 1) % 3)
        scores = np.where(np.eye(3)[answers] > 0, confidence[:, None], (1 - confidence[:, None]) / 2)
        drawn.append(calibration_error(Coded(sample.labels, 3, sample.targets, answers, scores)))
    labels = list(sample.labels)
    found = honest_model(predictions([labels[i] for i in sample.targets], labels, sample.scores))
    assert found.usual == pytest.approx(np.mean(drawn), rel=0.05)
    assert found.most == pytest.approx(np.quantile(drawn, 0.95), rel=0.08)


def test_a_rare_error_that_no_row_showed_is_counted_in_the_upper_end_of_a_loss():
    scores = np.tile([0.999, 0.001], (50, 1))
    found = evaluate(predictions(["a"] * 50, ["a", "b"], scores), {}).metrics
    assert found["log_loss"].high > 0.1
    assert 0.02 < found["brier"].high < 0.2


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
