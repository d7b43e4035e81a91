"""Datasets are kept by content and come back as they were."""

from pathlib import Path

import pandas as pd
import pytest

from core.config import make_config
from core.errors import DatasetError, NotFound
from storage import Dataset, Store
from tests.storage.conftest import Rows


def test_rows_come_back_as_they_were(store: Store, dataset: Dataset, rows: Rows) -> None:
    pd.testing.assert_frame_equal(store.datasets.frame(dataset.id), rows.frame, check_dtype=False)
    assert dataset.columns == ("text", "label")
    assert dataset.notes == ("Read as CSV.",)


def test_a_dataset_is_found_by_its_name_too(store: Store, dataset: Dataset) -> None:
    assert store.datasets.get("answers") == dataset


def test_an_unknown_name_gets_a_suggestion(store: Store, dataset: Dataset) -> None:
    with pytest.raises(NotFound, match="Did you mean 'answers'"):
        store.datasets.get("answer")


def test_the_same_rows_under_the_same_name_are_one_dataset(store: Store, dataset: Dataset, rows: Rows) -> None:
    again = store.datasets.add(rows, name="answers", source="answers.csv")
    assert again == dataset
    assert len(store.datasets.list()) == 1


def test_other_rows_under_a_taken_name_get_a_number(store: Store, dataset: Dataset, rows: Rows) -> None:
    other = store.datasets.add(Rows(rows.frame.head(2)), name="answers", source="answers.csv")
    assert other.name == "answers (2)"
    assert store.datasets.get("answers") == dataset


def test_head_reads_only_the_first_rows(store: Store, dataset: Dataset) -> None:
    assert list(store.datasets.head(dataset.id, 2)["text"]) == ["good", "bad"]


def test_a_column_of_mixed_types_is_kept_as_text(store: Store) -> None:
    mixed = Rows(pd.DataFrame({"a": [1, "two", 3.5]}, dtype=object))
    kept = store.datasets.add(mixed, name="mixed", source="x")
    assert list(store.datasets.frame(kept.id)["a"]) == ["1", "two", "3.5"]


def test_the_uploaded_file_is_kept_byte_for_byte(store: Store, rows: Rows, tmp_path: Path) -> None:
    original = tmp_path / "a.csv"
    original.write_bytes(b"text,label\nx,y\n")
    store.datasets.add(rows, name="a", source="a.csv", original=original)
    kept = [path.read_bytes() for path in (store.home / "files").rglob("*") if path.is_file()]
    assert original.read_bytes() in kept


def test_a_dataset_that_runs_need_stays(store: Store, dataset: Dataset) -> None:
    store.runs.queue(make_config(dataset=dataset.id), "one")
    with pytest.raises(DatasetError, match="1 run needs the dataset 'answers'"):
        store.datasets.delete(dataset.id)
    assert store.datasets.list() == [dataset]


def test_a_deleted_dataset_leaves_no_file_unless_another_uses_it(store: Store, dataset: Dataset, rows: Rows) -> None:
    twin = store.datasets.add(rows, name="twin", source="b.csv")
    store.datasets.delete(dataset.id)
    assert len(store.datasets.frame(twin.id)) == 3
    store.datasets.delete(twin.id)
    assert not [path for path in (store.home / "files").rglob("*") if path.is_file()]
