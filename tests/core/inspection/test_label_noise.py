"""How many doubted labels are wrong: the estimate against planted truth, and against a brute-force posterior."""

import numpy as np
import pytest
from scipy.special import softmax

from core.answers import ClassAnswers
from core.inspection import label_noise, likely_wrong, suspects
from tests.truth.suspects import planted


def ids_of(answers: ClassAnswers) -> set[str]:
    return {one.row_id for one in suspects(answers)}


@pytest.mark.parametrize(("apart", "noise"), [(6.0, 0.05), (2.5, 0.05), (2.5, 0.0)])
def test_the_number_of_wrong_labels_is_right_on_average_on_easy_and_on_hard_rows(apart, noise):
    rng = np.random.default_rng(0)
    found, truth, listed = [], [], []
    for _ in range(40):
        answers, wrong = planted(rng, 600, apart=apart, noise=noise)
        doubted = ids_of(answers)
        found.append(likely_wrong(answers, doubted).value)
        truth.append(sum(wrong[int(row, 16)] for row in doubted))
        listed.append(len(doubted))
    assert np.mean(found) == pytest.approx(np.mean(truth), abs=max(3.0, 0.1 * np.mean(listed)))


def test_the_estimate_is_the_mean_over_a_posterior_that_is_worked_out_row_by_row():
    answers, _ = planted(np.random.default_rng(1), 60, apart=3.0, noise=0.1)
    doubted = ids_of(answers)
    given = [answers.labels.index(one) for one in answers.targets]
    total = weighed = 0.0
    for temperature in label_noise.TEMPERATURES:
        scores = softmax(np.log(answers.scores.astype(float)) / temperature, axis=1)
        for noise, prior in zip(label_noise.NOISE, label_noise.PRIOR, strict=True):
            likelihood, wrong = 1.0, 0.0
            for row, label, score in zip(answers.row_ids, given, scores, strict=True):
                right, other = (1 - noise) * score[label], noise * (1 - score[label]) / 2
                likelihood *= 2 * (right + other)
                wrong += other / (right + other) if row in doubted else 0.0
            weight = prior * likelihood**0.7
            total, weighed = total + weight, weighed + weight * wrong
    assert likely_wrong(answers, doubted).value == pytest.approx(weighed / total, rel=1e-3)


def test_nothing_doubted_is_nothing_wrong():
    answers, _ = planted(np.random.default_rng(1), 60, apart=3.0, noise=0.1)
    assert likely_wrong(answers, ()).high == 0.0


def test_rows_of_a_class_that_the_model_does_not_know_are_left_out():
    answers, _ = planted(np.random.default_rng(1), 60, apart=3.0, noise=0.1)
    strange = ClassAnswers(answers.row_ids, ("never seen",) * 60, answers.labels, answers.scores)
    assert likely_wrong(strange, set(answers.row_ids)).high == 0.0
