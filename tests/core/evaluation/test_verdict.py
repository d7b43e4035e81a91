"""The verdict says 'better' only when the difference is more than chance."""

import numpy as np
import pytest
from scipy.stats import binomtest

from core.answers import ClassAnswers
from core.errors import DatasetError
from core.evaluation import Verdict, verdict
from core.evaluation.verdict import Pairs, difference, mcnemar


def answering(right: np.ndarray) -> ClassAnswers:
    """Answers for rows of class 'yes', right where `right` says so."""
    scores = np.where(right[:, None], [0.2, 0.8], [0.8, 0.2]).astype(np.float32)
    return ClassAnswers(tuple(f"row{i}" for i in range(len(right))), ("yes",) * len(right), ("no", "yes"), scores)


def judged(rows: int, *, only_model: int, only_baseline: int) -> Verdict:
    model, baseline = np.ones(rows, bool), np.ones(rows, bool)
    baseline[:only_model] = False
    model[only_model : only_model + only_baseline] = False
    return verdict(answering(model), answering(baseline))


@pytest.mark.parametrize(("model", "baseline"), [(0, 0), (1, 0), (6, 0), (3, 9), (40, 25), (7, 7), (312, 260)])
def test_mcnemars_test_is_scipys_exact_binomial_test(model: int, baseline: int):
    expected = binomtest(model, model + baseline, 0.5).pvalue if model + baseline else 1.0
    assert mcnemar(Pairs(1_000, model, baseline)) == pytest.approx(expected)


def test_between_equals_better_is_said_in_at_most_six_of_a_hundred_cases():
    rng = np.random.default_rng(11)
    said = 0
    for _ in range(1_000):
        hard = rng.random(600) < 0.3
        model, baseline = (~hard | (rng.random(600) < 0.5) for _ in range(2))
        said += verdict(answering(model), answering(baseline)).kind == "better"
    assert said <= 60


def test_the_interval_of_the_difference_holds_the_truth_about_95_times_in_a_hundred():
    rng, held = np.random.default_rng(5), 0
    for _ in range(2_000):
        only_model, only_baseline, _ = rng.multinomial(400, [0.06, 0.03, 0.91])
        found = difference(Pairs(400, int(only_model), int(only_baseline)))
        held += found.low <= 0.03 <= found.high
    assert 0.93 <= held / 2_000 <= 0.975


def test_a_clear_lead_is_said_as_more_right_answers_in_a_thousand():
    found = judged(2_000, only_model=70, only_baseline=20)
    assert found.kind == "better"
    assert found.sentence == (
        "Fine-tuning was worth it: 16 to 34 more right answers in 1,000 than a simple word-counting model."
    )


def test_two_that_do_alike_are_called_chance():
    found = judged(2_000, only_model=21, only_baseline=19)
    assert found.kind == "same"
    assert found.sentence == "A simple word-counting model does as well here; the difference could be chance."


def test_a_better_baseline_is_named_plainly():
    found = judged(2_000, only_model=20, only_baseline=70)
    assert found.kind == "worse"
    assert found.sentence.startswith("A simple word-counting model does better here: 16 to 34 more right answers")


def test_a_few_rows_settle_nothing():
    found = judged(40, only_model=3, only_baseline=1)
    assert found.kind == "unknown"
    assert found.sentence.startswith("There are too few held-out rows to say")


def test_a_lead_whose_lower_end_is_next_to_nothing_is_said_as_up_to():
    assert "up to" in judged(100_000, only_model=1_080, only_baseline=986).sentence


def test_rows_are_matched_by_their_ids_whatever_their_order():
    rng = np.random.default_rng(3)
    model, baseline = answering(rng.random(300) < 0.9), answering(rng.random(300) < 0.8)
    order = rng.permutation(300)
    turned = ClassAnswers(
        tuple(baseline.row_ids[i] for i in order),
        tuple(baseline.targets[i] for i in order),
        baseline.labels,
        baseline.scores[order],
    )
    assert verdict(model, turned) == verdict(model, baseline)


def test_answers_for_other_rows_cannot_be_compared():
    with pytest.raises(DatasetError, match="one answered 5 held-out rows, the other 4"):
        verdict(answering(np.ones(5, bool)), answering(np.ones(4, bool)))
