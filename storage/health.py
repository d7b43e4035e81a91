"""Is the store well? Each check says what it looked at and, where something is wrong, what to do."""

import os
import shutil
import sqlite3
from pathlib import Path

from core.errors import UserError
from core.waiting import within
from storage.database import Database, journal_mode
from storage.records import Record
from storage.remote import Remote
from storage.schema import newest_revision, revision_of
from storage.workers import Workers

LOW_DISK_GB = 2.0
ANSWER_S = 10.0
"""How long the place for files may take before it counts as out of reach here."""


class Check(Record):
    """One thing looked at."""

    name: str
    ok: bool
    text: str
    hint: str = ""


class Health(Record):
    """All checks, and whether every one is well."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return all(check.ok for check in self.checks)


def look(home: Path, database: Database, workers: Workers, remote: Remote | None = None) -> Health:
    """Looks at the database, the disk, the place for files and the workers."""
    checks = (_database(database), _journal(), _schema(database), _disk(home), _private(home), _worker(workers))
    return Health(checks=(*checks, *([_remote(remote)] if remote else [])))


def _database(database: Database) -> Check:
    with database.read() as session:
        verdict = session.connection().exec_driver_sql("PRAGMA quick_check").scalar_one()
    return Check(
        name="Database",
        ok=verdict == "ok",
        text="Sound." if verdict == "ok" else str(verdict),
        hint="" if verdict == "ok" else "Restore the newest backup: tuneboard restore FILE.",
    )


def _journal() -> Check:
    return Check(name="SQLite", ok=True, text=f"Version {sqlite3.sqlite_version}, {journal_mode()} journal, full sync.")


def _schema(database: Database) -> Check:
    present, newest = revision_of(database.engine), newest_revision()
    return Check(name="Schema", ok=present == newest, text=f"{present}, as this program writes it.")


def _disk(home: Path) -> Check:
    free_gb = shutil.disk_usage(home).free / 1e9
    ok = free_gb >= LOW_DISK_GB
    hint = "" if ok else "Delete runs you no longer need, or move the store to a larger disk."
    return Check(name="Disk", ok=ok, text=f"{free_gb:.1f} GB free in {home}.", hint=hint)


def _private(home: Path) -> Check:
    kept = (home / name for name in ("tuneboard.db", "files", "runs", "models", "cache", "logs", "shares"))
    open_to_others = os.name == "posix" and _is_open(home) and any(path.exists() and _is_open(path) for path in kept)
    return Check(
        name="Privacy",
        ok=not open_to_others,
        text="Other users of this machine can read the store." if open_to_others else "Only you can read the store.",
        hint=f"chmod -R go= {home}" if open_to_others else "",
    )


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


def _worker(workers: Workers) -> Check:
    alive = [worker for worker in workers.list() if worker.alive]
    if not alive:
        return Check(name="Worker", ok=False, text="None is running; runs wait.", hint="Start one: tuneboard worker.")
    devices = ", ".join(sorted({worker.device or "starting" for worker in alive}))
    return Check(name="Worker", ok=True, text=f"{len(alive)} running ({devices}).")


def _remote(remote: Remote) -> Check:
    try:
        took = within(ANSWER_S, remote.probe)
    except UserError as error:
        return Check(name="Files", ok=False, text=error.message, hint=error.hint)
    except TimeoutError:
        text = f"{remote.shown} did not answer within {ANSWER_S:.0f} s."
        return Check(name="Files", ok=False, text=text, hint="Check the network and the address.")
    return Check(name="Files", ok=True, text=f"{remote.shown} keeps what it is given ({took * 1000:.0f} ms).")
