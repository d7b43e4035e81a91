"""A backup holds everything and comes back; anything else is refused with a sentence."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.config import RunConfig
from core.errors import UserError
from storage import Dataset, Store, backup
from storage.backup import back_up, restore


def test_a_restored_store_has_the_runs_the_rows_and_the_models(
    store: Store, config: RunConfig, dataset: Dataset, tmp_path: Path, elsewhere: Callable[[], None]
) -> None:
    run = store.runs.queue(config, "one")
    bundle = store.runs.work_folder(run.id) / "bundle"
    bundle.mkdir(parents=True)
    (bundle / "model.safetensors").write_bytes(b"weights")
    back_up(store.home, tmp_path / "b.zip")
    elsewhere()
    restore(tmp_path / "b.zip", tmp_path / "new")
    again = Store.open(tmp_path / "new")
    assert again.runs.get(run.id) == run
    assert len(again.datasets.frame(dataset.id)) == 3
    assert (again.runs.work_folder(run.id) / "bundle" / "model.safetensors").read_bytes() == b"weights"


def test_a_backup_taken_while_another_writes_is_one_state(
    store: Store, config: RunConfig, tmp_path: Path, elsewhere: Callable[[], None]
) -> None:
    store.runs.queue(config, "one")
    with store._database.read() as session:
        session.connection().exec_driver_sql("SELECT * FROM run")
        back_up(store.home, tmp_path / "b.zip")
    elsewhere()
    restore(tmp_path / "b.zip", tmp_path / "new")
    assert len(Store.open(tmp_path / "new").runs.list()) == 1


def test_a_backup_leaves_out_what_is_just_being_written_and_minds_nothing_that_vanishes(
    store: Store, config: RunConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = store.runs.work_folder(store.runs.queue(config, "one").id)
    for name in (
        "bundle/model",
        "bundle.writing/model",
        "checkpoints/checkpoint-1/x",
        "evaluation.json.writing",
        "gone",
    ):
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text("x")
    add = backup._add

    def vanishing(archive: zipfile.ZipFile, path: Path, name: str) -> str:
        (work / "gone").unlink(missing_ok=True)
        return add(archive, path, name)

    monkeypatch.setattr(backup, "_add", vanishing)
    back_up(store.home, tmp_path / "b.zip")
    kept = {name.split("/work/")[1] for name in zipfile.ZipFile(tmp_path / "b.zip").namelist() if "/work/" in name}
    assert kept == {"bundle/model"}


def test_a_backup_overwrites_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_text("mine")
    with pytest.raises(UserError, match="already there"):
        back_up(store.home, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_text() == "mine"


def test_restore_refuses_a_home_that_is_in_use(store: Store, tmp_path: Path) -> None:
    back_up(store.home, tmp_path / "b.zip")
    with pytest.raises(UserError, match="not empty"):
        restore(tmp_path / "b.zip", store.home)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 broken"])
def test_what_is_no_backup_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(content)
    with pytest.raises(UserError, match="cannot be read as a backup"):
        restore(tmp_path / "b.zip", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_backup_that_names_files_outside_is_refused(store: Store, tmp_path: Path) -> None:
    back_up(store.home, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive:
        archive.writestr("../outside.txt", "gotcha")
    with pytest.raises(UserError, match="outside the store"):
        restore(tmp_path / "b.zip", tmp_path / "new")
    assert not (tmp_path / "outside.txt").exists()


def test_a_backup_that_would_fill_the_disk_is_refused_unread(store: Store, tmp_path: Path) -> None:
    back_up(store.home, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive:
        archive.writestr("files/bomb", b"0" * 1000, zipfile.ZIP_DEFLATED)
        archive.infolist()[-1].file_size = 2**50  # so its directory says
    with pytest.raises(UserError, match=r"unpacks to 1,125,899\.\d GB"):
        restore(tmp_path / "b.zip", tmp_path / "new")
    assert not (tmp_path / "new").exists()
