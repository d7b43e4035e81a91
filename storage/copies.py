"""Rolling copies of the SQLite database in the home: daily, and before each migration."""

import logging
import os
import re
import secrets
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

from core.errors import UserError
from storage import clock
from storage.database import DATABASE_FILE
from storage.files import LEFT
from storage.troubles import in_words

log = logging.getLogger(__name__)

FOLDER = "copies"
KEPT = 5
EVERY_S = 24 * 3600.0


def copies(home: Path) -> list[Path]:
    """The copies in the home, newest first: by the number in their names, which no clock moves, then by their time."""
    found = []
    for path in (home / FOLDER).glob("tuneboard-*.db"):
        with suppress(FileNotFoundError):  # it went to make room meanwhile
            found.append((_number(path), path.stat().st_mtime_ns, path))
    return [path for _, _, path in sorted(found, reverse=True)]


def keep_daily_copy(home: Path) -> Path | None:
    """Copies the database where the newest copy is a day old; None where it is younger, or as keep_copy says."""
    newest = next(iter(copies(home)), None)
    with suppress(FileNotFoundError):  # another process has made room for a newer one
        if newest is not None and abs(clock.wall() - newest.stat().st_mtime) < EVERY_S:  # not one of a clock gone wrong
            return None
    return keep_copy(home)


def keep_copy(home: Path) -> Path | None:
    """Copies the database as one consistent state, if it is sound; older copies than the newest few go.

    None where there is no database, it is damaged, or there is no room: what is there stays.
    """
    database, folder = home / DATABASE_FILE, home / FOLDER
    if not database.is_file() or not database.stat().st_size:
        return None
    unfinished = folder / f"{LEFT}{secrets.token_hex(8)}"
    date = time.strftime("%Y-%m-%d", time.gmtime())
    number = max(map(_number, copies(home)), default=0) + 1
    target = folder / f"tuneboard-{number:06d}-{date}-{secrets.token_hex(2)}.db"
    try:
        folder.mkdir(exist_ok=True, mode=0o700)
        unfinished.touch(mode=0o600)
        copy_database(database, unfinished)
        if not is_sound(unfinished):
            return None
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as error:
        log.warning("the database was not copied: %s", error)
        return None
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    for old in copies(home)[KEPT:]:
        old.unlink(missing_ok=True)
    return target


def _number(copy: Path) -> int:
    """Number of the copy; 0 for one of an earlier release, whose name begins with its date."""
    found = re.match(r"tuneboard-(\d{6})-", copy.name)
    return int(found[1]) if found else 0


def copy_database(database: Path, target: Path) -> None:
    """Copies a SQLite database that may be in use, by SQLite's backup API, and flushes the copy to disk."""
    source = sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True)
    with closing(source), closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def is_sound(database: Path) -> bool:
    """Whether the file is a whole SQLite database with a schema of Tuneboard's."""
    try:
        with in_words(), closing(sqlite3.connect(database)) as connection:
            whole = connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
            return whole and bool(connection.execute("SELECT version_num FROM alembic_version").fetchone())
    except (UserError, sqlite3.Error):
        return False


def revision_of_copy(database: Path) -> str:
    """Revision of a sound database's schema."""
    with in_words(), closing(sqlite3.connect(database)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def has_rows(database: Path) -> bool:
    """Whether a sound database names a dataset or a run."""
    with in_words(), closing(sqlite3.connect(database)) as connection:
        return any(connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in ("dataset", "run"))  # noqa: S608  # our own names
