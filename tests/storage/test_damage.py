"""A database that is locked, damaged, moved or on the wrong disk: found, said in words, with the way back."""

import os
import random
import shutil
import sqlite3
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from core.config import RunConfig, make_config
from core.errors import UserError
from core.events import LogEvent, Measured
from storage import Store, database
from storage.backup import back_up, restore
from storage.database import DATABASE_FILE, network_file_system
from storage.troubles import Busy, Damaged, Refused
from storage.unneeded import PruneOptions
from tests.postgres import server
from tests.storage.conftest import Rows, on_sqlite

FLIPS = int(os.environ.get("TUNEBOARD_TEST_FLIPS", "24"))
"""How many places are tried; thousands take minutes."""


def fill(store: Store, rows: Rows, runs: int = 12) -> list[str]:
    """Runs with numbers and lines; their names, newest first."""
    dataset = store.datasets.add(rows, name="answers", source="answers.csv")
    for n in range(runs):
        store.runs.queue(make_config(dataset=dataset.id, name=f"Run {n}"), str(n))
        job = store.jobs.claim("me")
        assert job is not None
        events = [Measured(name=f"m{k}", value=k / 7, step=k) for k in range(30)]
        store.jobs.record(job, [*events, LogEvent(text="All is well.")], 1)
        store.jobs.cancel(job)
    return [run.name for run in store.runs.list()]


def look_everywhere(home: Path) -> tuple[UserError | None, list[str]]:
    """What is said against the store in `home` when every row is read and its health is asked; its runs' names."""
    try:
        with Store.open(home) as store:
            checks = {check.name: check for check in store.health().checks}
            runs = store.runs.list()
            for run in runs:
                store.runs.series(run.id)
                store.runs.log(run.id)
            store.datasets.list()
            store.shares.list()
            store.workers.list()
    except UserError as error:
        return error, []
    bad = checks["Database"]
    return None if bad.ok else UserError(bad.text, bad.hint), [run.name for run in runs]


@on_sqlite
def test_a_flipped_byte_is_found_or_harms_nothing_but_the_value_it_is_in(
    store: Store, rows: Rows, tmp_path: Path
) -> None:
    names = fill(store, rows)
    back_up(store.home, tmp_path / "b.zip")
    store.close()
    whole = (store.home / "tuneboard.db").read_bytes()
    draw = random.Random(64)
    found = 0
    for n, place in enumerate([*draw.sample(range(len(whole)), FLIPS), *range(0, 100, 9), *range(4096, 4104, 2)]):
        broken = bytearray(whole)
        broken[place] ^= 1 << draw.randrange(8)
        home = tmp_path / f"flip{n}"
        home.mkdir(mode=0o700)
        (home / "tuneboard.db").write_bytes(broken)
        said, seen = look_everywhere(home)  # an error that is not in words is a bug, and fails here
        found += said is not None
        assert said is not None or len(seen) == len(names), place
        assert said is None or said.hint, place
    assert found >= 8
    restore(tmp_path / "b.zip", tmp_path / "back")
    assert look_everywhere(tmp_path / "back") == (None, names)


@on_sqlite
@pytest.mark.parametrize("harm", ["header", "middle", "cut"])
def test_a_damaged_database_is_said_with_the_way_back(store: Store, rows: Rows, harm: str) -> None:
    fill(store, rows)
    store.close()
    path = store.home / "tuneboard.db"
    whole = path.read_bytes()
    noise = random.Random(1).randbytes(len(whole))
    broken = {"header": noise[:100] + whole[100:], "middle": whole[:4096] + noise[4096:], "cut": whole[:5000]}[harm]
    path.write_bytes(broken)
    said, _ = look_everywhere(store.home)
    assert isinstance(said, Damaged)
    assert "tuneboard restore" in said.hint


def test_damage_to_postgres_is_found_by_its_sums_and_said_with_the_way_back(
    tmp_path: Path, rows: Rows, postgres: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server() as fragile:
        monkeypatch.setenv("TUNEBOARD_DATABASE_URL", fragile.url(name := fragile.new_database()))
        with Store.open(tmp_path / "home") as store:
            fill(store, rows)
            assert any("checks its pages' sums" in check.text for check in store.health().checks)
            with fragile.connect(name) as connection:
                ((place,),) = connection.execute("SELECT pg_relation_filepath('metric')").fetchall()
            fragile.stop("fast")
            path = fragile.data / place
            content = bytearray(path.read_bytes())
            content[8000] ^= 1
            path.write_bytes(content)
            fragile.start()
        said, _ = look_everywhere(tmp_path / "home")
        assert isinstance(said, Damaged)
        assert "tuneboard restore" in said.hint


def test_two_writers_readers_and_a_backup_never_meet_a_locked_database(
    store: Store, config: RunConfig, tmp_path: Path
) -> None:
    failures: list[Exception] = []

    def guarded(work) -> None:
        try:
            with Store.open(store.home) as mine:
                work(mine)
        except Exception as error:
            failures.append(error)

    def write(mine: Store) -> None:
        for _ in range(15):
            run = mine.runs.queue(config, os.urandom(8).hex())
            mine.runs.rename(run.id, "renamed")

    def read(mine: Store) -> None:
        for _ in range(10):
            for run in mine.runs.list():
                mine.runs.series(run.id)

    def save(mine: Store) -> None:
        for n in range(2):
            back_up(mine.home, tmp_path / f"{n}.zip")

    threads = [threading.Thread(target=guarded, args=(work,)) for work in (write, write, read, read, save)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(store.runs.list()) == 30


@on_sqlite
def test_a_long_reader_makes_a_writer_wait_and_then_say_so_and_nothing_is_left_half(
    store: Store, config: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.runs.queue(config, "one")
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.2)
    with Store.open(store.home) as writer, store._database.read() as session:
        session.connection().exec_driver_sql("SELECT * FROM run").all()
        if database.journal_mode() == "TRUNCATE":  # a write-ahead log lets both go on
            with pytest.raises(Busy, match="held the database"):
                writer.runs.queue(config, "two")
        session.rollback()
        writer.runs.queue(config, "two")
        assert len(writer.runs.list()) == 2


@on_sqlite
def test_a_database_that_vanishes_while_open_is_not_replaced_by_an_empty_one(store: Store, rows: Rows) -> None:
    names = fill(store, rows, runs=2)
    path = store.home / "tuneboard.db"
    path.rename(store.home / "aside.db")
    with pytest.raises(Refused, match="cannot be opened"):
        store.runs.list()
    assert not path.exists()
    (store.home / "aside.db").rename(path)
    assert [run.name for run in store.runs.list()] == names


@on_sqlite
def test_a_database_that_is_replaced_while_open_is_opened_anew(store: Store, rows: Rows, tmp_path: Path) -> None:
    with Store.open(tmp_path / "other") as other:
        names = fill(other, rows, runs=3)
    assert store.runs.list() == []
    (tmp_path / "other" / "tuneboard.db").replace(store.home / "tuneboard.db")
    assert [run.name for run in store.runs.list()] == names


@pytest.mark.parametrize("leftover", ["tuneboard.db-wal", "tuneboard.db-shm", "tuneboard.db-journal"])
@on_sqlite
def test_a_backup_is_never_restored_beside_an_old_journal(store: Store, tmp_path: Path, leftover: str) -> None:
    back_up(store.home, tmp_path / "b.zip")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / leftover).write_bytes(b"stale")
    with pytest.raises(UserError, match="not empty"):
        restore(tmp_path / "b.zip", tmp_path / "new")


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/team/home", "nfs4"),
        ("/srv/team", "nfs4"),
        ("/srv", None),
        ("/mnt/ssh/x", "fuse.sshfs"),
        ("/srv/team/l", None),
    ],
)
def test_a_network_file_system_is_known_by_the_mount_nearest_to_the_folder(folder: str, kind: str | None) -> None:
    mounts = [("/", "ext4"), ("/srv/team", "nfs4"), ("/srv/team/l", "xfs"), ("/mnt/ssh", "fuse.sshfs")]
    assert network_file_system(Path(folder), mounts) == kind


@on_sqlite
def test_health_warns_of_a_network_file_system_and_no_log_is_written_ahead_there(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.network_file_system", lambda _path: "nfs4")
    monkeypatch.setattr("storage.health.network_file_system", lambda _path: "nfs4")
    monkeypatch.setattr("storage.database.journal_mode", lambda: "WAL")
    with Store.open(store.home) as again:
        with again._database.read() as session:
            assert session.connection().exec_driver_sql("PRAGMA journal_mode").scalar_one() == "truncate"
        found = {check.name: check for check in again.health().checks}
    assert not found["SQLite"].ok
    assert "nfs4" in found["SQLite"].text
    assert "PostgreSQL" in found["SQLite"].hint


@contextmanager
def nobody() -> Iterator[Path]:
    """A folder whose files a user without any rights owns, who does what stands in the block."""
    folder = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        shutil.rmtree(folder)


@pytest.mark.skipif(os.name != "posix", reason="no permissions of this kind here")
@pytest.mark.parametrize(("mode", "stale"), [(0o400, None), (0o000, None), (0o000, "tuneboard.db-shm")])
def test_lost_permissions_are_said_and_come_back_with_them(
    mode: int, stale: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if stale:  # of the write-ahead log
        monkeypatch.setattr("storage.database.journal_mode", lambda: "WAL")
    with nobody() as folder:
        Store.open(folder / "home").close()
        closed = folder / "home" / (stale or "tuneboard.db")
        closed.touch()
        closed.chmod(mode)
        with pytest.raises(Refused, match="cannot be opened"), Store.open(folder / "home") as store:
            store.workers.say("w", host="h", pid=1, ready=True, busy_with=None, device=None)
        closed.chmod(0o600)
        with Store.open(folder / "home") as store:
            store.workers.say("w", host="h", pid=1, ready=True, busy_with=None, device=None)
            assert len(store.workers.list()) == 1


@on_sqlite
def test_the_database_is_nobody_elses_to_read(store: Store) -> None:
    assert stat.S_IMODE((store.home / "tuneboard.db").stat().st_mode) == 0o600


def test_a_file_that_is_no_database_is_named_damaged(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "tuneboard.db").write_text("hello " * 1000)
    with pytest.raises(Damaged, match="not a database"):
        Store.open(home)


@on_sqlite
@pytest.mark.parametrize("change", ["DROP TABLE audit", "ALTER TABLE audit RENAME COLUMN at TO since"])
def test_a_table_or_a_column_that_is_lacking_is_damage_in_words(store: Store, change: str) -> None:
    with closing(sqlite3.connect(store.home / DATABASE_FILE)) as connection:
        connection.execute(change)
    with pytest.raises(Damaged, match=r"The database is damaged: no such (table|column)"):
        store.pruning.plan(PruneOptions())


@on_sqlite
def test_a_schema_with_a_name_without_end_is_refused_in_short(store: Store) -> None:
    with closing(sqlite3.connect(store.home / DATABASE_FILE)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", ("x" * 5_000,))
        connection.commit()
    with pytest.raises(UserError, match="was written by a newer Tuneboard") as error:
        Store.open(store.home)
    assert len(str(error.value)) < 500
