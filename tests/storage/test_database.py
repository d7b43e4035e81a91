"""The SQLite rules: a sound journal, writes that take the lock at once, one schema at a time, a private folder."""

import sqlite3
import stat
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from core.config import RunConfig
from core.errors import UserError
from storage import Store
from storage.database import journal_mode, open_engine, wal_is_safe
from tests.storage.conftest import on_sqlite


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_is_used_only_where_the_library_is_free_of_the_reset_fault(
    version: tuple[int, int, int], safe: bool
) -> None:
    assert wal_is_safe(version) is safe
    assert journal_mode(version) == ("WAL" if safe else "TRUNCATE")


@on_sqlite
def test_the_database_is_opened_with_full_sync_and_foreign_keys(store: Store) -> None:
    with store._database.read() as session:
        pragma = {
            name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragma == {
        "journal_mode": journal_mode().lower(),
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


def test_a_read_followed_by_a_write_never_meets_a_busy_snapshot(store: Store, config: RunConfig) -> None:
    """Eight threads queue and claim at once; a deferred read-then-write would fail here."""
    failures: list[Exception] = []

    def work(n: int) -> None:
        mine = Store.open(store.home)
        try:
            for k in range(5):
                mine.runs.queue(config, f"{n}-{k}")
                job = mine.jobs.claim(f"w{n}")
                if job:
                    mine.jobs.renew(job)
                    mine.jobs.cancel(job)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(store.runs.list()) == 40


def test_migrations_make_exactly_the_tables_of_the_code(store: Store) -> None:
    with store._database.engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert difference == []


def test_many_openers_of_an_empty_home_migrate_once(tmp_path) -> None:
    failures: list[Exception] = []

    def open_it() -> None:
        try:
            Store.open(tmp_path / "new").close()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@on_sqlite
def test_a_store_of_a_newer_program_is_refused_and_left_alone(store: Store) -> None:
    store.close()
    path = store.home / "tuneboard.db"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(UserError, match="written by a newer Tuneboard"):
        Store.open(store.home)
    assert path.read_bytes() == before


def test_the_home_is_private(store: Store) -> None:
    assert stat.S_IMODE(store.home.stat().st_mode) == 0o700


@on_sqlite
def test_health_says_which_journal_is_used(store: Store) -> None:
    texts = {check.name: check.text for check in store.health().checks}
    assert journal_mode() in texts["SQLite"]
    assert sqlite3.sqlite_version in texts["SQLite"]


def test_an_engine_closes_without_leaving_the_file_locked(tmp_path) -> None:
    engine = open_engine(tmp_path / "a.db")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
        connection.commit()
    engine.dispose()
    with sqlite3.connect(tmp_path / "a.db") as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)


@on_sqlite
def test_eight_busy_writers_share_one_file_without_one_of_them_starving(store: Store, config: RunConfig) -> None:
    """Each asks for the lock again at once; with SQLite's own waiting, latecomers pass whoever waited long."""
    runs = [store.runs.queue(config, str(n)).id for n in range(8)]
    failures: list[Exception] = []

    def rename(run_id: str) -> None:
        try:
            with Store.open(store.home) as mine:
                for n in range(12):
                    mine.runs.rename(run_id, f"turn {n}")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=rename, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {run.name for run in store.runs.list()} == {"turn 11"}
