"""Backups: one file with the database, the datasets and the trained models; taken while runs go on."""

import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from core.disk import room_for
from core.errors import UserError
from core.failpoints import failpoint
from storage.copies import has_rows, is_sound
from storage.copying import load_from_sqlite, save_as_sqlite
from storage.database import DATABASE_FILE
from storage.files import ARRIVING, LEFT
from storage.lost import has_content
from storage.postgres import database_url
from storage.troubles import in_words

_FOLDERS = ("files", "runs", "models", "shares")
_SKIPPED = {"checkpoints", "attempts"}


def back_up(home: Path, target: Path) -> dict[str, int]:
    """Writes the whole store to one zip file; returns how many files and bytes it holds.

    The database is copied as one consistent state into a SQLite file and checked: SQLite's own by `VACUUM INTO`,
    PostgreSQL row by row within one transaction.
    """
    if target.exists():
        raise UserError(f"{target} is already there.", "Choose another name; a backup never overwrites.")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".part")
    try:
        with room_for("the backup"):
            count = _write(home, unfinished)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    unfinished.replace(target)
    return {"files": count, "bytes": target.stat().st_size}


def _write(home: Path, unfinished: Path) -> int:
    with tempfile.TemporaryDirectory(dir=unfinished.parent) as folder:
        copy = Path(folder) / DATABASE_FILE
        _copy_database(home, copy)
        _check(copy)
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.write(copy, DATABASE_FILE)
            for path in _content(home):
                with suppress(FileNotFoundError):  # deleted meanwhile: the rows that are kept may still name it
                    archive.write(path, path.relative_to(home).as_posix())
            failpoint("backup.writing")
            count = len(archive.namelist())
            archive.writestr("backup.json", json.dumps({"format": 1, "files": count}))
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    return count


def restore(backup: Path, home: Path) -> dict[str, int]:
    """Puts a backup into an empty or absent home. Raises UserError for anything else.

    The rows go to PostgreSQL where TUNEBOARD_DATABASE_URL names one, which must be empty too.
    """
    if home.exists() and any(home.iterdir()):
        raise UserError(f"{home} is not empty.", "Restore into a new folder: tuneboard restore FILE --home NEW.")
    try:
        with zipfile.ZipFile(backup) as archive:
            names = archive.namelist()
            if "backup.json" not in names or DATABASE_FILE not in names:
                raise UserError(
                    f"{backup.name} is no backup of Tuneboard.", "Choose a file made by 'tuneboard backup'."
                )
            _require_room(archive, home)
            damaged = archive.testzip()
            if damaged:
                raise UserError(f"{backup.name} is damaged at '{damaged}'.", "Use another backup; nothing was changed.")
            with room_for("what was restored"):
                _unpack(archive, home)
    except (zipfile.BadZipFile, FileNotFoundError) as error:
        raise UserError(f"{backup} cannot be read as a backup.", "Is it whole, and is the path right?") from error
    return {"files": len(names) - 1, "bytes": backup.stat().st_size}


def _require_room(archive: zipfile.ZipFile, home: Path) -> None:
    """Raises UserError where the archive's files would not fit, by their declared size; zipfile reads no more."""
    there = next(folder for folder in home.absolute().parents if folder.exists())
    size, free = sum(member.file_size for member in archive.infolist()), shutil.disk_usage(there).free
    if size > free:
        raise UserError(
            f"The backup unpacks to {size / 1e9:,.1f} GB, and {free / 1e9:,.1f} GB are free.",
            "Free some space, or restore on a larger disk; nothing was changed.",
        )


def _unpack(archive: zipfile.ZipFile, home: Path) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        inside = Path(folder) / "home"
        inside.mkdir(mode=0o700)
        for member in archive.infolist():
            target = (inside / member.filename).resolve()
            if not target.is_relative_to(inside.resolve()):
                raise UserError("The backup names a file outside the store.", "It was not made by Tuneboard.")
        archive.extractall(inside)  # every name was checked above
        (inside / "backup.json").unlink()
        _check(inside / DATABASE_FILE)
        if has_content(inside) and not has_rows(inside / DATABASE_FILE):
            raise UserError("The database in the backup names nothing of its files.", "Use another backup.")
        if url := database_url():
            load_from_sqlite(inside / DATABASE_FILE, url)
            (inside / DATABASE_FILE).unlink()
        if home.exists():
            home.rmdir()
        shutil.move(inside, home)


def _copy_database(home: Path, copy: Path) -> None:
    if url := database_url():
        save_as_sqlite(url, copy)
        return
    with in_words(), sqlite3.connect(home / DATABASE_FILE) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))


def _content(home: Path) -> Iterator[Path]:
    """Files to back up; what is still being written or fetched is left out, and may vanish."""
    for name in _FOLDERS:
        for folder, inside, files in os.walk(home / name):
            inside[:] = sorted(one for one in inside if one not in _SKIPPED and not _is_unfinished(one))
            paths = (Path(folder) / one for one in sorted(files) if not _is_unfinished(one))
            yield from (path for path in paths if path.is_file() and not path.is_symlink())


def _is_unfinished(name: str) -> bool:
    return name.startswith((LEFT, ARRIVING)) or name.endswith(".writing")


def _check(database: Path) -> None:
    with in_words(), sqlite3.connect(database) as connection:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        raise UserError(f"The database is damaged: {verdict}.", "Restore an earlier backup.")
    if not is_sound(database):
        raise UserError("The database is empty, or not one of Tuneboard's.", "Use another backup.")
