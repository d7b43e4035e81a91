"""Database copy, SQLite to PostgreSQL or back, verified by row counts and checksums."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    URL,
    Column,
    Connection,
    Engine,
    Integer,
    Table,
    TypeDecorator,
    column,
    func,
    inspect,
    select,
    table,
    text,
)
from sqlmodel import SQLModel

from core.errors import ConfigError, NotFound, UserError
from storage import clock, postgres
from storage.database import DATABASE_FILE, open_engine
from storage.schema import bring_up_to_date, migrate
from storage.troubles import in_words
from storage.workers import ALIVE_S

BATCH_ROWS = 5000


class Copied(NamedTuple):
    """Verified copy of one table: the same rows in both databases."""

    table: str
    rows: int
    checksum: str
    """Sum of the rows' SHA-256, as 32 hex digits: the same in any order."""


def copy_to(home: Path, url: URL) -> tuple[Copied, ...]:
    """Copies the rows of the SQLite store in `home` into an empty PostgreSQL database; the files stay where they are.

    Wholly or not at all. Raises UserError where there is no such store, where it is being worked on, where the other
    is not empty, or where what arrived is not what was there.
    """
    if not (home / DATABASE_FILE).is_file():
        raise NotFound(f"There is no SQLite store in {home}.", "Name another folder with --home.")
    old, new = open_engine(home / DATABASE_FILE), postgres.open_postgres(url)
    try:
        bring_up_to_date(old, home)
        with in_words(), old.execution_options(writes=True).begin() as source:  # nobody writes meanwhile
            _refuse_while_worked_on(source)
            return _fill(source, new, postgres.place(url))
    finally:
        old.dispose()
        new.dispose()


def save_as_sqlite(url: URL, target: Path) -> None:
    """Writes a consistent snapshot of a PostgreSQL store into a new SQLite file, while others go on."""
    old, new = postgres.open_postgres(url), open_engine(target)
    one_state = old.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        migrate(new)
        with in_words(), one_state.begin() as source, new.execution_options(writes=True).begin() as copy:
            postgres.wait_for_ever(source)
            copy_rows(source, copy)
    finally:
        old.dispose()
        new.dispose()


def load_from_sqlite(source: Path, url: URL) -> None:
    """Fills an empty PostgreSQL database from a SQLite store's file, an older schema's too."""
    old, new = open_engine(source), postgres.open_postgres(url)
    try:
        migrate(old)
        with in_words(), old.begin() as rows:
            _fill(rows, new, postgres.place(url))
    finally:
        old.dispose()
        new.dispose()


def copy_rows(source: Connection, target: Connection) -> tuple[Copied, ...]:
    """Copies every table's rows and reads them again. Raises UserError where the checksums differ."""
    done = []
    for full in SQLModel.metadata.sorted_tables:
        one = _raw(full)
        sent = _Checksum(one)
        _insert(target, one, sent.over(_rows(source, one)))
        arrived = _Checksum(one)
        for _ in arrived.over(_rows(target, one)):
            pass
        if (sent.rows, sent.total) != (arrived.rows, arrived.total):
            raise UserError(
                f"The table '{one.name}' did not arrive whole: {sent.rows} rows went, {arrived.rows} came.",
                "Nothing was kept. Look at both databases' health and try again.",
            )
        done.append(Copied(one.name, sent.rows, f"{sent.total:032x}"))
        _advance_sequence(target, full)
    return tuple(done)


def _fill(source: Connection, new: Engine, place: str) -> tuple[Copied, ...]:
    with new.connect() as connection:
        names = set(inspect(connection).get_table_names())
    if names and "alembic_version" not in names:
        raise ConfigError(f"{place} holds another program's tables.", "Create an empty database: createdb tuneboard.")
    migrate(new)
    with new.begin() as target:
        postgres.wait_to_migrate(target)
        postgres.wait_to_write_alone(target)
        used = [one.name for one in SQLModel.metadata.sorted_tables if target.execute(select(one).limit(1)).first()]
        if used:
            raise ConfigError(f"{place} is not empty: there are rows in '{used[0]}'.", "Create an empty database.")
        return copy_rows(source, target)


def _refuse_while_worked_on(source: Connection) -> None:
    tables = SQLModel.metadata.tables
    held = select(func.count()).where(tables["job"].c.state.in_(("leased", "running")))
    alive = select(func.count()).where(tables["worker"].c.seen.between(clock.wall() - ALIVE_S, clock.wall() + ALIVE_S))
    if source.execute(held).scalar_one() or source.execute(alive).scalar_one():
        raise ConfigError("A worker is working on this store.", "Stop Tuneboard, wait half a minute, and copy it then.")


def _raw(full: Table) -> Any:
    """Table with its raw column types: what a TypeDecorator stores is copied as it is, never read as an object."""
    columns = (column(c.name, c.type.impl_instance if isinstance(c.type, TypeDecorator) else c.type) for c in full.c)
    return table(full.name, *columns)


def _rows(connection: Connection, one: Any) -> Iterator[Sequence[Any]]:
    found = connection.execution_options(yield_per=BATCH_ROWS).execute(select(one))
    return iter(found)


def _insert(target: Connection, one: Any, rows: Iterable[Sequence[Any]]) -> None:
    names = [c.name for c in one.c]
    if target.dialect.name == "sqlite":
        left = iter(rows)
        while batch := list(islice(left, BATCH_ROWS)):
            target.execute(one.insert(), [dict(zip(names, row, strict=True)) for row in batch])
        return
    listed = ", ".join(f'"{name}"' for name in names)
    is_json = [isinstance(c.type, JSON) for c in one.c]
    cursor = target.connection.cursor()
    with cursor.copy(f'COPY "{one.name}" ({listed}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([json.dumps(v) if j and v is not None else v for v, j in zip(row, is_json, strict=True)])


def _advance_sequence(target: Connection, full: Table) -> None:
    """Sets PostgreSQL's sequence to the highest id that was copied."""
    key: Column[Any] = next(iter(full.primary_key.columns))
    if target.dialect.name != "postgresql" or not isinstance(key.type, Integer) or len(full.primary_key.columns) > 1:
        return
    highest = target.execute(select(func.max(key))).scalar_one()
    if highest is not None:
        sequence = text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)")
        target.execute(sequence, {"table": full.name, "column": key.name, "highest": highest})


class _Checksum:
    """Checksum of rows: their number, and the sum of their hashes."""

    def __init__(self, one: Any) -> None:
        self.rows = self.total = 0
        self._names = [c.name for c in one.c]

    def over(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """Passes the rows through, counted and summed."""
        for row in rows:
            self.rows += 1
            said = repr([_canonical(value) for value in row]).encode("utf-8", "surrogatepass")
            self.total = (self.total + int.from_bytes(hashlib.sha256(said).digest()[:16])) % (1 << 128)
            yield row


def _canonical(value: Any) -> Any:
    """Canonical form of a value, whichever database it came from."""
    match value:
        case bool():
            return int(value)
        case float():
            return value + 0.0  # SQLite keeps no sign on a zero
        case str():
            return value.replace("\0", postgres.NUL_SHOWN)
        case datetime():
            return value.isoformat()
        case list() | dict():
            return json.dumps(value, sort_keys=True)
        case _:
            return value
