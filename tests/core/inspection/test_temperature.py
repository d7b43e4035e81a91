import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, log_loss

from core.answers import ClassAnswers
from core.evaluation import calibration
from core.inspection import scaled, temperature_of, with_temperature
from tests.core.inspection.made import overconfident


def test_the_temperature_that_made_a_model_too_sure_is_found_again():
    assert temperature_of(overconfident(20_000, temperature=2.5)) == pytest.approx(2.5, rel=0.05)
    assert temperature_of(overconfident(20_000, temperature=0.5)) == pytest.approx(0.5, rel=0.05)


def test_the_temperature_is_the_one_of_scikit_learn():
    """CalibratedClassifierCV's own temperature scaling, over a model that hands our logits through."""
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator

    class Through(ClassifierMixin, BaseEstimator):
        def fit(self, rows, targets):
            self.classes_ = np.unique(targets)
            return self

        def decision_function(self, rows):
            return rows

        def predict(self, rows):
            return self.classes_[rows.argmax(axis=1)]

    predictions = overconfident(2_000, temperature=2.0)
    logits = np.log(predictions.scores.astype(np.float64))
    targets = np.array(predictions.targets)
    theirs = CalibratedClassifierCV(FrozenEstimator(Through().fit(logits, targets)), method="temperature")
    theirs.fit(logits, targets)
    ours = with_temperature(predictions, temperature_of(predictions)).scores
    assert ours == pytest.approx(theirs.predict_proba(logits), abs=2e-3)


def test_scaling_changes_no_answer():
    predictions = overconfident(500, temperature=3.0)
    assert with_temperature(predictions, 3.0).answers == predictions.answers


def test_what_validation_rows_teach_is_shown_on_the_test_rows():
    found = scaled(overconfident(2_000, 2.0, seed=1), overconfident(2_000, 2.0, seed=2))
    assert found.fitted_on == "validation"
    assert found.temperatures[0] == pytest.approx(2.0, rel=0.15)
    before, after = found.metrics["calibration_error"]
    assert after.value < before.value
    assert found.gain.low > 0


def test_without_validation_rows_each_half_of_the_test_rows_is_scaled_by_the_other():
    test = overconfident(1_000, 2.0)
    found = scaled(test)
    assert (found.fitted_on, found.fitted_rows, len(found.temperatures)) == ("halves", 1_000, 2)
    assert found.after.row_ids == test.row_ids
    half = np.random.default_rng(0).permutation(1_000) % 2
    for number in (0, 1):
        expected = with_temperature(test, found.temperatures[number]).scores[half == number]
        assert found.after.scores[half == number] == pytest.approx(expected)


def test_a_model_whose_confidence_holds_gains_nothing_that_luck_does_not_explain():
    claims = sum(scaled(overconfident(300, 1.0, seed=seed)).gain.low > 0 for seed in range(200))
    assert claims <= 10


def test_before_and_after_are_measured_as_scikit_learn_does():
    found = scaled(overconfident(800, 2.0, classes=2))
    for i, predictions in enumerate((found.before, found.after)):
        targets = np.array(predictions.targets)
        assert found.metrics["log_loss"][i].value == pytest.approx(log_loss(targets, predictions.scores), rel=1e-4)
        brier = brier_score_loss(targets == "b", predictions.scores[:, 1])
        assert found.metrics["brier"][i].value == pytest.approx(brier, rel=1e-4)


def test_the_points_of_the_calibration_chart_are_scikit_learns():
    predictions = scaled(overconfident(3_000, 2.0)).after
    sure = predictions.scores.astype(np.float64).max(axis=1)
    right = np.array(predictions.answers) == np.array(predictions.targets)
    observed, stated = calibration_curve(right, sure, n_bins=15)
    points = calibration(predictions)
    assert points.observed == pytest.approx(observed)
    assert points.stated == pytest.approx(stated)


def test_rows_of_a_class_that_the_model_does_not_know_neither_teach_nor_break():
    known = overconfident(200, 2.0)
    ids = (*known.row_ids, "x")
    odd = ClassAnswers(ids, (*known.targets, "never seen"), known.labels, np.vstack([known.scores, known.scores[:1]]))
    assert temperature_of(odd) == pytest.approx(temperature_of(known), rel=1e-3)
    assert np.isfinite(scaled(odd).gain.value)


def test_scores_of_zero_and_one_are_scaled_too():
    sure = ClassAnswers(("a", "b"), ("x", "y"), ("x", "y"), np.array([[1, 0], [1, 0]], np.float32))
    assert np.isfinite(with_temperature(sure, temperature_of(sure)).scores).all()
