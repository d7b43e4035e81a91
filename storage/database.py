"""Database engine and transactions: PostgreSQL or SQLite, its journal mode, its write lock. Knows no table."""

import logging
import os
import random
import sqlite3
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlmodel import Session

from storage import postgres, rights
from storage.records import Actor
from storage.troubles import WAY_BACK, Damaged, in_words

log = logging.getLogger(__name__)

DATABASE_FILE = "tuneboard.db"
BUSY_TIMEOUT_S = 30
POLL_S = 0.001, 0.005
JOURNAL_BYTES = 64_000_000
"""Journal size limit: one that a long reader let grow is cut back to this after its checkpoint."""
NETWORK_FILE_SYSTEMS = {
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "afpfs", "webdav", "sshfs", "glusterfs", "ceph", "lustre",
    "beegfs", "gpfs", "s3fs", "gcsfuse", "rclone",
}  # fmt: skip
"""File systems on which SQLite's locks and its write-ahead log are not reliable (sqlite.org/wal.html, faq.html)."""

_WAL_FIXED = {(3, 44): 6, (3, 50): 7, (3, 51): 3}
"""First patch of each SQLite line without the WAL-reset fault (sqlite.org/wal.html, "The WAL-Reset Bug")."""


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite is free of the WAL-reset bug, which can lose a write-ahead log's newest pages."""
    line, patch = version[:2], version[2]
    return line > max(_WAL_FIXED) or patch >= _WAL_FIXED.get(line, 10_000)


def journal_mode(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str:
    """Journal mode of SQLite: WAL where the library is sound, else TRUNCATE."""
    return "WAL" if wal_is_safe(version) else "TRUNCATE"


def open_engine(path: Path, *, read_only: bool = False) -> Engine:
    """Engine on the SQLite file at `path`: foreign keys on, full sync, a busy timeout of thirty seconds.

    A file that is missing is made now and never later: one that vanishes while it is open is not replaced by an
    empty one, and one that is put in its place is opened anew. `read_only` writes nothing, not even a journal.
    """
    if not read_only and not path.exists():
        path.touch(mode=0o600)
    engine = create_engine(
        f"sqlite:///{_address(path, read_only=read_only)}&uri=true",
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
    )
    journal = "TRUNCATE" if network_file_system(path) else journal_mode()
    lasting = (f"journal_mode={journal}", f"journal_size_limit={JOURNAL_BYTES}", "synchronous=FULL")

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, record: Any) -> None:
        record.info["file"] = _file_at(path)
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in () if read_only else lasting:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "checkout")
    def _check_file(_connection: sqlite3.Connection, record: Any, _proxy: Any) -> None:
        if record.info["file"] != _file_at(path):
            raise DisconnectionError(f"{path} is no longer the file that was opened")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            _begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN DEFERRED")

    return engine


def _address(path: Path, *, read_only: bool) -> str:
    """SQLite's URI of the file. One in WAL mode without a log is immutable: reading it would make a log otherwise."""
    if not read_only:
        return f"file:{quote(str(path))}?mode=rw"
    with path.open("rb") as file:
        has_wal_mode = file.read(20)[18:20] == b"\2\2"
    is_closed = has_wal_mode and not path.with_name(f"{path.name}-wal").exists()
    return f"file:{quote(str(path))}?mode=ro{'&immutable=1' if is_closed else ''}"


def is_read_only(home: Path) -> bool:
    """Whether `home` is there and nothing can be written in it, or to its database: it can still be looked at."""
    return home.is_dir() and not all(os.access(one, os.W_OK) for one in (home, home / DATABASE_FILE) if one.exists())


def _begin_writing(connection: Connection) -> None:
    """SQLite's write lock, acquired by polling with jitter, so that no writer starves.

    SQLite's own busy handler backs off longer and longer, and whoever came later passes: with eight busy writers, one
    of them starves past its thirty seconds.
    """
    driver: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(random.uniform(*POLL_S))  # noqa: S311  # jitter, so that writers do not poll in step
            else:
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT_S * 1000)}")


def _file_at(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def network_file_system(path: Path, mounts: Sequence[tuple[str, str]] | None = None) -> str | None:
    """Network file system that `path` lies on, such as nfs4; None on a local disk.

    `mounts` are pairs of a folder and its file system; by default, this machine's.
    """
    known = mounts or [(one.mountpoint, one.fstype) for one in psutil.disk_partitions(all=True)]
    around = [(Path(folder), kind) for folder, kind in known if path.resolve().is_relative_to(folder)]
    kind = max(around, key=lambda one: len(one[0].parts), default=(path, ""))[1]
    return kind if kind.removeprefix("fuse.") in NETWORK_FILE_SYSTEMS else None


def open_database(home: Path, *, read_only: bool = False) -> Engine:
    """An engine on the PostgreSQL that TUNEBOARD_DATABASE_URL names, else on the SQLite file in `home`."""
    url = postgres.database_url()
    return postgres.open_postgres(url) if url else open_engine(home / DATABASE_FILE, read_only=read_only)


class Database:
    """Read and write transactions on one engine. Driver errors come out as StoreTrouble (`storage.troubles`)."""

    def __init__(self, engine: Engine, actor: Actor | None = None) -> None:
        self.engine = engine
        self.actor = actor or Actor()
        self.is_postgres = engine.dialect.name == "postgresql"
        one_state: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reading = engine.execution_options(**one_state) if self.is_postgres else engine
        self._writing = engine.execution_options(writes=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Read transaction with snapshot isolation. Raises Forbidden for an actor who may not look."""
        action = rights.current_action()
        with in_words(), Session(self._reading) as session:
            rights.admit(session, self.actor, "viewer" if action is None else action.needs)
            try:
                yield session
            except (ValueError, TypeError, OverflowError) as error:
                log.error("could not read a row: %s %s", type(error).__name__, traceback.format_tb(error.__traceback__))
                what = "A row of the database cannot be read: it is damaged, or another version wrote it."
                raise Damaged(what, WAY_BACK) from error

    @contextmanager
    def write(self, *, alongside: bool = False) -> Iterator[Session]:
        """Write transaction: its changes are committed together at the end, or not at all.

        One writes at a time, so what was read stays true until the end. PostgreSQL lets others write `alongside`
        where a method asks for it: such a method locks the rows it depends on. Raises Forbidden for an actor who may
        not do the declared action; where none is declared, for everyone but this machine's own processes.
        """
        action = rights.current_action()
        with in_words(), Session(self._writing, expire_on_commit=False) as session, session.begin():
            connection = session.connection()  # now, not at the first statement: SQLite's lock is taken with it
            if self.is_postgres and not alongside:
                postgres.wait_to_write_alone(connection)
            rights.admit(session, self.actor, "machine" if action is None else action.needs)
            yield session
            rights.note(session, self.actor, action)
        if action is not None and action.subject is not None:
            action.is_noted = True

    def note(self, role: str, action: str, subject: str) -> None:
        """Adds an audit entry of an action outside the database. Raises Forbidden where the actor lacks `role`."""
        with in_words(), Session(self._writing) as session, session.begin():
            rights.admit(session, self.actor, role)
            rights.note(session, self.actor, rights.Action(role, action, subject))

    def demand(self, role: str) -> None:
        """Raises Forbidden where the actor lacks `role`."""
        if self.actor.is_person:
            with in_words(), Session(self._reading) as session:
                rights.admit(session, self.actor, role)
