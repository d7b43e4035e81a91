"""The verdict says 'better' only when the difference is more than chance."""

import numpy as np
import pytest
from scipy.stats import binomtest

from core.answers import ClassAnswers, NumberAnswers
from core.comparison import Verdict, compare, verdict
from core.comparison.contest import MARGIN
from core.config import RunConfig
from core.errors import ConfigError, DatasetError
from core.evaluation.mcnemar import DiscordantPairs, difference, mcnemar


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
    assert mcnemar(DiscordantPairs(1_000, model, baseline)) == pytest.approx(expected)


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
        found = difference(DiscordantPairs(400, int(only_model), int(only_baseline)))
        held += found.low <= 0.03 <= found.high
    assert 0.93 <= held / 2_000 <= 0.975


def test_what_counts_as_just_as_good_can_be_set() -> None:
    model, baseline = (np.arange(2_000) >= wrong for wrong in (20, 25))
    assert RunConfig().margin == MARGIN * 100
    assert verdict(answering(model), answering(baseline[::-1])).kind == "same"
    assert verdict(answering(model), answering(baseline[::-1]), margin=0.002).kind == "unknown"
    targets, errors = np.arange(400.0), np.random.default_rng(0).normal(size=(2, 400))
    near, far = (NumberAnswers(tuple(map(str, range(400))), targets, targets + one) for one in errors)
    assert verdict(near, far).kind == "unknown"
    assert verdict(near, far, margin=0.2).kind == "same"


@pytest.mark.parametrize(
    ("rows", "only_model", "only_baseline", "kind"),
    [(2_000, 70, 20, "better"), (2_000, 20, 70, "worse"), (2_000, 21, 19, "same"), (40, 3, 1, "unknown")],
)
def test_classes_are_told_apart_by_the_rows_that_just_one_has_right(rows, only_model, only_baseline, kind):
    found = judged(rows, only_model=only_model, only_baseline=only_baseline)
    assert found.kind == kind
    assert found.gain == difference(DiscordantPairs(rows, only_model, only_baseline))


def test_mcnemars_test_below_five_percent_means_that_the_interval_leaves_zero_out():
    for rows in (6, 10, 30, 200, 3_000):
        for ahead in range(min(rows, 60) + 1):
            for behind in range(min(ahead, rows - ahead + 1)):
                pairs = DiscordantPairs(rows, ahead, behind)
                assert mcnemar(pairs) >= 0.05 or difference(pairs).low > 0


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
    with pytest.raises(DatasetError, match="one answered 5 test rows, the other 4"):
        verdict(answering(np.ones(5, bool)), answering(np.ones(4, bool)))


def numbers(errors: np.ndarray, seed: int = 0) -> NumberAnswers:
    """Answers to rows of random numbers, off by so much."""
    targets = np.random.default_rng(seed).normal(5, 2, len(errors))
    return NumberAnswers(tuple(f"row{i}" for i in range(len(errors))), targets, targets + errors)


def off(rows: int, model: float, baseline: float) -> Verdict:
    """The verdict over errors of these usual sizes."""
    rng = np.random.default_rng(rows)
    return verdict(numbers(rng.normal(0, model, rows)), numbers(rng.normal(0, baseline, rows)))


@pytest.mark.parametrize(
    ("rows", "model", "baseline", "kind"),
    [(500, 1.0, 2.0, "better"), (500, 2.0, 1.0, "worse"), (40_000, 1.0, 1.0, "same"), (60, 1.0, 1.1, "unknown")],
)
def test_numbers_are_told_apart_by_how_far_they_are_off(rows, model, baseline, kind):
    assert off(rows, model, baseline).kind == kind


def test_the_gain_of_numbers_is_by_how_much_the_model_is_nearer():
    rng = np.random.default_rng(1)
    model, baseline = numbers(rng.normal(0, 1, 800)), numbers(rng.normal(0, 3, 800))
    gain = verdict(model, baseline).gain
    assert gain.value == pytest.approx(np.abs(baseline.errors).mean() - np.abs(model.errors).mean())
    assert 0 < gain.low < gain.value < gain.high


def test_numbers_count_as_alike_within_three_hundredths_of_the_baselines_error():
    rng = np.random.default_rng(2)
    errors = rng.normal(0, 10, 400)
    assert verdict(numbers(errors * 1.02), numbers(errors)).kind == "worse"  # surely, however little
    jitter = rng.normal(0, 0.5, 400)
    assert verdict(numbers(errors + jitter), numbers(errors)).kind == "same"


def test_between_equal_numbers_better_is_said_in_at_most_six_of_a_hundred_cases():
    rng = np.random.default_rng(4)
    said = sum(verdict(*(numbers(rng.standard_t(4, 150)) for _ in range(2))).kind == "better" for _ in range(600))
    assert said <= 36


def test_classes_and_numbers_have_no_verdict():
    with pytest.raises(ConfigError, match="different kinds"):
        verdict(answering(np.ones(5, bool)), numbers(np.ones(5)))


def test_a_run_stands_to_its_baseline_alike_on_every_page() -> None:
    """Evaluate and Home ask for the verdict, Compare and the report for the pair: 500 pairs, many rows and few."""
    rng = np.random.default_rng(20)
    kinds = set()
    for _ in range(500):
        rows, level = int(rng.integers(10, 600)), rng.uniform(0.6, 0.99)
        hard = rng.random(rows) < level
        model, baseline = (np.where(rng.random(rows) < 0.8, hard, rng.random(rows) < rng.uniform(0.5, 1)) for _ in "ab")
        stands = verdict(answering(model), answering(baseline))
        pair = compare({"model": answering(model), "tfidf": answering(baseline)}).pairs[0]
        assert stands.kind == pair.standing("model")
        assert (stands.kind in {"same", "unknown"}) == (stands.gain.low <= 0 <= stands.gain.high)
        kinds.add(stands.kind)
    assert kinds == {"better", "same", "worse", "unknown"}
