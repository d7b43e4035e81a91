"""Is the store well? Each check says what it looked at and, where something is wrong, what to do."""

import os
import shutil
import sqlite3
from pathlib import Path

from storage.bounds import Bounds
from storage.database import Database, journal_mode
from storage.limits import Limits
from storage.records import Record, Use
from storage.schema import newest_revision, revision_of
from storage.workers import Workers

LOW_DISK_GB = 2.0
NEARLY_ALL = 0.9
"""Of what one person may keep: the page says so before she is refused."""


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


def look(home: Path, database: Database, workers: Workers, bounds: Bounds) -> Health:
    """Looks at the database, the disk, the workers, and who uses how much of what she may."""
    return Health(
        checks=(
            _database(database),
            _journal(),
            _schema(database),
            _disk(home, bounds.limits.min_free_gb),
            _private(home),
            _worker(workers),
            _limits(bounds.limits),
            _use(bounds),
        )
    )


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


def _disk(home: Path, floor_gb: float) -> Check:
    free_gb = shutil.disk_usage(home).free / 1e9
    ok = free_gb >= max(LOW_DISK_GB, floor_gb)
    text = f"{free_gb:.1f} GB free in {home}."
    if free_gb < floor_gb:
        text += f" Below {floor_gb:g} GB nothing is taken in and no run begins."
    hint = "" if ok else "'tuneboard prune --dry-run' shows what could go; or move the store to a larger disk."
    return Check(name="Disk", ok=ok, text=text, hint=hint)


def _private(home: Path) -> Check:
    open_to_others = os.name == "posix" and bool(home.stat().st_mode & 0o077)
    return Check(
        name="Privacy",
        ok=not open_to_others,
        text="Other users of this machine can read the store." if open_to_others else "Only you can read the store.",
        hint=f"chmod 700 {home}" if open_to_others else "",
    )


def _worker(workers: Workers) -> Check:
    alive = [worker for worker in workers.list() if worker.alive]
    if not alive:
        return Check(name="Worker", ok=False, text="None is running; runs wait.", hint="Start one: tuneboard worker.")
    devices = ", ".join(sorted({worker.device or "starting" for worker in alive}))
    return Check(name="Worker", ok=True, text=f"{len(alive)} running ({devices}).")


def _limits(limits: Limits) -> Check:
    own = {"disk_gb": "keep {:g} GB", "running": "have {} runs at work", "queued": "have {} waiting"}
    for_all = [words.format(getattr(limits, name)) for name, words in own.items() if limits.holds_for(name, "")]
    signed_in = [words.format(getattr(limits, name)) for name, words in own.items() if limits.holds_for(name, "?")]
    text = f"A file may have {limits.upload_mb} MB. "
    text += f"Whoever signs in may {', '.join(signed_in)}. " if signed_in else "Nobody's own is bounded. "
    text += f"Without sign-in: {', '.join(for_all)}." if for_all else "Without sign-in nothing else is bounded."
    return Check(name="Limits", ok=True, text=text)


def _use(bounds: Bounds) -> Check:
    used = bounds.use()
    most = bounds.limits.disk_gb
    full = [one for one in used if bounds.limits.holds_for("disk_gb", one.who) and one.bytes >= NEARLY_ALL * most * 1e9]
    text = "; ".join(_of_one(one) for one in used[:5]) or "Nothing is kept yet"
    more = f"; and {len(used) - 5} more people" if len(used) > 5 else ""
    hint = f"Near {most:g} GB: {', '.join(one.who or 'you' for one in full)}. Delete or prune." if full else ""
    return Check(name="Use", ok=not full, text=f"{text}{more}.", hint=hint)


def _of_one(one: Use) -> str:
    kept = f"{one.who or 'without a name'}: {one.bytes / 1e9:.2f} GB (datasets: {one.datasets}, runs: {one.runs})"
    return f"{kept}, {one.running} at work, {one.queued} waiting"
