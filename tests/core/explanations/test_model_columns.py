"""Importance and shapes of a model's columns: against their definitions and scikit-learn's, for every estimator."""

import json
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn.inspection import partial_dependence, permutation_importance

from core.config import Boosted, Estimator, Forest, Linear
from core.data import Part
from core.errors import DatasetError
from core.estimators.fit import fit, targets_of
from core.explanations.records import ColumnShape, ModelColumns
from core.explanations.table.columns import MOST_SHAPES, model_columns
from core.explanations.table.dependence import POINTS, points, shares
from core.explanations.table.importance import REPEATS, importance, shuffled
from core.inputs.table.cells import opened
from core.inputs.table.features import features
from core.learners.estimator import TableModel
from core.preparation import Prepared
from tests.core.estimators.made import COLUMNS, prepared_for

LEARNINGS: dict[str, Estimator] = {
    "linear": Linear(strength=1.0),
    "boosted": Boosted(trees=30),
    "forest": Forest(trees=20),
}


def model_of(target: str, learning: str = "boosted") -> tuple[TableModel, Prepared]:
    prepared = prepared_for(target)
    return TableModel(fit(prepared, LEARNINGS[learning], seed=0), prepared.target), prepared


def all_rows(prepared: Prepared) -> Part:
    """Training and test rows together: 400."""
    parts = (prepared.train, prepared.test)
    return Part(*(sum((getattr(one, name) for one in parts), ()) for name in ("row_ids", "inputs", "targets")))


def shape(found: ModelColumns, name: str) -> ColumnShape:
    return next(one for one in found.shapes if one.name == name)


@pytest.mark.parametrize("learning", LEARNINGS)
@pytest.mark.parametrize("target", ["bought", "spent"])
def test_every_estimator_says_which_columns_it_goes_by(target: str, learning: str) -> None:
    model, prepared = model_of(target, learning)
    found = model_columns(model, all_rows(prepared), COLUMNS)
    losses = {one.name: one for one in found.columns}
    assert set(losses) == set(COLUMNS)
    assert [one.loss for one in found.columns] == sorted((one.loss for one in found.columns), reverse=True)
    assert found.metric == ("accuracy" if target == "bought" else "mae")
    for telling in ("age", "town", "member"):
        assert losses[telling].matters
    assert found.columns[-1].name == "income", "nothing hangs on it"
    assert {one.name for one in found.shapes} == set(COLUMNS)
    assert ModelColumns.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize("target", ["bought", "spent"])
def test_importance_agrees_with_scikit_learns(target: str) -> None:
    model, prepared = model_of(target)
    rows = all_rows(prepared)
    table = features(rows.inputs, COLUMNS)
    is_number = target == "spent"
    judge = "neg_mean_absolute_error" if is_number else "accuracy"
    own = permutation_importance(
        model.fitted.pipeline, table, targets_of(prepared, rows), scoring=judge, n_repeats=40, random_state=1
    )
    theirs = {name.partition(" ")[2]: mean for name, mean in zip(table.columns, own.importances_mean, strict=True)}
    del theirs["since"]  # a date is three columns there
    for one in model_columns(model, rows, COLUMNS).columns:
        if one.name in theirs:
            assert one.low <= theirs.pop(one.name) <= one.high, one.name
    assert not theirs


def test_a_loss_is_the_mean_over_rows_that_take_one_anothers_values() -> None:
    chance = np.random.default_rng(0)
    records = [{"a": int(value), "b": number} for number, value in enumerate(chance.integers(0, 9, 7))]
    order = chance.permutation(7)
    cells = [json.loads(one) for one in shuffled(records, "a", order, 3)]
    given = [[cell["a"] for cell in cells[begin : begin + 7]] for begin in (0, 7, 14)]
    for shift, line in enumerate(given, start=1):
        for row in range(7):
            place = int(np.flatnonzero(order == row)[0])
            assert line[row] == records[order[(place + shift) % 7]]["a"]
        assert sorted(line) == sorted(record["a"] for record in records)
    assert [cell["b"] for cell in cells] == 3 * list(range(7))


def test_an_interval_by_hand() -> None:
    """Four rows in their own order, two repeats: row 0 takes the values of 1 and 2, gives its own to 3 and 2."""
    lost = np.array([[4.0, 0.0, 0.0, 1.0], [3.0, 0.0, 0.0, 2.0]])
    mean, low, high, p_value = importance(lost, np.arange(4), are_ones=True)
    taken, given = np.array([3.5, 0.0, 0.0, 1.5]), np.array([(1 + 0) / 2, (4 + 2) / 2, (0 + 3) / 2, (0 + 0) / 2])
    squares = ((taken + given - 2.5) ** 2).sum() - ((lost - 1.25) ** 2).sum() / 4
    assert (mean, squares) == (1.25, 0.125)
    assert high - mean == pytest.approx(3.182446 * np.sqrt((squares + 2) / 5 / 6), rel=1e-6)
    assert mean - low == pytest.approx(high - mean)
    assert p_value == pytest.approx(2 * stats.t.sf(1.25 / np.sqrt((squares + 2) / 5 / 6), 3))
    _, low, high, _ = importance(lost, np.arange(4), are_ones=False)
    assert high - mean > mean - low > 0, "the longer end lies on the tail's side"


def test_rows_of_which_no_answer_changed_say_how_rare_a_change_may_be() -> None:
    mean, low, high, p_value = importance(np.zeros((5, 200)), np.arange(200), are_ones=True)
    assert (mean, low, p_value) == (0, -high, 1)
    assert 1 / 200 < high < 6 / 200


@pytest.mark.parametrize("target", ["bought", "spent"])
@pytest.mark.parametrize("column", ["age", "income", "member"])
def test_shapes_are_those_of_scikit_learn(target: str, column: str) -> None:
    model, prepared = model_of(target)
    rows = prepared.test
    found = shape(model_columns(model, rows, COLUMNS), column)
    table = features(rows.inputs, COLUMNS)
    assert len(rows) == 100
    grid = np.array([float(value) for value in found.values])
    told: Any = partial_dependence(
        model.fitted.pipeline,
        table,
        [f"number {column}"],
        custom_values={f"number {column}": grid},
        method="brute",
        kind="both",
        response_method="predict_proba" if target == "bought" else "auto",
    )
    np.testing.assert_allclose(found.means[-1], told["average"][-1], rtol=1e-5, atol=1e-6)
    lines = np.linspace(0, len(rows) - 1, len(found.lines[-1])).astype(int)
    np.testing.assert_allclose(found.lines[-1], told["individual"][-1][lines], rtol=1e-5, atol=1e-6)
    for low, mean, high in zip(found.lows[-1], found.means[-1], found.highs[-1], strict=True):
        assert low <= mean <= high


def test_probabilities_of_all_classes_add_up() -> None:
    model, prepared = model_of("bought")
    town = shape(model_columns(model, prepared.test, COLUMNS), "town")
    assert set(town.values) == {"Lyon", "Köln", "Graz"}
    assert sum(town.shares) == pytest.approx(1.0)
    np.testing.assert_allclose(np.sum(town.means, axis=0), 1.0, atol=1e-5)
    yes = town.labels.index("yes")
    assert town.means[yes][town.values.index("Graz")] == max(town.means[yes])


def test_values_that_are_asked_for_are_ones_that_there_are() -> None:
    chance = np.random.default_rng(1)
    numbers = chance.lognormal(0, 2, 500).tolist()
    at = points(numbers, is_ordered=True)
    assert at == sorted(at)
    assert len(at) == POINTS
    assert set(at) <= set(numbers)
    assert sum(shares(numbers, at, is_ordered=True)) == pytest.approx(1.0)
    assert points([3, 1, 2, 1], is_ordered=True) == [1, 2, 3]
    assert points(["b", "a", "b"], is_ordered=False) == ["b", "a"]
    assert shares(["b", "a", "b"], ["b", "a"], is_ordered=False) == (2 / 3, 1 / 3)
    days = [f"2024-01-{day:02}" for day in range(1, 31)]
    assert set(points(days, is_ordered=True)) <= set(days)


def test_too_few_rows_are_told() -> None:
    model, prepared = model_of("bought")
    with pytest.raises(DatasetError, match="fewer than 100"):
        model_columns(model, prepared.test.take(range(99)), COLUMNS)


def test_a_column_that_is_the_same_everywhere_or_empty_has_no_shape_and_no_weight() -> None:
    model, prepared = model_of("bought")
    cells = tuple(json.dumps(opened(one) | {"town": "Graz", "age": None}) for one in prepared.test.inputs)
    found = model_columns(model, Part(prepared.test.row_ids, cells, prepared.test.targets), COLUMNS)
    assert {one.name for one in found.shapes} == set(COLUMNS) - {"town", "age"}
    assert {one.name: one.loss for one in found.columns}["town"] == 0
    assert len(found.shapes) <= MOST_SHAPES
    assert REPEATS == 5
