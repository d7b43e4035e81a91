from itertools import pairwise

import numpy as np
import pytest

from core.answers import NumberAnswers
from core.evaluation.number import measure
from core.evaluation.tenths import by_tenth


def answered(rows: int = 200) -> NumberAnswers:
    rng = np.random.default_rng(0)
    targets = rng.gamma(2, 3, rows)
    values = targets + rng.normal(0, 1, rows)
    return NumberAnswers(tuple(map(str, range(rows))), targets, values, values - 1.64, values + 1.64)


def test_every_row_is_in_one_tenth_from_small_to_large():
    answers = answered()
    found = by_tenth(answers, answers.targets)
    assert [one.rows for one in found] == [20] * 10
    assert all(one.high <= other.low for one, other in pairwise(found))
    assert (found[0].low, found[-1].high) == (answers.targets.min(), answers.targets.max())


def test_a_tenth_is_measured_as_its_rows_alone_are():
    answers = answered()
    first = by_tenth(answers, answers.values)[0]
    alone = answers.take(np.flatnonzero(answers.values <= first.high))
    assert (first.mae, first.bias) == (measure(alone)["mae"], measure(alone)["bias"])
    inside = (alone.low <= alone.targets) & (alone.targets <= alone.high)
    assert first.coverage.value == pytest.approx(inside.mean())


def test_equal_numbers_stay_together():
    stars = np.repeat([1.0, 2.0, 5.0], [50, 5, 45])
    answers = NumberAnswers(tuple(map(str, range(100))), stars, stars + 0.5)
    found = by_tenth(answers, stars)
    assert [(one.low, one.high) for one in found] == [(1.0, 1.0), (2.0, 5.0)]
    assert sum(one.rows for one in found) == 100
    assert found[0].coverage is None


def test_one_row_is_a_tenth_too():
    answers = NumberAnswers(("a",), np.array([1.0]), np.array([2.0]))
    assert [one.rows for one in by_tenth(answers, answers.targets)] == [1]
