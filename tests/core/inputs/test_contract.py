"""What every kind of input promises: one suite over those of all tasks."""

import pandas as pd
import pytest

from core.config import Preparation, Split
from core.data.checks.findings import ORDER, Finding
from core.data.checks.looked import Looked
from core.errors import ConfigError, DatasetError
from core.inputs.base import Inputs
from core.tasks import TASKS, Task
from tests.core.kinds import InputExample, config_of, frame_of, inputs

KINDS = {task.inputs.name: task for task in TASKS.values()}
SPLITS = {"random": Split(), "given": Split(by="given", column="part"), "group": Split(by="group", column="part")}


@pytest.fixture(params=KINDS.values(), ids=KINDS.keys())
def task(request: pytest.FixtureRequest) -> Task:
    """A task that reads this kind."""
    found: Task = request.param
    return found


@pytest.fixture
def kind(task: Task) -> Inputs:
    return task.inputs


@pytest.fixture
def example(task: Task) -> InputExample:
    return inputs()[task.inputs.name]


def keys_of(kind: Inputs, example: InputExample, cells: list[str]) -> list[str]:
    found = kind.keys(pd.Series(cells, dtype=object), example.frame("row", cells))
    return list(found)


def test_every_kind_has_an_example() -> None:
    assert set(inputs()) >= set(KINDS)


def test_its_columns_are_a_setting(task: Task, example: InputExample) -> None:
    config = config_of(task)
    assert task.column in task.settings.model_fields
    assert config.task.model_dump()[task.column] == example.named("row")
    columns = task.inputs.columns(config.task)
    assert columns == (tuple(example.columns) if example.columns else ("row",))
    assert set(columns) <= set(frame_of(task))
    assert list(task.inputs.cells(frame_of(task), config.task)) == list(example.cells)
    assert task.inputs.noun == task.inputs.noun.lower()


def test_a_row_of_a_request_says_what_its_cell_says(task: Task, example: InputExample) -> None:
    settings = config_of(task).task
    for cell in example.cells[:9]:
        row = task.inputs.row(cell, settings)
        assert set(row) == set(task.inputs.columns(settings))
        assert task.inputs.sent({**row, "another": 1}, settings) == cell
    with pytest.raises(ConfigError, match="the model reads"):
        task.inputs.sent({"another": 1}, settings)


def test_what_is_missing_is_said(task: Task) -> None:
    config = config_of(task)
    with pytest.raises(DatasetError, match="is not in this dataset"):
        task.inputs.cells(frame_of(task).drop(columns=list(task.inputs.columns(config.task))[:1]), config.task)


def test_what_is_different_has_keys_of_its_own_and_the_same_ones_again(kind: Inputs, example: InputExample) -> None:
    cells = list(example.cells)
    found = keys_of(kind, example, cells)
    assert len(set(found)) == len(cells)
    assert keys_of(kind, example, cells) == found
    assert all(isinstance(one, str) and one for one in found)


def test_what_is_equal_to_a_reader_shares_a_key(kind: Inputs, example: InputExample) -> None:
    cells = [*example.twins, *example.twins.values(), *example.cells[-3:]]
    found, some = keys_of(kind, example, cells), len(example.twins)
    assert found[:some] == found[some : 2 * some]
    assert len(set(found)) == some + 3


def test_rows_that_were_left_out_change_no_other_rows_key(kind: Inputs, example: InputExample) -> None:
    cells = list(example.cells[:9])
    whole = pd.Series(keys_of(kind, example, cells), dtype=object)
    some = pd.Series(cells, dtype=object)[[1, 4, 7]]
    pd.testing.assert_series_equal(kind.keys(some, example.frame("row", cells)), whole[[1, 4, 7]], check_names=False)


def test_tidying_twice_changes_nothing_more_and_no_key(kind: Inputs, example: InputExample) -> None:
    assert set(kind.tidying) <= set(Preparation.model_fields)
    cells = [*example.cells, *example.twins, *example.twins.values()]
    tidied = list(cells)
    for work in kind.tidying.values():
        tidied = [work(cell) for cell in tidied]
        assert [work(cell) for cell in tidied] == tidied
    some = pd.Series(tidied, dtype=object)
    assert list(kind.keys(some, example.frame("row", cells))) == keys_of(kind, example, cells)


def test_only_what_cannot_be_read_is_blank(kind: Inputs, example: InputExample) -> None:
    cells = pd.Series([*example.cells, *example.blanks], index=range(5, 5 + len(example.cells) + len(example.blanks)))
    found = kind.is_blank(cells)
    assert found.index.equals(cells.index)
    assert found.tolist() == [False] * len(example.cells) + [True] * len(example.blanks)


def looked(task: Task, frame: pd.DataFrame, split: Split | None = None) -> Looked:
    config = config_of(task).model_copy(update={"split": split or Split()})
    return Looked(frame.reset_index(drop=True), config, task.inputs, task.targets)


def findings(task: Task, frame: pd.DataFrame, split: Split | None = None) -> list[Finding]:
    return [finding for ask in task.inputs.checks for finding in ask(looked(task, frame, split))]


def test_nothing_is_wrong_with_good_rows(task: Task) -> None:
    assert [one.code for one in findings(task, frame_of(task)) if one.severity == "error"] == []


def test_where_there_is_nothing_to_read_that_is_an_error(task: Task, example: InputExample) -> None:
    blank = example.frame("row", [example.blanks[0]] * 20).assign(said=["a", "b"] * 10)
    assert "error" in {one.severity for one in findings(task, blank)}


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("rows", [1, 2, 60])
def test_checks_say_what_they_find_in_sentences_whatever_the_rows_are(
    task: Task, example: InputExample, rows: int, split: str
) -> None:
    cells = [*example.blanks[:1], *example.twins.values(), *example.twins, *example.cells][:rows]
    parts = [("train", "test")[n % 2] for n in range(rows)]
    for said in (["a"] * rows, [None] * rows, [str(n) for n in range(rows)]):
        frame = example.frame("row", cells).assign(said=said, part=parts)
        for one in findings(task, frame, SPLITS[split]):
            assert one.severity in ORDER
            assert one.message.endswith((".", "?"))
            assert one.code == one.code.lower()
