import pytest

from dashboard.sentences.verdict import Judgement, judge
from tests.dashboard import seed


def judgement(right: float, simple: float, rows: int = 800) -> Judgement:
    model, tfidf = seed.predictions(right, rows, seed=1), seed.predictions(simple, rows, seed=2)
    baselines = {"tfidf": tfidf, "majority": seed.majority(model)}
    return judge(seed.plain_evaluation(model, **baselines), model, baselines)


def test_a_clear_lead_is_called_better_with_its_interval():
    found = judgement(0.96, 0.80)
    assert found.kind == "better"
    assert "**better**, by " in found.sentence


def test_a_difference_that_may_be_luck_is_not_called_better():
    found = judgement(0.90, 0.895, rows=150)
    assert found.kind == "unknown"
    assert "With so few rows it is **too early to tell** which is better: the model may be " in found.sentence


def test_a_baseline_that_does_as_well_is_said_to():
    found = judgement(0.95, 0.95, rows=6000)
    assert found.kind == "same"
    assert "about the same**, less than 3 points apart" in found.sentence


def test_a_baseline_that_does_better_is_named_plainly():
    found = judgement(0.70, 0.95)
    assert found.kind == "worse"
    assert "this trained model is **worse**, by " in found.sentence
    assert "use the baseline" in found.sentence
    assert "\u2212" not in found.sentence


@pytest.mark.parametrize("right", [0.7, 0.9, 0.97])
def test_no_name_is_left_unfilled(right):
    assert "{" not in judgement(right, 0.9).sentence
