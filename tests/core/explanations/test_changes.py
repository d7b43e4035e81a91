"""Counterfactuals of records: each makes the model answer otherwise, by as few columns as will do."""

import itertools
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from core.config import Boosted, Estimator, Forest, Linear
from core.data import Part
from core.errors import ConfigError, DatasetError
from core.estimators.fit import fit
from core.explanations.orders import MOST_COLUMNS
from core.explanations.records import ClassChange
from core.explanations.table.changes import class_change
from core.learners.estimator import TableModel
from core.targets import ClassTarget
from tests.core.estimators.made import prepared_for
from tests.core.explanations.test_columns import rows


@dataclass
class Rule:
    """Answers yes where a formula of the columns is above 0."""

    of: Callable[[dict[str, Any]], float]
    target: Any = field(default_factory=lambda: ClassTarget(("no", "yes"), (1, 1)))

    def outputs(self, inputs: Sequence[str]) -> np.ndarray:
        return np.array([[0.0, self.of(json.loads(cell) if cell else {})] for cell in inputs])


def changed(model: Any, own: dict[str, Any], others: Sequence[dict[str, Any]], **how: Any) -> ClassChange:
    return class_change(model, json.dumps(own), rows(others), **how)


GRID = [dict(zip("abc", values, strict=True)) for values in itertools.product(range(5), repeat=3)]


def test_one_column_is_changed_where_one_will_do_and_by_as_little_as_will_do() -> None:
    found = changed(Rule(lambda row: row["a"] + row["b"] + row["c"] - 5.5), {"a": 2, "b": 2, "c": 0}, GRID)
    (only,) = found.columns
    assert (found.answer, found.other) == ("no", "yes")
    assert (only.name, only.before, only.after) in {("a", 2, 4), ("b", 2, 4), ("c", 0, 2)}
    assert found.other_probability == pytest.approx(1 / (1 + math.exp(-0.5)))


def test_two_columns_are_changed_where_one_will_not_do() -> None:
    found = changed(Rule(lambda row: min(row["a"], row["b"]) - 2.5), {"a": 0, "b": 0, "c": 4}, GRID)
    assert {one.name: one.after for one in found.columns} == {"a": 3, "b": 3}


def test_only_what_may_change_changes() -> None:
    model = Rule(lambda row: row["a"] + row["b"] + row["c"] - 5.5)
    found = changed(model, {"a": 3, "b": 2, "c": 0}, GRID, may_change=("c",))
    assert [(one.name, one.after) for one in found.columns] == [("c", 1)]
    assert changed(model, {"a": 0, "b": 0, "c": 0}, GRID, may_change=("c",)).columns == ()


def test_what_no_change_reaches_is_said_and_what_is_answered_already_needs_none() -> None:
    never = changed(Rule(lambda _: -1.0), {"a": 0, "b": 0, "c": 0}, GRID)
    assert (never.answer, never.other, never.columns) == ("no", "", ())
    already = changed(Rule(lambda _: -1.0), {"a": 0, "b": 0, "c": 0}, GRID, label="no")
    assert (already.other, already.columns) == ("", ())


@pytest.mark.parametrize(
    "learning", [Linear(strength=1.0), Boosted(trees=30), Forest(trees=20)], ids=["linear", "boosted", "forest"]
)
def test_records_are_answered_otherwise_once_they_are_changed(learning: Estimator) -> None:
    """Two hundred of three models, each asked about the changed record alone; and no column is changed in vain."""
    prepared = prepared_for("bought")
    model = TableModel(fit(prepared, learning, seed=0), prepared.target)
    cells = (*prepared.test.inputs, *prepared.train.inputs)[:67]
    sizes = []
    for cell in cells:
        found = class_change(model, cell, prepared.train)
        own = json.loads(cell)
        assert found.columns, cell
        sizes.append(len(found.columns))
        whole = {**own, **{one.name: one.after for one in found.columns}}
        assert answered(model, own) == found.answer
        assert answered(model, whole) == found.other != found.answer
        for one in found.columns if len(found.columns) > 1 else ():
            assert answered(model, {**whole, one.name: one.before}) == found.answer
    assert len(cells) == 67
    assert max(sizes) <= MOST_COLUMNS
    assert np.mean(np.array(sizes) == 1) > 0.4


def answered(model: TableModel, row: dict[str, Any]) -> str:
    return str(prepared_for("bought").target.about["labels"][int(model.outputs([json.dumps(row)])[0].argmax())])


def test_what_cannot_be_asked_says_why() -> None:
    model = Rule(lambda row: row["a"])
    with pytest.raises(ConfigError, match="reads no column 'x'"):
        changed(model, {"a": 1}, GRID, may_change=("x",))
    with pytest.raises(ConfigError, match="knows no class 'maybe'"):
        changed(model, {"a": 1}, GRID, label="maybe")
    with pytest.raises(DatasetError, match="empty"):
        class_change(model, "", Part((), (), ()))
    prepared = prepared_for("spent")
    with pytest.raises(ConfigError, match="Only an answer that is a class"):
        class_change(
            TableModel(fit(prepared, Linear(strength=1.0), seed=0), prepared.target),
            prepared.test.inputs[0],
            prepared.train,
        )
