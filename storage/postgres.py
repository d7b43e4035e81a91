"""PostgreSQL engine: connection URL, pool, timeouts and advisory locks. Knows no table."""

import os
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError

from core.errors import ConfigError

DATABASE_URL = "TUNEBOARD_DATABASE_URL"
CONNECT_S = 10
STATEMENT_S = 60
LOCK_S = 30
IDLE_S = 120
MOST_CONNECTIONS = 20
"""Connection pool of one process. A worker uses one or two; a dashboard as many as it has busy visitors."""

WRITERS, MIGRATION = 7_300_001, 7_300_002
"""Keys of the advisory locks: of the exclusive writer, and of whoever migrates the schema."""

NUL_SHOWN = "\u2400"
"""Replacement of the NUL character, which PostgreSQL's texts cannot hold: the sign ␀."""


def database_url() -> URL | None:
    """The PostgreSQL database that TUNEBOARD_DATABASE_URL names; None where it is not set. Raises ConfigError."""
    said = os.environ.get(DATABASE_URL, "").strip()
    return parse(said) if said else None


def parse(said: str) -> URL:
    """Connection URL of a PostgreSQL database. Raises ConfigError for any other, without repeating a password."""
    example = "It looks like postgresql://user@host:5432/tuneboard; the password may stand in PGPASSWORD or ~/.pgpass."
    try:
        url = make_url(said)
    except (ArgumentError, ValueError):
        raise ConfigError("The database's address cannot be read.", example) from None
    if url.drivername not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise ConfigError(f"'{url.drivername}' is no database that Tuneboard writes to.", example)
    return url.set(drivername="postgresql+psycopg")


def place(url: URL) -> str:
    """Host, port and name of the database: never the user's name or password."""
    hosts = url.query.get("host", ()) if url.host is None else (f"{url.host}:{url.port}" if url.port else url.host,)
    return f"{', '.join((hosts,) if isinstance(hosts, str) else hosts) or 'this machine'}/{url.database or ''}"


def open_postgres(url: URL) -> Engine:
    """Engine on the database, with a connection pool and timeouts; an idle connection that broke is replaced unseen.

    Raises ConfigError where the driver is not installed.
    """
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise ConfigError("PostgreSQL needs a driver.", "Install it: pip install 'tuneboard[postgres]'.") from None
    engine = create_engine(
        url,
        pool_size=5,
        max_overflow=MOST_CONNECTIONS - 5,
        pool_timeout=LOCK_S,
        pool_pre_ping=True,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_S,
            "application_name": "tuneboard",
            "keepalives_idle": 20,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,
            **url.query,
            "options": f"{_limits()} {_asked_options(url)}".strip(),
        },
    )
    event.listen(engine, "connect", _show_nul)
    event.listen(engine, "handle_error", _leave_a_standby)
    return engine


def wait_to_write_alone(connection: Connection) -> None:
    """Takes the advisory lock of the exclusive writer; the end of the transaction releases it."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS})


def wait_to_migrate(connection: Connection) -> None:
    """Takes the advisory lock of migrations, without a timeout."""
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION})


def wait_for_ever(connection: Connection) -> None:
    """Switches off this transaction's statement and idle timeouts: it copies a whole store."""
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def refuse_other_letters(connection: Connection) -> None:
    """Raises ConfigError for a database whose encoding is not UTF-8."""
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise ConfigError(
            f"This database keeps its texts as {encoding} and cannot hold every letter.",
            "Create another: createdb --encoding=UTF8 --template=template0 tuneboard.",
        )


def _asked_options(url: URL) -> str:
    asked = url.query.get("options", "")
    return asked if isinstance(asked, str) else " ".join(asked)


def _limits() -> str:
    limits = {
        "statement_timeout": STATEMENT_S,
        "lock_timeout": LOCK_S,
        "idle_in_transaction_session_timeout": IDLE_S,
    }
    return " ".join(f"-c {name}={seconds * 1000}" for name, seconds in limits.items())


def _leave_a_standby(context: ExceptionContext) -> None:
    """Drops the connection to a read-only standby; the next one may find the new primary."""
    if getattr(context.original_exception, "sqlstate", None) == "25006":
        context.is_disconnect = True


def _show_nul(connection: Any, _record: Any) -> None:
    from psycopg.types.string import StrDumperUnknown

    class NulDumper(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", NUL_SHOWN))

    connection.adapters.register_dumper(str, NulDumper)
