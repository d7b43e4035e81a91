"""What every kind of target promises: one suite over those of all tasks."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from transformers import BertConfig

from core.answers import NumberAnswers
from core.config import Preparation, RunConfig
from core.data import Part
from core.data.checks.findings import ORDER
from core.data.checks.looked import Looked
from core.errors import DatasetError
from core.evaluation.conformal import PredictionIntervals
from core.targets import Target, Targets
from core.tasks import TASKS, Task
from core.training.linear import Labelled
from tests.core.kinds import GROUPS, TARGETS, TargetExample, config_of, frame_of

KINDS = {task.targets.name: task for task in TASKS.values()}
TRIED = [(name, settings) for name in KINDS for settings in (TARGETS[name].settings if name in TARGETS else ())]


@pytest.fixture(params=KINDS.values(), ids=KINDS.keys())
def task(request: pytest.FixtureRequest) -> Task:
    """A task that learns this kind."""
    found: Task = request.param
    return found


@pytest.fixture
def kind(task: Task) -> Targets:
    return task.targets


@pytest.fixture
def example(task: Task) -> TargetExample:
    return TARGETS[task.targets.name]


@pytest.fixture
def cells(kind: Targets, example: TargetExample) -> pd.Series:
    return kind.read(pd.Series(example.cells))[0]


def parts_of(cells: pd.Series) -> pd.Series:
    """Train, train, validation, test, in turn."""
    return pd.Series([("train", "train", "validation", "test")[n % 4] for n in range(len(cells))], index=cells.index)


def fitted(kind: Targets, cells: pd.Series) -> Target:
    parts = parts_of(cells)
    return kind.fit(cells, parts, cells[parts == "train"])


@pytest.fixture
def target(kind: Targets, cells: pd.Series) -> Target:
    return fitted(kind, cells)


@pytest.fixture
def encoded(target: Target, cells: pd.Series) -> np.ndarray:
    return target.encode(tuple(cells))


def part(cells: pd.Series) -> Part:
    ids = tuple(f"r{n}" for n in range(len(cells)))
    return Part(ids, ids, tuple(cells))


def test_every_kind_has_an_example() -> None:
    assert set(TARGETS) >= set(KINDS)


def test_what_cannot_be_a_target_is_blank_and_what_was_read_is_read_again_as_it_is(
    kind: Targets, example: TargetExample
) -> None:
    column = pd.Series([*example.cells, *example.unreadable], dtype=object)
    found, notes = kind.read(column)
    assert found.index.equals(column.index)
    assert all(isinstance(cell, str) for cell in found)
    assert [bool(cell.strip()) for cell in found] == [True] * len(example.cells) + [False] * len(example.unreadable)
    assert all(note.endswith(".") for note in notes)
    assert list(kind.read(found)[0]) == list(found)
    assert kind.lacking == kind.lacking.lower()


def test_tidying_twice_changes_nothing_more(kind: Targets, cells: pd.Series) -> None:
    assert set(kind.tidying) <= set(Preparation.model_fields)
    for work in kind.tidying.values():
        tidied = [work(cell) for cell in cells]
        assert [work(cell) for cell in tidied] == tidied


def test_every_row_has_a_stratum_and_a_group_to_be_drawn_from(kind: Targets, cells: pd.Series) -> None:
    for groups in (kind.strata(cells), kind.drawn_by(cells)):
        assert groups.index.equals(cells.index)
        assert groups.notna().all()
        assert groups.nunique() <= len(cells) / 2
    some = cells[::7]
    assert kind.strata(some).index.equals(some.index)
    assert list(kind.strata(cells)) == list(kind.strata(cells))


def test_a_target_says_what_there_is_to_learn(target: Target, kind: Targets, cells: pd.Series) -> None:
    assert target.kind == kind.name
    assert not target.words.endswith(".")
    assert BertConfig(**target.network).num_labels == target.size
    assert json.loads(json.dumps(target.about)) == target.about
    assert target == fitted(kind, cells)
    assert all(remark.endswith(".") for remark in kind.remarks(cells, parts_of(cells)))


def test_every_target_that_was_learnt_may_choose(kind: Targets, cells: pd.Series) -> None:
    parts = parts_of(cells)
    may = kind.chooses(cells, parts)
    assert may.index.equals(cells.index)
    assert may[cells.isin(cells[parts == "train"])].all()


def test_where_all_targets_are_alike_there_is_nothing_to_learn(kind: Targets, cells: pd.Series) -> None:
    with pytest.raises(DatasetError):
        fitted(kind, pd.Series([cells.iloc[0]] * 12, dtype=object))
    with pytest.raises(DatasetError):
        kind.fit(cells, pd.Series("test", index=cells.index), cells[:0])


def test_a_row_is_encoded_alike_alone_and_among_others(target: Target, cells: pd.Series, encoded: np.ndarray) -> None:
    assert encoded.shape == (len(cells),)
    assert encoded.dtype in (np.int64, np.float32)
    np.testing.assert_array_equal([target.encode((cell,))[0] for cell in cells], encoded)
    assert len(target.encode(())) == 0


@pytest.mark.parametrize(("name", "settings"), TRIED, ids=str)
def test_the_loss_falls_with_better_outputs_and_can_be_differentiated(name: str, settings: Mapping[str, Any]) -> None:
    config, target, encoded = lesson(name, settings)
    loss, wanted = target.loss(config, encoded), torch.from_numpy(encoded)
    right, wrong = (torch.from_numpy(TARGETS[name].outputs(encoded, target.size, so)) for so in (True, False))
    blank = torch.zeros_like(right, requires_grad=True)
    assert loss(right, wanted) < loss(blank, wanted) < loss(wrong, wanted)
    loss(blank, wanted).backward()
    assert blank.grad is not None
    assert torch.isfinite(blank.grad).all()
    with torch.no_grad():
        assert loss(blank - 0.01 * blank.grad, wanted) < loss(blank, wanted)


@pytest.mark.parametrize(("name", "settings"), TRIED, ids=str)
def test_the_loss_is_the_mean_of_its_parts_weighed_as_it_says(name: str, settings: Mapping[str, Any]) -> None:
    config, target, encoded = lesson(name, settings)
    loss, weigh = target.loss(config, encoded), target.weigh(config, encoded)
    outputs = np.random.default_rng(0).normal(size=(len(encoded), target.size)).astype(np.float32)
    losses, weights = [], []
    for rows in (np.arange(0, 7), np.arange(7, 30), np.arange(30, len(encoded))):
        losses.append(float(loss(torch.from_numpy(outputs[rows]), torch.from_numpy(encoded[rows]))))
        weights.append(weigh(encoded[rows]))
    assert sum(weights) == pytest.approx(weigh(encoded))
    whole = float(loss(torch.from_numpy(outputs), torch.from_numpy(encoded)))
    assert np.average(losses, weights=weights) == pytest.approx(whole, rel=1e-5)


def lesson(name: str, settings: Mapping[str, Any]) -> tuple[RunConfig, Target, np.ndarray]:
    """Settings, a target whose groups have unlike many rows, and its encoded rows."""
    cells = KINDS[name].targets.read(pd.Series(TARGETS[name].cells))[0]
    uneven = cells[[n % GROUPS == 0 or n < 30 for n in range(len(cells))]].reset_index(drop=True)
    target = fitted(KINDS[name].targets, uneven)
    return config_of(KINDS[name], **settings), target, target.encode(tuple(uneven))


def test_what_is_measured_while_learning_is_best_for_right_outputs(
    target: Target, example: TargetExample, encoded: np.ndarray
) -> None:
    right, wrong = (target.measure(example.outputs(encoded, target.size, so), encoded) for so in (True, False))
    assert set(right) == set(wrong) > {"loss"}
    assert np.isfinite(list(right.values())).all()
    assert right["loss"] < wrong["loss"]
    assert target.quality(right) > target.quality(wrong)


@pytest.mark.parametrize("with_bias", [True, False])
def test_a_settled_network_answers_as_the_one_that_learned_and_so_does_an_opened_one(
    target: Target, kind: Targets, cells: pd.Series, with_bias: bool
) -> None:
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.Linear(8, target.size, bias=with_bias))
    rows, asked = torch.randn(len(cells), 5), part(cells)
    own = target if with_bias else target.without_offset()
    before = own.decode(outputs(network, rows), asked)
    settled = own.settle(network)
    after = settled.decode(outputs(network, rows), asked)
    opened = kind.opened(json.loads(json.dumps({**settled.about, "config": {}})))
    assert after.distance(before) < 1e-5
    assert opened.decode(outputs(network, rows), asked).distance(after) == 0.0
    assert opened.size == target.size
    assert after.row_ids == asked.row_ids


def outputs(network: torch.nn.Module, rows: torch.Tensor) -> np.ndarray:
    with torch.inference_mode():
        found: np.ndarray = network(rows).numpy()
    return found


def test_right_outputs_are_decoded_as_the_targets_themselves(
    target: Target, example: TargetExample, cells: pd.Series, encoded: np.ndarray
) -> None:
    answers = target.decode(example.outputs(encoded, target.size, True), part(cells))
    assert answers.kind == target.kind
    if isinstance(answers.targets, np.ndarray):
        np.testing.assert_allclose(answers.answers, answers.targets, atol=1e-6 * float(np.ptp(answers.targets)))
    else:
        assert list(answers.answers) == list(answers.targets)
    assert len(target.decode(np.zeros((0, target.size), np.float32), part(cells[:0])).row_ids) == 0


def test_rows_of_unknown_target_are_answered_too(target: Target) -> None:
    asked = Part(("1", "2"), ("x", "y"), ("", ""))
    assert target.decode(np.zeros((2, target.size), np.float32), asked).row_ids == ("1", "2")


def test_ranges_change_no_answer(target: Target, example: TargetExample, cells: pd.Series, encoded: np.ndarray) -> None:
    blur = np.random.default_rng(0).normal(0, 0.1, (len(cells), target.size))
    answers = target.decode((example.outputs(encoded, target.size, True) + blur).astype(np.float32), part(cells))
    choosing = answers.take(np.arange(0, len(cells), 2))
    assert target.ranged(answers, None) is answers
    ranged = target.ranged(answers, choosing)
    assert ranged.row_ids == answers.row_ids
    assert ranged.distance(answers) == 0.0
    assert target.about_intervals(None) == {}
    kept = json.loads(json.dumps(target.about_intervals(choosing)))
    if isinstance(ranged, NumberAnswers):
        low, high = PredictionIntervals.model_validate(kept["ranges"]).around(answers.values)
        np.testing.assert_allclose((low, high), (ranged.low, ranged.high))
    else:
        assert kept == {}


@pytest.mark.parametrize("with_bias", [True, False])
@pytest.mark.parametrize("validated", [True, False])
def test_a_head_is_fitted_that_is_better_than_none(
    task: Task, target: Target, encoded: np.ndarray, with_bias: bool, validated: bool
) -> None:
    own = target if with_bias else target.without_offset()
    encoded = own.encode(tuple(task.targets.read(pd.Series(TARGETS[task.targets.name].cells))[0]))
    chance = np.random.default_rng(0)
    vectors = np.eye(GROUPS)[np.arange(len(encoded)) % GROUPS] + chance.normal(0, 0.05, (len(encoded), GROUPS))
    train, rest = (Labelled(vectors[some].astype(np.float32), encoded[some]) for some in (slice(40), slice(40, None)))
    heard: list[dict[str, float]] = []
    head = own.fit_head(
        config_of(task), train, rest if validated else None, with_bias=with_bias, seed=0, tell=heard.append
    )
    assert (head.weight.shape, head.bias.shape) == ((own.size, GROUPS), (own.size,))
    assert head.weight.dtype == np.float32
    if not with_bias:
        assert not head.bias.any()
    fitted_outputs = rest.vectors @ head.weight.T + head.bias
    blank = np.zeros_like(fitted_outputs)
    assert own.quality(own.measure(fitted_outputs, rest.targets)) > own.quality(own.measure(blank, rest.targets))
    assert all(set(one) <= set(own.measure(blank, rest.targets)) for one in heard)


@pytest.mark.parametrize("said", ["good", "blank", "alike", "ids", "numbers"])
def test_checks_say_what_they_find_in_sentences_whatever_the_rows_are(task: Task, said: str) -> None:
    frame = frame_of(task)
    cells = {
        "good": list(frame["said"]),
        "blank": [None] * len(frame),
        "alike": ["7"] * len(frame),
        "ids": [f"id-{n}" for n in range(len(frame))],
        "numbers": list(range(len(frame))),
    }[said]
    looked = Looked(frame.assign(said=cells), config_of(task), task.inputs, task.targets)
    found = [finding for ask in task.targets.checks for finding in ask(looked)]
    assert all(one.severity in ORDER and one.message.endswith((".", "?")) for one in found)
    if said in ("good", "blank", "alike"):
        assert ("error" in {one.severity for one in found}) == (said != "good")
