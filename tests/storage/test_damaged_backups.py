"""A backup is restored whole, or refused in a sentence before the first byte is written."""

import json
import os
import random
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import UserError
from storage import Dataset, Store
from storage.archive_members import HEAD, MANIFEST
from storage.backup import back_up, restore
from storage.database import DATABASE_FILE
from tests.storage.conftest import on_sqlite

FLIPS = int(os.environ.get("TUNEBOARD_TEST_FLIPS", "24"))
"""How many places are tried."""
EARLIER = Path(__file__).parents[1] / "golden" / "backup.zip"
"""A backup that the release before the manifest wrote: one dataset, one run that waits, and one share."""

pytestmark = [on_sqlite, pytest.mark.usefixtures("database")]


@pytest.fixture
def whole(store: Store, dataset: Dataset, tmp_path: Path) -> Path:
    (store.home / "runs" / "r0123456789" / "work").mkdir(parents=True)
    (store.home / "runs" / "r0123456789" / "work" / "notes.txt").write_text("hello " * 2000)
    back_up(store.home, tmp_path / "b.zip")
    return tmp_path / "b.zip"


def members(backup: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(backup) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(target: Path, content: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, told in content.items():
            archive.writestr(name, told)
    return target


def refused(backup: Path, said: str, tmp_path: Path) -> None:
    new, before = tmp_path / "new", sorted(tmp_path.iterdir())
    with pytest.raises(UserError, match=said) as error:
        restore(backup, new)
    assert len(str(error.value)) < 500
    assert sorted(tmp_path.iterdir()) == before


def flagged(backup: Path, at: int, value: int) -> None:
    """Sets a byte of each member's local header and of its entry in the directory; `at` counts from the flags."""
    content = bytearray(backup.read_bytes())
    for mark, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + flags + at] = value
            place = content.find(mark, place + 4)
    backup.write_bytes(content)


@pytest.mark.parametrize(
    ("at", "value"), [(0, 1), (2, 99), (2, 12)], ids=["encrypted", "an unknown method", "another method"]
)
def test_a_flag_or_a_method_that_no_backup_has_is_refused(whole: Path, tmp_path: Path, at: int, value: int) -> None:
    flagged(whole, at, value)
    refused(whole, "damaged", tmp_path)


def test_bit_rot_anywhere_is_found_or_harms_nothing(whole: Path, store: Store, tmp_path: Path) -> None:
    draw, good, kept = random.Random(7), whole.read_bytes(), members(whole)
    for turn in range(FLIPS):
        content = bytearray(good)
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        whole.write_bytes(content)
        home = tmp_path / f"new{turn}"
        told = ""
        try:
            restore(whole, home)
        except UserError as error:
            told = str(error)
        assert len(told) < 500
        assert home.exists() == (not told)
        if not told:
            there = {one.relative_to(home).as_posix() for one in home.rglob("*") if one.is_file()}
            assert there == set(kept) - {HEAD, MANIFEST}
            assert all((home / name).read_bytes() == kept[name] for name in there)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("predictor.json", "which no backup holds"),
        (".bashrc", "which no backup holds"),
        ("cache/tokens/ab", "which no backup holds"),
        ("copies/tuneboard-1.db", "which no backup holds"),
        ("files", "which no backup holds"),
        ("files/../../x", "outside the store"),
        ("/files/x", "outside the store"),
        ("files\\x", "outside the store"),
        ("runs/" + "n" * 300, "too long"),
        ("runs/" + "n/" * 1600 + "n", "too long"),
        ("runs/r0123456789/work", "twice"),
        ("runs/r1/planted", "not in its manifest"),
    ],
)
def test_a_member_that_no_backup_has_is_refused(whole: Path, tmp_path: Path, name: str, said: str) -> None:
    refused(written(tmp_path / "odd.zip", {**members(whole), name: b"planted"}), said, tmp_path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_clash_are_refused(whole: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr("runs/r0123456789/work/notes.txt", "another")
    refused(whole, "twice", tmp_path)


def changed(content: dict[str, bytes]) -> None:
    content["runs/r0123456789/work/notes.txt"] = b"changed"


def missing(content: dict[str, bytes]) -> None:
    del content["runs/r0123456789/work/notes.txt"]


def other_manifest(content: dict[str, bytes]) -> None:
    content[MANIFEST] = json.dumps(dict.fromkeys(content, "0" * 64)).encode()


def no_manifest(content: dict[str, bytes]) -> None:
    del content[MANIFEST]


def newer(content: dict[str, bytes]) -> None:
    content[HEAD] = b'{"format": 99}'


def no_head(content: dict[str, bytes]) -> None:
    content[HEAD] = b"[1, 2"


@pytest.mark.parametrize("change", [changed, missing, other_manifest, no_manifest, newer, no_head])
def test_what_differs_from_the_manifest_is_refused(
    whole: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    content = members(whole)
    change(content)
    refused(written(tmp_path / "odd.zip", content), "damaged|newer Tuneboard", tmp_path)


def test_a_backup_of_a_newer_schema_is_refused_before_anything_is_put_in_place(store: Store, tmp_path: Path) -> None:
    with closing(sqlite3.connect(store.home / DATABASE_FILE)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'ffff00000000'")
        connection.commit()
    back_up(store.home, tmp_path / "b.zip")
    refused(tmp_path / "b.zip", "b.zip was written by a newer Tuneboard", tmp_path)


def test_a_file_under_another_hash_is_refused_in_a_backup_without_a_manifest(tmp_path: Path) -> None:
    content = members(EARLIER)
    name = next(name for name in content if name.startswith("files/"))
    refused(written(tmp_path / "odd.zip", content | {name: b"changed"}), "its hash differs", tmp_path)


def test_a_folder_and_a_missing_file_are_no_backups(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read as a backup"):
        restore(tmp_path / "missing.zip", tmp_path / "new")


def test_what_is_restored_is_closed_to_others_whatever_the_mask(whole: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        restore(whole, tmp_path / "new")
    finally:
        os.umask(before)
    for path in [tmp_path / "new", *(tmp_path / "new").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_backup_of_an_earlier_release_is_restored(tmp_path: Path) -> None:
    restore(EARLIER, tmp_path / "new")
    assert (tmp_path / "new" / DATABASE_FILE).is_file()
    with Store.open(tmp_path / "new") as store:
        (run,) = store.runs.list()
        (share,) = store.shares.list()
        assert (run.name, run.status, len(store.datasets.frame(run.dataset_id))) == ("Mine", "queued", 12)
        assert store.shares.content(share) == b"numbers"
        assert (store.runs.work_folder(run.id) / "bundle" / "model.safetensors").read_bytes() == b"weights"
