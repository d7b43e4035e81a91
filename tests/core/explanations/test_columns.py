"""Shapley values of a record's columns: against their definition, closed forms, and every kind of model for tables."""

import itertools
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.config import Boosted, Estimator, Forest, Linear
from core.data import Part
from core.errors import ConfigError, DatasetError
from core.estimators.fit import fit
from core.explanations.records import RecordExplanation
from core.explanations.table.explain import explain_record
from core.learners.estimator import TableModel
from tests.core.estimators.made import prepared_for

LEARNINGS: dict[str, Estimator] = {
    "linear": Linear(strength=1.0),
    "boosted": Boosted(trees=30),
    "forest": Forest(trees=20),
}


@dataclass
class Formula:
    """A number by a formula of a record's columns."""

    of: Callable[[dict[str, Any]], float]
    asked: list[int] = field(default_factory=list)
    target: Any = field(default_factory=lambda: SimpleNamespace(kind="number"))

    def outputs(self, inputs: Sequence[str]) -> np.ndarray:
        self.asked.append(len(inputs))
        return np.array([[self.of(json.loads(cell))] for cell in inputs])


def rows(cells: Sequence[dict[str, Any]]) -> Part:
    return Part(
        inputs=tuple(json.dumps(one) for one in cells),
        targets=("0",) * len(cells),
        row_ids=tuple(str(number) for number in range(len(cells))),
    )


def drawn(columns: int, number: int, seed: int = 0) -> list[dict[str, Any]]:
    table = np.random.default_rng(seed).normal(size=(number, columns))
    return [{f"c{place}": float(value) for place, value in enumerate(line)} for line in table]


def tangled(row: dict[str, Any]) -> float:
    values = list(row.values())
    pairs = sum(one * other for one, other in itertools.pairwise(values))
    return float(pairs + max(values) + 2 * values[0] + math.sin(3 * values[-1]))


def by_definition(
    of: Callable[[dict[str, Any]], float], own: dict[str, Any], others: list[dict[str, Any]]
) -> list[float]:
    """Shapley's own formula: what a column adds to each subset of the others, weighted."""
    names = list(own)

    @cache
    def worth(subset: frozenset[str]) -> float:
        return float(
            np.mean([of({name: (own if name in subset else other)[name] for name in names}) for other in others])
        )

    found = []
    for name in names:
        rest = [one for one in names if one != name]
        total = 0.0
        for size in range(len(names)):
            weight = math.factorial(size) * math.factorial(len(names) - size - 1) / math.factorial(len(names))
            for some in itertools.combinations(rest, size):
                total += weight * (worth(frozenset({*some, name})) - worth(frozenset(some)))
        found.append(total)
    return found


def explained(model: Any, own: dict[str, Any], others: Sequence[dict[str, Any]], **how: Any) -> RecordExplanation:
    return explain_record(model, json.dumps(own), rows(others), **how)


@pytest.mark.parametrize("columns", [1, 2, 5, 8])
def test_few_columns_have_the_very_values_of_the_definition(columns: int) -> None:
    own, *others = drawn(columns, 31)
    found = explained(Formula(tangled), own, others)
    assert [one.push for one in found.columns] == pytest.approx(by_definition(tangled, own, others), abs=1e-9)
    assert found.references == 30


def test_many_columns_have_values_near_the_definition_that_add_up_exactly() -> None:
    own, *others = drawn(11, 61)
    model = Formula(tangled)
    found = explained(model, own, others)
    right = by_definition(tangled, own, others)
    pushes = np.array([one.push for one in found.columns])
    assert pushes.sum() == pytest.approx(tangled(own) - np.mean([tangled(one) for one in others]), abs=1e-9)
    assert found.error < 1e-9
    assert np.abs(pushes - right).max() < 0.15 * np.abs(right).max()
    assert sum(model.asked) < 60_000


def test_a_column_that_the_model_does_not_read_has_no_push_and_equal_ones_have_equal_pushes() -> None:
    own = {"a": 2.0, "b": 2.0, "idle": 7.0}
    found = explained(Formula(lambda row: row["a"] * row["b"]), own, [{"a": 0.0, "b": 0.0, "idle": 1.0}] * 3)
    assert [one.push for one in found.columns] == pytest.approx([2.0, 2.0, 0.0])
    assert found.columns[2].low == found.columns[2].high == 0


def test_the_interval_is_that_of_the_mean_over_reference_rows() -> None:
    own, *others = drawn(3, 41)
    found = explained(Formula(lambda row: 5 * row["c0"]), own, others)
    gains = np.array([5 * (own["c0"] - one["c0"]) for one in others])
    margin = 2.0227 * gains.std(ddof=1) / math.sqrt(40)  # Student's t with 39 degrees of freedom, from a table
    first = found.columns[0]
    assert first.push == pytest.approx(gains.mean())
    assert (first.low, first.high) == pytest.approx((gains.mean() - margin, gains.mean() + margin), abs=1e-4)


@pytest.mark.parametrize("method", LEARNINGS)
@pytest.mark.parametrize("target", ["bought", "spent"])
def test_pushes_of_every_estimator_add_up_to_its_answer(target: str, method: str) -> None:
    prepared = prepared_for(target)
    fitted = fit(prepared, LEARNINGS[method], seed=0)
    model = TableModel(fitted, prepared.target)
    for cell in prepared.test.inputs[:3]:
        found = explain_record(model, cell, prepared.train)
        assert sum(one.push for one in found.columns) == pytest.approx(found.difference, abs=1e-6)
        assert [one.name for one in found.columns] == ["age", "income", "town", "member", "since"]
        answer = fitted.outputs([cell], prepared.target)[0]
        if target == "spent":
            assert found.value == pytest.approx(answer[0])
            assert (found.label, found.kind) == ("", "number")
        else:
            assert found.value == pytest.approx(answer.max(), abs=1e-5)
            assert found.label == found.answer == prepared.target.about["labels"][int(answer.argmax())]


def test_pushes_of_a_linear_model_are_what_each_column_alone_changes() -> None:
    """A sum of columns: the value of one is the mean of what changes where it alone is another row's."""
    prepared = prepared_for("spent")
    model = TableModel(fit(prepared, Linear(strength=1.0), seed=0), prepared.target)
    train = prepared.train.take(np.arange(60))
    cell = prepared.test.inputs[0]
    own = json.loads(cell)
    found = explain_record(model, cell, train)
    for one in found.columns:
        swapped = [json.dumps({**own, one.name: json.loads(other)[one.name]}) for other in train.inputs]
        alone = model.outputs([cell])[0, 0] - model.outputs(swapped)[:, 0].mean()
        assert one.push == pytest.approx(alone, abs=1e-9)


def test_what_speaks_for_another_class_speaks_against_the_answer_of_two() -> None:
    prepared = prepared_for("bought")
    model = TableModel(fit(prepared, Boosted(trees=30), seed=0), prepared.target)
    cell = prepared.test.inputs[1]
    yes, no = (explain_record(model, cell, prepared.train, label=label) for label in ("yes", "no"))
    assert [one.push for one in yes.columns] == pytest.approx([-one.push for one in no.columns])
    assert yes.value + no.value == pytest.approx(1)
    assert yes.blank + no.blank == pytest.approx(1)


def test_leaving_out_what_is_strongest_moves_the_answer_more_than_leaving_out_any() -> None:
    own, *others = drawn(10, 51)
    own = {**own, "c3": 3.0}
    found = explained(Formula(lambda row: 10 * row["c3"] + row["c1"]), own, others)
    assert found.check is not None
    assert found.check.words == 2
    assert found.check.without_top < found.check.without_random - 5


def test_a_record_of_few_columns_has_no_test_of_leaving_some_out() -> None:
    own, *others = drawn(4, 11)
    assert explained(Formula(tangled), own, others).check is None


def test_progress_is_told_and_ends_at_the_whole() -> None:
    own, *others = drawn(9, 101)
    heard: list[tuple[int, int]] = []
    explained(Formula(tangled), own, others, watch=lambda done, total: heard.append((done, total)))
    assert len(heard) > 3
    assert heard[-1][0] == heard[-1][1]


def test_an_impossible_class_of_trees_has_pushes_that_end() -> None:
    prepared = prepared_for("bought")
    model = TableModel(fit(prepared, Forest(trees=1, leaf_rows=1), seed=0), prepared.target)
    found = explain_record(model, prepared.test.inputs[0], prepared.train)
    assert all(math.isfinite(one.push) for one in found.columns)


def test_what_cannot_be_explained_says_why() -> None:
    own, *others = drawn(2, 3)
    model = Formula(tangled)
    with pytest.raises(DatasetError, match="empty"):
        explain_record(model, "", rows(others))
    with pytest.raises(DatasetError, match="no rows to compare"):
        explained(model, own, [])
    with pytest.raises(ConfigError, match="There are: shap"):
        explained(model, own, others, method="shape")
