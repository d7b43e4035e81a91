"""NumberAnswers come back from the disk as they went, and refuse what is not a number."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from core.answers import NumberAnswers
from core.errors import ModelError

PLAIN = NumberAnswers(("a", "b", "c"), np.array([1.0, 2.0, 3.0]), np.array([1.5, 2.0, 2.0]))
RANGED = NumberAnswers(PLAIN.row_ids, PLAIN.targets, PLAIN.values, PLAIN.values - 1, np.array([2.5, np.inf, 3.0]))


@pytest.mark.parametrize("answers", [PLAIN, RANGED], ids=["plain", "ranged"])
def test_what_was_written_is_read_again(tmp_path, answers):
    path = tmp_path / "new" / "answers.parquet"
    answers.write(path)
    back = NumberAnswers.read(path)
    assert back.row_ids == answers.row_ids
    for name in ("targets", "values", "low", "high"):
        np.testing.assert_array_equal(getattr(back, name), getattr(answers, name))
    assert (back.low is None) == (answers.low is None)


def test_the_file_says_its_kind_and_has_the_agreed_columns(tmp_path):
    RANGED.write(tmp_path / "a.parquet")
    schema = pq.read_schema(tmp_path / "a.parquet")
    assert schema.names == ["row_id", "target", "answer", "low", "high"]
    assert schema.metadata[b"kind"] == b"number"


def test_answers_of_another_kind_are_refused(tmp_path):
    PLAIN.write(tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet").replace_schema_metadata({b"kind": b"text"})
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(ModelError, match="'text', expected 'number'"):
        NumberAnswers.read(tmp_path / "a.parquet")


def test_rows_are_taken_by_place():
    taken = RANGED.take(np.array([2, 0]))
    assert taken.row_ids == ("c", "a")
    assert taken.errors.tolist() == [-1.0, 0.5]
    assert taken.high.tolist() == [3.0, 2.5]
    assert PLAIN.take(np.array([], int)).low is None


def test_answers_that_are_alike_are_as_far_from_others_as_the_targets_allow():
    """A model that learned nothing says about the same of every row: that is no reason to doubt its bundle."""
    alike = NumberAnswers(("a", "b"), np.array([4e5, 6e5]), np.array([5e5, 5e5 + 1e-3]))
    assert alike.distance(NumberAnswers(("a", "b"), alike.targets, alike.values + 0.05)) == pytest.approx(5e-7)
    one = NumberAnswers(("a",), np.array([900.0]), np.array([880.0]))
    assert one.distance(NumberAnswers(("a",), np.array([900.0]), np.array([880.88]))) == pytest.approx(1e-3)


def test_no_rows_are_no_obstacle(tmp_path):
    PLAIN.take(np.array([], int)).write(tmp_path / "none.parquet")
    assert len(NumberAnswers.read(tmp_path / "none.parquet")) == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"values": np.array([1.0, np.nan, np.inf])}, "2 of 3 numbers in 'values' are not finite"),
        ({"targets": np.array([1.0])}, "3 rows, and 'targets'"),
        ({"low": np.zeros(3)}, "only one of the two"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(changes, words):
    told = {"row_ids": PLAIN.row_ids, "targets": PLAIN.targets, "values": PLAIN.values, **changes}
    with pytest.raises(ModelError, match=words):
        NumberAnswers(**told)
