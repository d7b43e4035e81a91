"""The baselines for numbers learn from the training rows alone, and what words tell."""

import numpy as np
import pytest
from scipy.sparse import random_array
from sklearn.linear_model import Ridge

from core.baselines.mean import mean, median
from core.baselines.number_rows import NumberParts, NumberRows
from core.baselines.tfidf_ridge import fit, tfidf_ridge
from core.evaluation.number import measure

WORTH = {"superb": 2.0, "good": 1.0, "dull": -1.0, "dreadful": -2.0}
OTHERS = ("the", "film", "was", "seen", "on", "monday", "with", "friends", "again")


def reviews(rows: int, seed: int = 0, *, noise: float = 0.3) -> NumberRows:
    rng = np.random.default_rng(seed)
    texts, targets = [], []
    for _ in range(rows):
        told = rng.choice(list(WORTH), 2)
        words = [*told, *rng.choice(OTHERS, 5)]
        texts.append(" ".join(rng.permutation(words)))
        targets.append(10 + sum(WORTH[word] for word in told) + noise * rng.normal())
    return NumberRows(tuple(f"row{seed}-{i}" for i in range(rows)), tuple(texts), np.array(targets))


def parts(train: int, validation: int = 0, test: int = 300) -> NumberParts:
    return NumberParts(reviews(train), reviews(validation, 1), reviews(test, 2))


def test_the_constants_are_those_of_the_training_rows():
    given = parts(51, 20)
    assert set(mean(given).test.values) == {given.train.targets.mean()}
    assert set(median(given).validation.values) == {np.median(given.train.targets)}
    assert measure(mean(given).test)["r2"].value <= 0


@pytest.mark.parametrize("validation", [0, 250])
def test_it_learns_what_words_tell_whichever_rows_choose(validation):
    given = parts(300, validation)
    found = tfidf_ridge(given, seed=0)
    assert measure(found.test)["r2"].value > 0.85
    assert found.test.row_ids == given.test.row_ids
    assert found.validation.row_ids == given.validation.row_ids


def test_the_same_rows_and_seed_give_the_same_answers():
    given = parts(120)
    assert (tfidf_ridge(given, 3).test.values == tfidf_ridge(given, 3).test.values).all()


def test_it_says_in_one_line_what_was_chosen():
    heard: list[str] = []
    tfidf_ridge(parts(60), 0, heard.append)
    assert len(heard) == 1
    assert "alpha=" in heard[0]


def test_it_never_sees_a_target_that_judges():
    given = parts(200, 50)
    other = NumberRows(given.test.row_ids, given.test.texts, given.test.targets[::-1].copy())
    turned = NumberParts(given.train, given.validation, other)
    assert (tfidf_ridge(given, 0).test.values == tfidf_ridge(turned, 0).test.values).all()


def test_the_unit_of_the_targets_makes_no_difference():
    rows = reviews(200)
    cents = NumberRows(rows.row_ids, rows.texts, rows.targets * 1e6)
    test = reviews(50, 2)
    one = tfidf_ridge(NumberParts(rows, reviews(0), test), 0).test.values
    other = tfidf_ridge(NumberParts(cents, reviews(0), test), 0).test.values
    assert other / 1e6 == pytest.approx(one, rel=1e-6)


def test_the_fit_is_scikit_learns_exact_ridge():
    rng = np.random.default_rng(0)
    rows = random_array((60, 20), density=0.3, format="csr", rng=rng)
    targets = rng.normal(5, 3, 60)
    exact = Ridge(alpha=0.3).fit(rows.toarray(), targets)
    assert fit(rows, targets, 0.3).predict(rows) == pytest.approx(exact.predict(rows.toarray()), abs=1e-2)


@pytest.mark.parametrize("texts", [("", " ", ""), ("one", "two", "three")])
def test_what_teaches_nothing_is_answered_by_the_mean(texts):
    targets = np.array([1.0, 2.0, 3.0]) if not texts[0] else np.ones(3)
    given = NumberParts(NumberRows(("a", "b", "c"), texts, targets), reviews(0), reviews(4, 2))
    assert (tfidf_ridge(given, 0).test.values == targets.mean()).all()


@pytest.mark.parametrize("rows", [1, 2, 3, 7])
def test_very_few_rows_are_no_obstacle(rows):
    assert np.isfinite(tfidf_ridge(parts(rows), 0).test.values).all()
