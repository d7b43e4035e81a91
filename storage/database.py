"""One SQLite database: how it is opened, which journal it may use, and how a write begins."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlmodel import Session

from storage import rights
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
        """A session that sees one state of the database. Raises Forbidden for somebody who may not look."""
        with Session(self.engine) as session:
            deed = rights.present_deed()
            rights.admit(session, self.actor, "viewer" if deed is None else deed.needs)
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are committed together at the end, or not at all.

        Raises Forbidden for somebody who may not do what is being done; where nobody said what that is, for everyone
        but this machine's own processes.
        """
        deed = rights.present_deed()
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            rights.admit(session, self.actor, "machine" if deed is None else deed.needs)
            yield session
            rights.note(session, self.actor, deed)
        if deed is not None and deed.subject is not None:
            deed.is_noted = True

    def note(self, role: str, action: str, subject: str) -> None:
        """Writes down a deed that changes nothing here, where whoever uses this may do what needs `role`."""
        with Session(self._writing) as session, session.begin():
            rights.admit(session, self.actor, role)
            rights.note(session, self.actor, rights.Deed(role, action, subject))

    def demand(self, role: str) -> None:
        """Raises Forbidden where whoever uses this may not do what needs `role`."""
        if self.actor.is_person:
            with Session(self.engine) as session:
                rights.admit(session, self.actor, role)
