from core.results import Interval
from dashboard.verdict import difference, judge
from tests.dashboard import seed


def verdict(right: float, simple: float, rows: int = 800):
    model, tfidf = seed.predictions(right, rows, seed=1), seed.predictions(simple, rows, seed=2)
    baselines = {"tfidf": tfidf, "majority": seed.majority(model)}
    return judge(seed.plain_evaluation(model, **baselines), model, baselines)


def test_a_clear_lead_is_called_better_with_its_interval():
    found = verdict(0.96, 0.80)
    assert found.worth == "better"
    assert "points better" in found.sentence


def test_a_difference_that_may_be_luck_is_not_called_better():
    found = verdict(0.90, 0.895, rows=150)
    assert found.worth == "unclear"
    assert "cannot tell the two apart" in found.sentence


def test_a_baseline_that_does_better_is_named_plainly():
    found = verdict(0.70, 0.95)
    assert found.worth == "worse"
    assert "use the simple way" in found.sentence


def test_the_difference_pairs_the_same_rows_whatever_their_order():
    model = seed.predictions(0.9, 200, seed=1)
    other = seed.predictions(0.8, 200, seed=2)
    turned = type(other)(other.row_ids[::-1], other.targets[::-1], other.labels, other.scores[::-1])
    assert difference(model, other) == difference(model, turned)


def test_a_model_against_itself_differs_by_nothing():
    model = seed.predictions(0.9, 200, seed=1)
    assert difference(model, model) == Interval(value=0, low=0, high=0)
