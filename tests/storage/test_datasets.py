"""Datasets are kept by content and come back as they were."""

from pathlib import Path

import pandas as pd
import pytest

from core.config import make_config
from core.data import Table, read_apart
from core.data.mends import Carried, MergeLabels
from core.errors import ConfigError, DatasetError, NotFound
from storage import Dataset, Store
from tests.core.pictures.made import png, zipped
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


@pytest.mark.parametrize("name", ["", " ", "\t\n", "\u3000"])
def test_a_name_of_blanks_alone_is_refused(store: Store, rows: Rows, name: str) -> None:
    with pytest.raises(ConfigError, match="needs a name"):
        store.datasets.add(rows, name=name, source="answers.csv")
    assert store.datasets.list() == []


def test_blanks_around_a_name_are_taken_off(store: Store, rows: Rows) -> None:
    assert store.datasets.add(rows, name=" answers ", source="answers.csv").name == "answers"


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


def mended(rows: Rows) -> Rows:
    return Rows(rows.frame.assign(label="other"), ("Gave 3 rows another label.",))


def test_a_mended_version_stands_beside_its_parent_and_knows_it(store: Store, dataset: Dataset, rows: Rows) -> None:
    version = store.datasets.add_version(dataset.id, mended(rows))
    assert version.parent_id == dataset.id
    assert version.name == "answers, mended"
    assert version.notes == ("Gave 3 rows another label.",)
    assert store.datasets.get(dataset.id) == dataset
    assert set(store.datasets.frame(version.id)["label"]) == {"other"}


def test_the_same_mending_twice_is_one_version(store: Store, dataset: Dataset, rows: Rows) -> None:
    assert store.datasets.add_version(dataset.id, mended(rows)) == store.datasets.add_version("answers", mended(rows))


def test_a_version_that_changes_nothing_is_refused(store: Store, dataset: Dataset, rows: Rows) -> None:
    with pytest.raises(DatasetError, match="Nothing is changed"):
        store.datasets.add_version(dataset.id, rows)


def test_a_version_keeps_the_story_but_never_stands_for_it(store: Store, rows: Rows) -> None:
    story = store.datasets.add(rows, name="story", source="x", scenario="finance-newsdesk")
    version = store.datasets.add_version(story.id, mended(rows))
    assert version.scenario == "finance-newsdesk"
    again = store.datasets.add(mended(rows), name="story", source="x", scenario="finance-newsdesk")
    assert again.id != version.id


def test_pictures_are_kept_with_their_rows_and_go_along_with_mended_ones(store: Store, tmp_path: Path) -> None:
    made = [png(seed) for seed in range(4)]
    path = zipped(tmp_path / "f.zip", {f"{'ab'[n % 2]}/{n}.png": one for n, one in enumerate(made)})
    table = read_apart(path, path.name)
    kept = store.datasets.add(table, name="pets", source="f.zip", original=path)
    assert kept.columns[:3] == ("picture", "file", "label")
    frame = store.datasets.frame("pets")
    assert list(store.datasets.head("pets", 2)["picture"]) == list(frame["picture"][:2])
    assert sorted(store.datasets.pictures("pets").each(frame["picture"])) == sorted(made)
    assert store.datasets.add(read_apart(path, path.name), name="pets", source="f.zip", original=path).id == kept.id
    mended = store.datasets.add_version("pets", Table(frame[1:].assign(label="b"), ()))
    rows = store.datasets.frame(mended.id)
    assert list(rows["picture"]) == list(frame["picture"][1:])
    assert store.datasets.pictures(mended.id).read(rows["picture"][0]) in made


def test_rows_without_pictures_have_none(store: Store) -> None:
    store.datasets.add(Table(pd.DataFrame({"text": ["a"]}), ()), name="texts", source="here")
    assert store.datasets.pictures("texts") is None


def test_a_version_knows_every_mend_since_its_rows_were_read(store: Store, dataset: Dataset, rows: Rows) -> None:
    assert dataset.history == ()
    join = MergeLabels(column="label", labels=("pos",), into="other")
    first = store.datasets.add_version(dataset.id, mended(rows), mends=[Carried(mend=join, note="Joined.")])
    assert first.history == ("Joined.",)
    assert Carried.model_validate(first.mends[0]).mend == join
    plain = store.datasets.add_version(dataset.id, Rows(rows.frame.head(2), ("Left out 1 row.",)))
    assert (plain.mends, plain.history) == ((), ("Left out 1 row.",))
    assert store.datasets.get(first.id) == first
    assert store.datasets.add_version(first.id, rows).name == "answers, mended (3)"
