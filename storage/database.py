"""One SQLite database: how it is opened, which journal it may use, and how a write begins."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlmodel import Session

from storage.records import Actor

BUSY_TIMEOUT_S = 30

_WAL_FIXED = {(3, 44): 6, (3, 50): 7, (3, 51): 3}
"""First patch of each SQLite line without the WAL-reset fault (sqlite.org/wal.html, "The WAL-Reset Bug")."""


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite library is free of the fault that can lose a write-ahead log's newest pages."""
    line, patch = version[:2], version[2]
    return line > max(_WAL_FIXED) or patch >= _WAL_FIXED.get(line, 10_000)


def journal_mode(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str:
    """WAL where the library is sound, else TRUNCATE."""
    return "WAL" if wal_is_safe(version) else "TRUNCATE"


def open_engine(path: Path) -> Engine:
    """An engine on the database file at `path`; foreign keys on, full sync, thirty seconds of patience."""
    path.touch(mode=0o600)  # SQLite gives its journal the same mode
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (f"journal_mode={journal_mode()}", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        kind = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {kind}")

    return engine


class Database:
    """Read and write transactions on one engine. A write takes the lock at once, so it never fails half-way."""

    def __init__(self, engine: Engine, actor: Actor | None = None) -> None:
        self.engine = engine
        self.actor = actor or Actor()
        self._writing = engine.execution_options(writes=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are committed together at the end, or not at all."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session
