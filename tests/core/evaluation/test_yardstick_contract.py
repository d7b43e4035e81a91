"""What every yardstick promises: one suite over all that are registered."""

import math
from typing import Any

import numpy as np
import pytest

from core.errors import DatasetError
from core.evaluation import MEANINGS, YARDSTICKS, best_baseline, evaluate, goodness
from core.evaluation.records import Evaluation
from core.evaluation.yardstick import Yardstick
from tests.core.kinds import ANSWERS, AnswerExample
from tests.truth.claims import CLAIMS


@pytest.fixture(params=YARDSTICKS.values(), ids=YARDSTICKS.keys())
def yardstick(request: pytest.FixtureRequest) -> Yardstick[Any]:
    found: Yardstick[Any] = request.param
    return found


@pytest.fixture
def example(yardstick: Yardstick[Any]) -> AnswerExample:
    return ANSWERS[yardstick.kind]


def test_every_kind_has_an_example() -> None:
    assert set(ANSWERS) >= set(YARDSTICKS)
    assert all(one.kind == name for name, one in YARDSTICKS.items())


def test_every_metric_is_measured_has_a_meaning_and_stands_in_its_order(
    yardstick: Yardstick[Any], example: AnswerExample
) -> None:
    measured = yardstick.measure(example.mostly(300))
    assert list(measured) == list(yardstick.metrics)
    for name in measured:
        meaning = yardstick.metrics[name]
        assert MEANINGS[name] == meaning
        assert meaning.title
        assert meaning.meaning.endswith(".")


def test_no_two_kinds_call_different_metrics_alike() -> None:
    assert sum(len(one.metrics) for one in YARDSTICKS.values()) == len(MEANINGS)


@pytest.mark.parametrize("rows", [1, 2, 7, 300])
@pytest.mark.parametrize("how", ["mostly", "right"])
def test_an_interval_holds_its_value(yardstick: Yardstick[Any], example: AnswerExample, rows: int, how: str) -> None:
    for name, found in yardstick.measure(getattr(example, how)(rows)).items():
        assert found.low <= found.value <= found.high, name
        assert np.isfinite([found.low, found.value, found.high]).all(), name


def test_what_rows_add_is_the_metric_whichever_rows_are_taken(
    yardstick: Yardstick[Any], example: AnswerExample
) -> None:
    """Their mean, or of errors squared the root of it, or the median."""
    answers = example.mostly(300)
    measured, told = yardstick.measure(answers), 0
    for name in yardstick.metrics:
        rows = yardstick.by_row(answers, name)
        if rows is None:
            continue
        told += 1
        assert rows.shape == (300,)
        ways = (rows.mean(), math.sqrt(abs(rows.mean())), float(np.median(rows)))
        assert any(measured[name].value == pytest.approx(way, rel=1e-6) for way in ways), name
        some = np.arange(5, 300, 7)
        np.testing.assert_allclose(yardstick.by_row(answers.take(some), name), rows[some], rtol=1e-6, err_msg=name)
    assert told


def test_the_headline_is_a_mean_over_rows_and_tells_good_answers_from_worse(
    yardstick: Yardstick[Any], example: AnswerExample
) -> None:
    answers, name = example.mostly(300), yardstick.headline
    rows = yardstick.by_row(answers, name)
    assert rows is not None
    assert yardstick.measure(answers)[name].value == pytest.approx(float(rows.mean()), rel=1e-6)
    worse, best = evaluate(answers, {}), evaluate(example.right(300), {"simple": answers})
    assert goodness(best) > goodness(worse)  # type: ignore[operator]  # both have a headline
    assert best_baseline(best) == ("simple", worse.metrics[name])


def test_every_metric_is_better_for_right_answers(yardstick: Yardstick[Any], example: AnswerExample) -> None:
    mostly, right = (yardstick.measure(one(300)) for one in (example.mostly, example.right))
    for name, meaning in yardstick.metrics.items():
        assert meaning.goodness(right[name].value) > meaning.goodness(mostly[name].value), name


def test_the_order_of_rows_makes_no_difference_to_a_value(yardstick: Yardstick[Any], example: AnswerExample) -> None:
    answers = example.mostly(120)
    turned = yardstick.measure(answers.take(np.random.default_rng(0).permutation(120)))
    for name, found in yardstick.measure(answers).items():
        assert turned[name].value == pytest.approx(found.value, rel=1e-9, abs=1e-12), name


def test_an_evaluation_of_any_kind_is_kept_and_read_again(yardstick: Yardstick[Any], example: AnswerExample) -> None:
    found = evaluate(example.mostly(60), {"simple": example.right(60)}, {"train": 1.5})
    assert (found.kind, found.headline, found.rows) == (yardstick.kind, yardstick.headline, 60)
    assert found.reached == found.metrics[yardstick.headline]
    assert set(yardstick.details(example.mostly(60))) <= set(Evaluation.model_fields)
    assert Evaluation.model_validate_json(found.model_dump_json()) == found


def test_no_rows_are_nothing_to_judge_by(yardstick: Yardstick[Any], example: AnswerExample) -> None:
    with pytest.raises(DatasetError):
        yardstick.measure(example.mostly(10).take([]))


def test_every_metric_has_its_interval_and_its_pairs_counted(yardstick: Yardstick[Any]) -> None:
    """See tests/truth: how often the interval holds a known truth, and how often one of two equals is called better."""
    counted = {(claim.kind, claim.about) for claim in CLAIMS}
    for name in yardstick.metrics:
        assert ("covers", name) in counted, name
        assert ("false", f"better by {name}") in counted, name
