"""What answers of every kind promise: one suite over all that are known."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from core.answers import Answers, read_answers
from core.answers.base import KIND
from core.answers.stored import KINDS
from core.errors import ModelError
from core.evaluation import YARDSTICKS
from core.tasks import TASKS
from tests.core.kinds import ANSWERS


@pytest.fixture(params=KINDS)
def answers(request: pytest.FixtureRequest) -> Answers:
    return ANSWERS[request.param].mostly(40)


def test_every_kind_has_an_example_and_a_yardstick() -> None:
    assert set(ANSWERS) >= set(KINDS) == set(YARDSTICKS) >= {task.targets.name for task in TASKS.values()}
    assert all(kind.kind == name for name, kind in KINDS.items())


def test_there_is_one_entry_a_row(answers: Answers) -> None:
    assert len(answers.row_ids) == len(answers.targets) == len(answers.answers) == 40


def test_rows_are_taken_in_the_order_asked_for(answers: Answers) -> None:
    some = answers.take([7, 0, 39])
    assert some.row_ids == ("r7", "r0", "r39")
    assert list(some.targets) == [answers.targets[i] for i in (7, 0, 39)]
    assert list(some.answers) == [answers.answers[i] for i in (7, 0, 39)]
    assert some.take(np.array([2, 1])).row_ids == ("r39", "r0")
    assert len(answers.take([]).row_ids) == len(answers.take([]).answers) == 0


def test_distance_is_nothing_to_the_same_and_something_to_others(answers: Answers) -> None:
    others = ANSWERS[answers.kind].right(40)
    assert answers.distance(answers) == 0.0
    assert answers.distance(others) > 0.01
    assert answers.take([]).distance(others.take([])) == 0.0


def test_what_is_written_is_read_again_whatever_its_kind(answers: Answers, tmp_path: Path) -> None:
    for name, some in (("all", answers), ("none", answers.take([]))):
        path = tmp_path / "deeper" / f"{name}.parquet"
        some.write(path)
        assert pq.read_schema(path).metadata[KIND].decode() == answers.kind
        again = read_answers(path)
        assert type(again) is type(answers)
        assert (again.row_ids, list(again.targets), list(again.answers)) == (
            some.row_ids,
            list(some.targets),
            list(some.answers),
        )
        assert again.distance(some) == 0.0


def test_a_kind_that_nobody_knows_is_refused_in_a_sentence(answers: Answers, tmp_path: Path) -> None:
    answers.write(tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet").replace_schema_metadata({KIND: b"melody"})
    pq.write_table(table, tmp_path / "b.parquet")
    with pytest.raises(ModelError, match="of the kind 'melody'"):
        read_answers(tmp_path / "b.parquet")
