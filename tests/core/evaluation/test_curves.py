"""Curves are worked out from the stored predictions, and drawn with few points."""

import numpy as np
import pytest
from sklearn import metrics as sk
from statsmodels.stats.proportion import proportion_confint

from core.answers import ClassAnswers
from core.errors import DatasetError, NotFound
from core.evaluation import calibration, confusion, distribution, evaluate, precision_recall, roc, wilson
from tests.core.evaluation.made import predictions, simulated


def test_the_roc_curve_passes_through_scikit_learns_points_and_has_its_area():
    given = simulated(200, 3, step=0.5)
    label = given.labels[2]
    is_class = np.array(given.targets) == label
    x, y, thresholds = sk.roc_curve(is_class, given.scores[:, 2], drop_intermediate=False)
    curve = roc(given, label)
    assert curve.x == pytest.approx(x)
    assert curve.y == pytest.approx(y)
    assert curve.thresholds == pytest.approx(thresholds)
    assert curve.area == pytest.approx(sk.roc_auc_score(is_class, given.scores[:, 2]))


def test_the_precision_recall_curve_passes_through_scikit_learns_points_and_has_its_average_precision():
    given = simulated(200, 3, step=0.5)
    label = given.labels[1]
    is_class = np.array(given.targets) == label
    precision, recall, _ = sk.precision_recall_curve(is_class, given.scores[:, 1])
    curve = precision_recall(given, label)
    assert curve.x == pytest.approx(recall[::-1])
    assert curve.y == pytest.approx(precision[::-1])
    assert curve.area == pytest.approx(sk.average_precision_score(is_class, given.scores[:, 1]))


@pytest.mark.parametrize("curve_of", [roc, precision_recall])
def test_a_long_curve_is_drawn_with_five_hundred_points_and_keeps_its_ends_and_its_area(curve_of):
    given = simulated(20_000, 2)
    curve = curve_of(given, given.labels[1])
    is_class = np.array(given.targets) == given.labels[1]
    area = sk.roc_auc_score if curve_of is roc else sk.average_precision_score
    assert len(curve.x) == len(curve.y) == len(curve.thresholds) <= 500
    assert curve.x[0] == 0.0
    assert curve.x[-1] == 1.0
    assert curve.area == pytest.approx(area(is_class, given.scores[:, 1]))
    assert np.trapezoid(curve.y, curve.x) == pytest.approx(curve.area, abs=1e-3)


def test_a_curve_of_an_unknown_class_names_the_one_that_was_meant():
    with pytest.raises(NotFound, match="Did you mean 'class 0001'"):
        roc(simulated(10, 3), "clas 0001")


def test_a_class_without_held_out_rows_has_no_curve_and_the_sentence_says_so():
    given = predictions(["a", "a"], ["a", "b"], [[0.7, 0.3], [0.4, 0.6]])
    with pytest.raises(DatasetError, match="'b': it has 0 of 2 test rows"):
        roc(given, "b")
    with pytest.raises(DatasetError, match="no test row has this class"):
        precision_recall(given, "b")


def test_calibration_groups_count_every_row_once_and_sum_to_the_calibration_error():
    given = simulated(700, 4)
    groups = calibration(given)
    error = np.average(np.abs(groups.stated - groups.observed), weights=groups.rows)
    assert groups.rows.sum() == 700
    assert error == pytest.approx(evaluate(given, {}).metrics["calibration_error"].value)
    assert (groups.low <= groups.observed).all()
    assert (groups.observed <= groups.high).all()


def test_the_band_of_the_calibration_curve_is_clopper_pearson_at_sidaks_level_for_all_bins_at_once():
    groups = calibration(simulated(700, 4))
    right = np.rint(groups.observed * groups.rows)
    level = 1 - 0.95 ** (1 / len(groups.rows))
    low, high = proportion_confint(right, groups.rows, alpha=level, method="beta")
    assert groups.low == pytest.approx(low)
    assert groups.high == pytest.approx(high)


def test_a_bin_that_is_all_right_or_all_wrong_has_one_limit_of_its_own():
    sure = calibration(predictions(["a"] * 4, ["a", "b"], [[0.9, 0.1]] * 4))
    assert (sure.low[0], sure.high[0]) == (pytest.approx(0.025 ** (1 / 4)), 1.0)
    wrong = calibration(predictions(["b"] * 4, ["a", "b"], [[0.9, 0.1]] * 4))
    assert (wrong.low[0], wrong.high[0]) == (0.0, pytest.approx(1 - 0.025 ** (1 / 4)))


def test_wilsons_limits_agree_with_the_worked_case_of_81_in_263():
    """Newcombe 1998, table I, case (a): 0.2553 to 0.3662 without continuity correction."""
    low, high = wilson(np.array([81]), np.array([263]))
    assert low[0] == pytest.approx(0.2553, abs=5e-5)
    assert high[0] == pytest.approx(0.3662, abs=5e-5)


def test_confusion_counts_are_scikit_learns_with_unseen_labels_last():
    given = simulated(300, 4)
    given = predictions(["new" if i % 50 == 0 else t for i, t in enumerate(given.targets)], given.labels, given.scores)
    found = confusion(given)
    assert found.labels == (*given.labels, "new")
    assert (found.counts == sk.confusion_matrix(given.targets, given.answers, labels=found.labels)).all()


def test_the_distribution_counts_what_is_there_and_what_was_answered():
    given = predictions(["a", "a", "b"], ["a", "b"], [[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]])
    found = distribution(given)
    assert found.targets.tolist() == [2, 1]
    assert found.answers.tolist() == [1, 2]


def test_classes_stand_as_people_count_and_keep_their_numbers():
    labels = ("0", "1", "10", "2")
    scores = np.eye(4, dtype=np.float32)[[0, 1, 2, 3, 3]]
    targets = ("0", "1", "10", "2", "10")
    given = ClassAnswers(row_ids=tuple("abcde"), targets=targets, labels=labels, scores=scores)
    found = confusion(given)
    assert found.labels == ("0", "1", "2", "10")
    assert found.counts.tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 1]]
    assert distribution(given).targets.tolist() == [1, 1, 1, 2]
    per_class = evaluate(given, {}).per_class
    assert [(one.label, one.rows, one.recall) for one in per_class] == [
        ("0", 1, 1.0),
        ("1", 1, 1.0),
        ("2", 1, 1.0),
        ("10", 2, 0.5),
    ]
