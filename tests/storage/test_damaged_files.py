"""A damaged or missing file of a dataset is found on its first reading, said with the remedy, and named by health."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.config import make_config
from core.data import Table
from core.errors import DatasetError, NotFound
from storage import Dataset, Store
from storage.backup import back_up, restore
from storage.places import FILES_URL
from tests.worker.conftest import ended, sixty_rows, supervised


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "home")


@pytest.fixture
def dataset(store: Store) -> Dataset:
    return store.datasets.add(Table(sixty_rows()), name="desks", source="desks.csv")


def flipped(place: Path) -> None:
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.write_bytes(content)


def emptied(place: Path) -> None:
    place.write_bytes(b"")


HARMS: dict[str, Callable[[Path], None]] = {"damaged": flipped, "missing": Path.unlink}


@pytest.mark.parametrize("harm", [flipped, emptied, Path.unlink])
def test_a_damaged_or_missing_file_is_said_with_the_remedy(
    store: Store, dataset: Dataset, harm: Callable[[Path], None]
) -> None:
    assert len(store.datasets.frame(dataset.id)) == 60
    harm(store.datasets.files.place(dataset.sha256))
    for read in (store.datasets.frame, store.datasets.head, store.datasets.path, store.datasets.pictures):
        with pytest.raises(DatasetError, match=r"The file of the dataset 'desks' is (damaged|missing)") as error:
            read(dataset.id)
        assert "Bring the same file again" in error.value.hint
    again = store.datasets.add(Table(sixty_rows()), name="desks", source="desks.csv")
    assert again.id == dataset.id
    assert len(store.datasets.frame(dataset.id)) == 60


def test_a_damaged_file_stays_until_a_whole_one_has_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FILES_URL, f"file://{tmp_path}/place")
    store = Store.open(tmp_path / "home")
    dataset = store.datasets.add(Table(sixty_rows()), name="desks", source="desks.csv")
    here = store.datasets.files.place(dataset.sha256)
    there = [path for path in (tmp_path / "place").rglob(dataset.sha256) if path.is_file()]
    aside = [path.rename(path.with_suffix(".aside")) for path in there]
    assert aside
    flipped(here)
    with pytest.raises(NotFound):
        store.datasets.path(dataset.id)
    assert here.is_file()
    for path in aside:
        path.rename(path.with_suffix(""))
    assert len(store.datasets.frame(dataset.id)) == 60


def test_a_run_on_a_damaged_file_fails_with_the_sentence(store: Store, dataset: Dataset) -> None:
    run = store.runs.queue(make_config(dataset=dataset.id), "one")
    flipped(store.datasets.files.place(dataset.sha256))
    with supervised(store):
        found = ended(store, run.id)
    assert found.status == "failed"
    assert found.error is not None
    assert "The file of the dataset 'desks' is damaged" in found.error.message


@pytest.mark.parametrize("how", HARMS)
def test_health_names_every_dataset_whose_file_is_damaged_or_missing(
    store: Store, dataset: Dataset, tmp_path: Path, how: str
) -> None:
    original = tmp_path / "more.csv"
    original.write_text("text,label\n")
    more = store.datasets.add(Table(sixty_rows().head(9)), name="more", source="more.csv", original=original)
    checks = {check.name: check for check in store.health(deep=True).checks}
    assert checks["Contents"].ok
    HARMS[how](store.datasets.files.place(dataset.sha256))
    HARMS[how](store.datasets.files.place(str(store.datasets.hashes_of(more.id)[1])))
    shallow = {check.name: check for check in store.health().checks}["Contents"]
    assert shallow.ok == (how == "damaged")
    found = {check.name: check for check in store.health(deep=True).checks}["Contents"]
    assert not found.ok
    assert f"'desks': {how}" in found.text
    assert f"'more': {how}" in found.text


def test_a_backup_leaves_a_damaged_file_out_and_says_so(store: Store, dataset: Dataset, tmp_path: Path) -> None:
    store.datasets.add(Table(sixty_rows().head(9)), name="more", source="more.csv")
    flipped(store.datasets.files.place(dataset.sha256))
    assert back_up(store.home, tmp_path / "b.zip")["damaged"] == 1
    assert not [name for name in zipfile.ZipFile(tmp_path / "b.zip").namelist() if dataset.sha256 in name]
    restore(tmp_path / "b.zip", tmp_path / "new")
    with Store.open(tmp_path / "new") as again:
        assert len(again.datasets.frame("more")) == 9
        assert not {check.name: check for check in again.health().checks}["Contents"].ok


def test_a_file_is_read_once_in_a_process_and_again_when_it_changed(
    store: Store, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, read = store.datasets.files.place(dataset.sha256), []
    store.datasets.path(dataset.id)
    monkeypatch.setattr("storage.files.sha256_of", lambda path: read.append(path) or path.name)
    store.datasets.path(dataset.id)
    assert read == []
    shutil.copyfile(place, tmp_path / "same")
    shutil.move(tmp_path / "same", place)
    store.datasets.path(dataset.id)
    assert read == [place]
