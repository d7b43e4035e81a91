"""One verdict: whichever page asks, the same answers stand alike; undecided exactly where the interval holds zero."""

import numpy as np
import pytest

from core.answers import ClassAnswers
from core.comparison import compare, verdict
from dashboard.sentences.verdict import judge
from tests.dashboard import seed

LABELS = ("a", "b", "c")
FEW, MANY = 100, 10_000


def pair(luck: np.random.Generator, most: int = 400) -> tuple[ClassAnswers, ClassAnswers]:
    """Answers of a model and of a baseline to the same rows: few or many of them, alike or not."""
    rows = int(luck.integers(6, most))
    targets = luck.integers(0, len(LABELS), rows)
    shares = luck.uniform(0.3, 0.98) + np.array([0.0, luck.choice([0.0, 0.0, 0.05, 0.15, -0.1])])
    return tuple(_answers(luck, targets, min(max(share, 0.05), 0.99)) for share in shares)  # type: ignore[return-value]


def _answers(luck: np.random.Generator, targets: np.ndarray, share: float) -> ClassAnswers:
    given = np.where(luck.random(len(targets)) < share, targets, luck.integers(0, len(LABELS), len(targets)))
    scores = np.full((len(targets), len(LABELS)), 0.1)
    scores[np.arange(len(targets)), given] = 0.8
    ids = tuple(f"r{n}" for n in range(len(targets)))
    return ClassAnswers(ids, tuple(LABELS[t] for t in targets), LABELS, scores)


@pytest.mark.parametrize("world", range(20))
def test_evaluate_home_runs_money_and_compare_say_the_same(world):
    luck = np.random.default_rng(world)
    for _ in range(25):
        model, baseline = pair(luck)
        beside = verdict(model, baseline)  # Home, Runs, a run's page, business value, report and slides
        evaluation = seed.plain_evaluation(model, tfidf=baseline)
        assert judge(evaluation, model, {"tfidf": baseline}).kind == beside.kind  # Evaluate
        found = compare({"model": model, "tfidf": baseline}, metric="accuracy")
        (one,) = found.pairs
        assert one.standing("model") == beside.kind  # Compare


def agree(luck: np.random.Generator, times: int) -> None:
    for _ in range(times):
        model, baseline = pair(luck, most=60)
        found = verdict(model, baseline)
        holds_zero = found.gain.low <= 0.0 <= found.gain.high
        assert holds_zero == (found.kind in ("unknown", "same")), found
        assert holds_zero == (found.p_value > 0.05), found


def test_a_verdict_is_open_exactly_where_its_interval_holds_zero():
    agree(np.random.default_rng(7), FEW)


@pytest.mark.simulation
def test_a_verdict_is_open_exactly_where_its_interval_holds_zero_in_ten_thousand_small_pairs():
    agree(np.random.default_rng(8), MANY)
