"""Health checks of the store: each says what it looked at and, where something is wrong, what to do."""

import os
import shutil
import sqlite3
from pathlib import Path

from sqlmodel import select

from core.errors import UserError
from core.waiting import within
from storage import postgres
from storage.bounds import Bounds
from storage.database import DATABASE_FILE, Database, journal_mode, network_file_system
from storage.limits import Limits
from storage.lost import REMEDY, has_content
from storage.records import Record, Use
from storage.remote import Remote
from storage.schema import newest_revision, revision_of
from storage.tables import DatasetRow, RunRow
from storage.troubles import WAY_BACK, StoreTrouble
from storage.workers import Workers

LOW_DISK_GB = 2.0
ANSWER_S = 10.0
"""Timeout of the place for files in this check."""
NEARLY_ALL = 0.9
"""Warning threshold, as a share of the disk quota: the page says so before she is refused."""


class HealthCheck(Record):
    """Result of one health check."""

    name: str
    ok: bool
    text: str
    hint: str = ""


class Health(Record):
    """Results of all health checks."""

    checks: tuple[HealthCheck, ...]

    @property
    def ok(self) -> bool:
        """Whether every check passed."""
        return all(check.ok for check in self.checks)


def look(home: Path, database: Database, workers: Workers, bounds: Bounds, remote: Remote | None = None) -> Health:
    """Checks the database, the disk, the place for files, the workers, and each account's usage against its quota."""
    url = database.engine.url
    ours = _postgres(database, postgres.place(url)) if database.is_postgres else (_integrity(database), _journal(home))
    return Health(
        checks=(
            *ours,
            *_never_copied(home, database),
            *_without_rows(home, database),
            _schema(database),
            _disk(home, bounds.limits.min_free_gb),
            _permissions(home),
            *([_remote(remote)] if remote else []),
            _worker(workers),
            _limits(bounds.limits),
            _use(bounds),
        )
    )


def _integrity(database: Database) -> HealthCheck:
    try:
        with database.read() as session:
            verdict = str(session.connection().exec_driver_sql("PRAGMA integrity_check(1)").scalar_one())
    except StoreTrouble as trouble:
        verdict = trouble.message
    ok = verdict == "ok"
    return HealthCheck(name="Database", ok=ok, text="Sound." if ok else verdict, hint="" if ok else WAY_BACK)


def _journal(home: Path) -> HealthCheck:
    remote = network_file_system(home)
    journal = "TRUNCATE" if remote else journal_mode()
    where = f" The folder is on {remote}, a network file system, where its locks cannot be relied on." if remote else ""
    return HealthCheck(
        name="SQLite",
        ok=not remote,
        text=f"Version {sqlite3.sqlite_version}, {journal} journal, full sync.{where}",
        hint="Move the store to a local disk, or use PostgreSQL: tuneboard copy-to URL." if remote else "",
    )


def _postgres(database: Database, place: str) -> tuple[HealthCheck, ...]:
    asked = (
        "SELECT current_setting('server_version'), current_setting('max_connections')::int,"
        " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'), pg_is_in_recovery(),"
        " current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'"
        " AND current_setting('synchronous_commit') <> 'off', current_setting('data_checksums') = 'on'"
    )
    try:
        with database.read() as session:
            version, most, open_now, is_standby, is_durable, is_summed = (
                session.connection().exec_driver_sql(asked).one()
            )
    except StoreTrouble as trouble:
        return (HealthCheck(name="PostgreSQL", ok=False, text=f"{place}: {trouble.message}", hint=trouble.hint),)
    sums = "checks its pages' sums" if is_summed else "keeps no sums of its pages"
    answers = HealthCheck(
        name="PostgreSQL",
        ok=not is_standby and open_now < 0.8 * most,
        text=f"{place}, version {version}, {open_now} of {most} connections in use; it {sums}.",
        hint="It is a standby: name its primary." if is_standby else "Raise max_connections, or run fewer workers.",
    )
    durable = HealthCheck(
        name="Durability",
        ok=is_durable,
        text="What it says it kept is on its disk." if is_durable else "It may lose what it said it kept.",
        hint="" if is_durable else "Switch on fsync, full_page_writes and synchronous_commit there.",
    )
    return (answers.model_copy(update={"hint": ""}) if answers.ok else answers, durable)


def _never_copied(home: Path, database: Database) -> tuple[HealthCheck, ...]:
    """Check for a SQLite store in a home whose PostgreSQL is empty: its rows were never copied there."""
    if not database.is_postgres or not (home / DATABASE_FILE).is_file():
        return ()
    with database.read() as session:
        is_empty = session.exec(select(DatasetRow.id).limit(1)).first() is None
    if not is_empty:
        return ()
    text = f"This PostgreSQL is empty, and there is a SQLite store in {home}."
    return (HealthCheck(name="Left behind", ok=False, text=text, hint="Copy it over: tuneboard copy-to URL."),)


def _without_rows(home: Path, database: Database) -> tuple[HealthCheck, ...]:
    """Check for a SQLite database without datasets and runs in a home that has some."""
    if database.is_postgres or not has_content(home):
        return ()
    with database.read() as session:
        if session.exec(select(DatasetRow.id).limit(1)).first() or session.exec(select(RunRow.id).limit(1)).first():
            return ()
    return (HealthCheck(name="Rows", ok=False, text="Files are kept here, and no dataset and no run.", hint=REMEDY),)


def _schema(database: Database) -> HealthCheck:
    present, newest = revision_of(database.engine), newest_revision()
    return HealthCheck(name="Schema", ok=present == newest, text=f"{present}, as this program writes it.")


def _disk(home: Path, floor_gb: float) -> HealthCheck:
    free_gb = shutil.disk_usage(home).free / 1e9
    ok = free_gb >= max(LOW_DISK_GB, floor_gb)
    text = f"{free_gb:.1f} GB free in {home}."
    if free_gb < floor_gb:
        text += f" Below {floor_gb:g} GB nothing is taken in and no run begins."
    hint = "" if ok else "'tuneboard prune --dry-run' shows what could go; or move the store to a larger disk."
    return HealthCheck(name="Disk", ok=ok, text=text, hint=hint)


def _permissions(home: Path) -> HealthCheck:
    kept = (home / name for name in ("tuneboard.db", "files", "runs", "models", "cache", "logs", "shares"))
    open_to_others = os.name == "posix" and _is_open(home) and any(path.exists() and _is_open(path) for path in kept)
    return HealthCheck(
        name="Privacy",
        ok=not open_to_others,
        text="Other users of this machine can read the store." if open_to_others else "Only you can read the store.",
        hint=f"chmod -R go= {home}" if open_to_others else "",
    )


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


def _worker(workers: Workers) -> HealthCheck:
    alive = [worker for worker in workers.list() if worker.alive]
    if not alive:
        return HealthCheck(
            name="Worker", ok=False, text="None is running; runs wait.", hint="Start one: tuneboard worker."
        )
    devices = ", ".join(sorted({worker.device or "starting" for worker in alive}))
    return HealthCheck(name="Worker", ok=True, text=f"{len(alive)} running ({devices}).")


def _limits(limits: Limits) -> HealthCheck:
    own = {"disk_gb": "keep {:g} GB", "running": "have {} runs at work", "queued": "have {} waiting"}
    for_all = [words.format(getattr(limits, name)) for name, words in own.items() if limits.holds_for(name, "")]
    signed_in = [words.format(getattr(limits, name)) for name, words in own.items() if limits.holds_for(name, "?")]
    text = f"A file may have {limits.upload_mb} MB. "
    text += f"Whoever signs in may {', '.join(signed_in)}. " if signed_in else "Nobody's own is bounded. "
    text += f"Without sign-in: {', '.join(for_all)}." if for_all else "Without sign-in nothing else is bounded."
    return HealthCheck(name="Limits", ok=True, text=text)


def _use(bounds: Bounds) -> HealthCheck:
    used = bounds.use()
    most = bounds.limits.disk_gb
    full = [one for one in used if bounds.limits.holds_for("disk_gb", one.who) and one.bytes >= NEARLY_ALL * most * 1e9]
    text = "; ".join(_of_one(one) for one in used[:5]) or "Nothing is kept yet"
    more = f"; and {len(used) - 5} more people" if len(used) > 5 else ""
    hint = f"Near {most:g} GB: {', '.join(one.who or 'you' for one in full)}. Delete or prune." if full else ""
    return HealthCheck(name="Use", ok=not full, text=f"{text}{more}.", hint=hint)


def _of_one(one: Use) -> str:
    kept = f"{one.who or 'without a name'}: {one.bytes / 1e9:.2f} GB (datasets: {one.datasets}, runs: {one.runs})"
    return f"{kept}, {one.running} at work, {one.queued} waiting"


def _remote(remote: Remote) -> HealthCheck:
    try:
        took = within(ANSWER_S, remote.probe)
    except UserError as error:
        return HealthCheck(name="Files", ok=False, text=error.message, hint=error.hint)
    except TimeoutError:
        text = f"{remote.shown} did not answer within {ANSWER_S:.0f} s."
        return HealthCheck(name="Files", ok=False, text=text, hint="Check the network and the address.")
    return HealthCheck(name="Files", ok=True, text=f"{remote.shown} keeps what it is given ({took * 1000:.0f} ms).")
