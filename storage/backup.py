"""Backups: one file with the database, the datasets and the trained models; taken while runs go on."""

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
from storage import archive_members
from storage.archive_members import FOLDERS, copied
from storage.copies import has_rows, is_sound, revision_of_copy
from storage.copying import load_from_sqlite, save_as_sqlite
from storage.database import DATABASE_FILE
from storage.files import ARRIVING, LEFT, is_whole
from storage.lost import has_content
from storage.postgres import database_url
from storage.schema import known_revisions
from storage.troubles import in_words

_SKIPPED = {"checkpoints", "attempts"}


def back_up(home: Path, target: Path) -> dict[str, int]:
    """Writes the whole store to one zip file; returns how many files and bytes it holds.

    Files of datasets that are no longer what was kept are left out, and counted as `damaged`.

    The database is copied as one consistent state into a SQLite file and checked: SQLite's own by `VACUUM INTO`,
    PostgreSQL row by row within one transaction.
    """
    if target.exists():
        raise UserError(f"{target} is already there.", "Choose another name; a backup never overwrites.")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".part")
    try:
        with room_for("the backup"):
            files, damaged = _write(home, unfinished)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    unfinished.replace(target)
    return {"files": files, "bytes": target.stat().st_size, "damaged": damaged}


def _write(home: Path, unfinished: Path) -> tuple[int, int]:
    """Writes the archive; returns how many files it holds, and how many were left out as damaged."""
    damaged = 0
    with tempfile.TemporaryDirectory(dir=unfinished.parent) as folder:
        copy = Path(folder) / DATABASE_FILE
        _copy_database(home, copy)
        _check(copy)
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            hashes = {DATABASE_FILE: _add(archive, copy, DATABASE_FILE)}
            for path in _content(home):
                name = path.relative_to(home).as_posix()
                if archive_members.is_kept(name) and path.exists() and not is_whole(path, again=True):
                    damaged += 1
                    continue
                with suppress(FileNotFoundError):  # deleted meanwhile: the rows that are kept may still name it
                    hashes[name] = _add(archive, path, name)
            failpoint("backup.writing")
            archive_members.write_manifest(archive, hashes)
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    return len(hashes), damaged


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> str:
    """Adds the file, and returns the SHA-256 of what was added."""
    with path.open("rb") as source:
        info = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as target:
            return copied(source, target)


def restore(backup: Path, home: Path) -> dict[str, int]:
    """Puts a backup into an empty or absent home; every member is checked before the first byte is written.

    The rows go to PostgreSQL where TUNEBOARD_DATABASE_URL names one, which must be empty too. Raises UserError for
    anything but a whole backup.
    """
    if home.exists() and any(home.iterdir()):
        raise UserError(f"{home} is not empty.", "Restore into a new folder: tuneboard restore FILE --home NEW.")
    try:
        with archive_members.damage_in_words(backup.name), zipfile.ZipFile(backup) as archive:
            members = archive_members.listed(archive, backup.name)
            _require_room(archive, home)
            archive_members.verify(archive, members, backup.name)
            with room_for("what was restored"):
                _unpack(archive, members, home)
    except FileNotFoundError as error:
        raise UserError(f"{backup} cannot be read as a backup.", "Is the path right?") from error
    return {"files": len(members), "bytes": backup.stat().st_size}


def _require_room(archive: zipfile.ZipFile, home: Path) -> None:
    """Raises UserError where the archive's files would not fit, by their declared size; zipfile reads no more."""
    there = next(folder for folder in home.absolute().parents if folder.exists())
    size, free = sum(member.file_size for member in archive.infolist()), shutil.disk_usage(there).free
    if size > free:
        raise UserError(
            f"The backup unpacks to {size / 1e9:,.1f} GB, and {free / 1e9:,.1f} GB are free.",
            "Free some space, or restore on a larger disk; nothing was changed.",
        )


def _unpack(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], home: Path) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        inside = Path(folder) / "home"
        inside.mkdir(mode=0o700)
        for member in members:
            _put(archive, member, inside)
        _check(inside / DATABASE_FILE)
        if revision_of_copy(inside / DATABASE_FILE) not in known_revisions():
            raise archive_members.of_newer_program(Path(archive.filename or "").name)
        if has_content(inside) and not has_rows(inside / DATABASE_FILE):
            raise UserError("The database in the backup names nothing of its files.", "Use another backup.")
        if url := database_url():
            load_from_sqlite(inside / DATABASE_FILE, url)
            (inside / DATABASE_FILE).unlink()
        if home.exists():
            home.rmdir()
        shutil.move(inside, home)


def _put(archive: zipfile.ZipFile, member: zipfile.ZipInfo, inside: Path) -> None:
    """Writes the member below `inside`: its folders 0700, itself 0600."""
    folder = inside
    for part in member.filename.split("/")[:-1]:
        folder /= part
        folder.mkdir(exist_ok=True, mode=0o700)
    handle = os.open(inside / member.filename, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target, archive.open(member) as source:
        shutil.copyfileobj(source, target)


def _copy_database(home: Path, copy: Path) -> None:
    if url := database_url():
        save_as_sqlite(url, copy)
        return
    with in_words(), sqlite3.connect(home / DATABASE_FILE) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))


def _content(home: Path) -> Iterator[Path]:
    """Files to back up; what is still being written or fetched is left out, and may vanish."""
    for name in FOLDERS:
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
