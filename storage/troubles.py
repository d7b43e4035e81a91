"""Database errors in words, and which of them are worth a retry.

StoreTrouble            the database did not do it; a UserError
 |- DatabaseUnreachable nobody answers, or the connection broke; it may be there again in a moment
 |- Busy                somebody else holds what is needed
 |   `- RolledBack      a deadlock or serialization failure: it gave way to another transaction
 |- StoreFull           no room on the disk
 |- Refused             it does not let us in, or is not the one we need
 `- Damaged             what is on the disk is no longer a sound database
"""

import functools
import logging
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolIsEmpty

from core.errors import UserError

log = logging.getLogger(__name__)

TRIES = 5
FIRST_WAIT_S = 0.1
WAY_BACK = (
    "Stop Tuneboard, keep the damaged folder, and put the newest backup into a new one: "
    "tuneboard restore FILE --home NEW."
)


class StoreTrouble(UserError):
    """The database did not do it, and nothing of it was kept, unless the connection broke at the very end."""

    passes = True
    """Transient: it may be over in a moment; whoever works in the background waits and goes on."""
    worth_a_try = False
    """Retryable: the same transaction, run again at once, may well succeed."""


class DatabaseUnreachable(StoreTrouble):
    """Connection error: no answer, or the connection broke."""

    worth_a_try = True


class Busy(StoreTrouble):
    """Lock or statement timeout: another transaction holds what is needed."""


class RolledBack(Busy):
    """Deadlock or serialization failure: the database gave way to another transaction."""

    worth_a_try = True


class StoreFull(StoreTrouble):
    """No room on the disk."""


class Damaged(StoreTrouble):
    """What is on the disk is no longer a sound database."""

    passes = False


class Refused(StoreTrouble):
    """The database does not let us in, or is not the one we need."""

    passes = False


Given = ParamSpec("Given")
Result = TypeVar("Result")


def steady(method: Callable[Given, Result]) -> Callable[Given, Result]:
    """Retry decorator, with exponential backoff and jitter: up to five tries within about four seconds.

    Only for idempotent methods: a connection that breaks at the very end may have committed the first one's work.
    """

    @functools.wraps(method)
    def retried(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        wait_s = FIRST_WAIT_S
        for _ in range(TRIES - 1):
            try:
                return method(*args, **kwargs)
            except StoreTrouble as trouble:
                if not trouble.worth_a_try:
                    raise
                log.warning("tried %s again: %s", method.__qualname__, trouble.message)
                time.sleep(wait_s * random.uniform(0.5, 1.0))  # noqa: S311  # jitter: many do not come back at once
                wait_s *= 3
        return method(*args, **kwargs)

    return retried


_BY_STATE: tuple[tuple[tuple[str, ...], tuple[type[StoreTrouble], str, str]], ...] = (
    (("40001", "40P01"), (RolledBack, "The database gave way to another change.", "Try again.")),
    (
        ("55P03", "57014"),
        (Busy, "The database was busy for too long with something else.", "Try again in a moment."),
    ),
    (
        ("53100", "53200"),
        (StoreFull, "The database's machine has no room left; this was not kept.", "Free disk or memory there."),
    ),
    (("XX00",), (Damaged, "The database is damaged.", WAY_BACK)),
    (
        ("25006",),
        (DatabaseUnreachable, "The database only answers questions; it may be a standby.", "Name its primary."),
    ),
    (
        ("53300",),
        (
            DatabaseUnreachable,
            "The database takes no more connections.",
            "Raise its max_connections, or run fewer workers.",
        ),
    ),
    (
        ("08", "57P01", "57P02", "57P03"),
        (DatabaseUnreachable, "The connection to the database broke.", "Try again in a moment."),
    ),
    (
        ("42501",),
        (Refused, "The database's user may not do this.", "Grant it all rights on its own database."),
    ),
)
"""SQLSTATE codes of PostgreSQL, or their beginnings, and the error for each (its manual, appendix A)."""


@contextmanager
def in_words() -> Iterator[None]:
    """Translates a driver's exception in the block into a StoreTrouble, where it is a known one."""
    try:
        yield
    except DBAPIError as error:
        if trouble := _trouble(error):
            raise trouble from error
        raise
    except sqlite3.DatabaseError as error:
        if trouble := _of_sqlite(str(error)):
            raise trouble from error
        raise
    except UnicodeDecodeError as error:  # SQLite quotes what it cannot read
        raise Damaged("The database is damaged.", WAY_BACK) from error
    except PoolIsEmpty as error:
        raise Busy("All connections to the database are in use.", "Try again in a moment.") from error


def _trouble(error: DBAPIError) -> StoreTrouble | None:
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(str(error.orig))
    state = getattr(error.orig, "sqlstate", None) or ""
    return _of_state(state) or _of_connection(error, str(error.orig))


_DAMAGED = (
    "malformed", "not a database", "decode to UTF-8", "unsupported file format", "no such table", "no such column",
)  # fmt: skip
"""What SQLite says of a file that is no sound database of Tuneboard's."""


def _of_sqlite(said: str) -> StoreTrouble | None:
    if any(word in said for word in _DAMAGED):
        return Damaged(f"The database is damaged: {said}.", WAY_BACK)
    if "disk is full" in said:
        return StoreFull(
            "The disk is full; this was not kept.", "Free some space: tuneboard health says how much there is."
        )
    if "locked" in said:
        return Busy("Another program has held the database for more than 30 seconds.", "Try again in a moment.")
    if "readonly" in said or "unable to open" in said:
        return Refused(
            f"The database cannot be opened for writing: {said}.",
            "Are the folder and the file tuneboard.db in it yours to read and write, and is the disk mounted so?",
        )
    if "disk I/O error" in said:
        return StoreTrouble("The disk could not read or write the database.", f"Look at the disk. {WAY_BACK}")
    return None


def _of_state(state: str) -> StoreTrouble | None:
    found = next((known for codes, known in _BY_STATE if state.startswith(codes)), None)
    return found and found[0](*found[1:])


def _of_connection(error: DBAPIError, said: str) -> StoreTrouble | None:
    """Connection error by libpq's message: while connecting there is no SQLSTATE."""
    if any(word in said for word in ("too many clients", "too many connections", "connection slots")):
        return _of_state("53300")
    if "authentication failed" in said or "no password supplied" in said or "pg_hba.conf" in said:
        return Refused("The database does not know this user or password.", "Look at TUNEBOARD_DATABASE_URL.")
    if "FATAL" in said and "does not exist" in said:
        return Refused("There is no such database or user there.", "Create it: createdb tuneboard.")
    connecting = ("connection", "connect", "resolve host", "host name", "starting up", "shutting down", "recovery mode")
    if error.connection_invalidated or any(word in said for word in connecting):
        return DatabaseUnreachable(
            "The database cannot be reached.", "Is it running, and is TUNEBOARD_DATABASE_URL right?"
        )
    return None
