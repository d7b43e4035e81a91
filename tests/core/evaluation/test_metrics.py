"""Every metric is scikit-learn's on the same stored predictions."""

import warnings

import numpy as np
import pytest
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve

from core.answers import ClassAnswers
from core.errors import DatasetError, ModelError
from core.evaluation import METRICS, evaluate
from tests.core.evaluation.made import predictions, simulated


def with_unseen_labels() -> ClassAnswers:
    known = simulated(120, 3, seed=4)
    targets = [
        "a new class" if i % 10 == 0 else "yet another" if i % 33 == 0 else t for i, t in enumerate(known.targets)
    ]
    return predictions(targets, known.labels, known.scores)


CASES = {
    "two classes": simulated(200, 2),
    "two classes, tied scores": simulated(300, 2, step=0.7),
    "five classes": simulated(400, 5),
    "five classes, tied scores": simulated(400, 5, step=1.0),
    "one class is absent from the test rows": simulated(90, 4, targets=np.arange(90) % 3),
    "labels that training never saw": with_unseen_labels(),
    "two known classes and a label that training never saw": predictions(
        ["no", "yes", "perhaps", "no", "yes"],
        ["no", "yes"],
        [[0.9, 0.1], [0.3, 0.7], [0.4, 0.6], [0.2, 0.8], [0.6, 0.4]],
    ),
    "a single row": simulated(1, 3),
    "a single class among the test rows": simulated(30, 2, targets=np.zeros(30, int)),
    "a thousand classes": simulated(1_500, 1_000),
    "every score the same": predictions(list("aabbc"), list("abc"), np.full((5, 3), 1 / 3)),
}


def scikit_learns(given: ClassAnswers) -> dict[str, float]:
    """The same metrics by scikit-learn, told of unseen labels as columns of zeros; no mean over classes without one."""
    targets, answers = list(given.targets), list(given.answers)
    labels = [*given.labels, *sorted(set(targets) - set(given.labels))]
    scores = np.zeros((len(targets), len(labels)))
    scores[:, : len(given.labels)] = given.scores
    found = {
        "accuracy": sk.accuracy_score(targets, answers),
        "balanced_accuracy": sk.balanced_accuracy_score(targets, answers),
        "log_loss": sk.log_loss(
            [labels.index(t) for t in targets], scores.astype(np.float32), labels=range(len(labels))
        ),
        "brier": sk.brier_score_loss([labels.index(t) for t in targets], scores, labels=range(len(labels))),
    }
    for average in ("macro", "weighted"):
        for name, score in {"precision": sk.precision_score, "recall": sk.recall_score, "f1": sk.f1_score}.items():
            found[f"{name}_{average}"] = score(targets, answers, average=average, zero_division=0)
    is_class = np.array([[target == label for label in given.labels] for target in targets])
    found["average_precision"] = float(
        np.mean(
            [sk.average_precision_score(is_class[:, c], scores[:, c]) for c in np.flatnonzero(is_class.any(axis=0))]
        )
    )
    both = [c for c in range(len(given.labels)) if 0 < is_class[:, c].sum() < len(targets)]
    if len(labels) == 2:
        both = both[-1:]
    if both:
        found["roc_auc"] = float(np.mean([sk.roc_auc_score(is_class[:, c], scores[:, c]) for c in both]))
    lacks = set(given.labels) - set(targets)
    return {name: value for name, value in found.items() if not (lacks and METRICS[name].over_classes)}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("ignore")
def test_metrics_equal_scikit_learns_on_the_stored_predictions(case: str, tmp_path):
    CASES[case].write(tmp_path / "model.parquet")
    stored = ClassAnswers.read(tmp_path / "model.parquet")
    ours = {name: interval.value for name, interval in evaluate(stored, {}).metrics.items()}
    ours.pop("calibration_error")
    assert ours == pytest.approx(scikit_learns(stored), abs=1e-6)


def test_roc_auc_of_many_classes_is_scikit_learns_macro_average_of_one_against_the_rest():
    given = simulated(400, 5)
    theirs = sk.roc_auc_score(given.targets, given.scores.astype(float), multi_class="ovr", labels=given.labels)
    assert evaluate(given, {}).metrics["roc_auc"].value == pytest.approx(theirs)


def test_roc_auc_and_average_precision_of_two_classes_are_scikit_learns():
    given = simulated(200, 2)
    yes = np.array([target == given.labels[1] for target in given.targets])
    found = evaluate(given, {}).metrics
    assert found["roc_auc"].value == pytest.approx(sk.roc_auc_score(yes, given.scores[:, 1]))
    both = sk.average_precision_score(np.column_stack([~yes, yes]), given.scores, average="macro")
    assert found["average_precision"].value == pytest.approx(both)


def test_calibration_error_follows_scikit_learns_calibration_curve():
    given = simulated(500, 4)
    right = np.array([t == a for t, a in zip(given.targets, given.answers, strict=True)])
    confidence = given.scores.max(axis=1).astype(float)
    shares, means = calibration_curve(right, confidence, n_bins=15)
    bins = np.searchsorted(np.linspace(0, 1, 16)[1:-1], confidence)
    counts = np.unique(bins, return_counts=True)[1]
    expected = float((counts * np.abs(shares - means)).sum() / counts.sum())
    assert evaluate(given, {}).metrics["calibration_error"].value == pytest.approx(expected)


@pytest.mark.filterwarnings("ignore")
def test_each_class_has_scikit_learns_precision_recall_and_f1_even_without_test_rows():
    given = CASES["one class is absent from the test rows"]
    precision, recall, f1, rows = sk.precision_recall_fscore_support(
        given.targets, given.answers, labels=given.labels, zero_division=0
    )
    ours = evaluate(given, {}).per_class
    assert [c.label for c in ours] == list(given.labels)
    assert [c.rows for c in ours] == list(rows)
    assert [c.precision for c in ours] == pytest.approx(list(precision))
    assert [c.recall for c in ours] == pytest.approx(list(recall))
    assert [c.f1 for c in ours] == pytest.approx(list(f1))


def test_every_metric_has_a_meaning_and_comes_in_the_order_of_the_meanings():
    given = simulated(100, 3)
    evaluation = evaluate(given, {"majority": given})
    assert list(evaluation.metrics) == list(METRICS)
    assert list(evaluation.baselines["majority"]) == list(METRICS)
    assert all(meaning.meaning.endswith(".") for meaning in METRICS.values())


def test_rows_that_lack_a_class_give_no_mean_over_classes():
    given = CASES["one class is absent from the test rows"]
    assert set(METRICS) - set(evaluate(given, {}).metrics) == {n for n, one in METRICS.items() if one.over_classes}


def test_no_row_to_judge_on_is_said_in_words():
    with pytest.raises(DatasetError, match="no test rows"):
        evaluate(predictions([], ["a", "b"], np.zeros((0, 2))), {})


def test_scores_that_are_not_numbers_are_said_with_their_count():
    with pytest.raises(ModelError, match="in 1 of 2 test rows"):
        evaluate(predictions(["a", "b"], ["a", "b"], [[np.nan, 1.0], [0.5, 0.5]]), {})


def test_evaluating_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for given in CASES.values():
            evaluate(given, {})
