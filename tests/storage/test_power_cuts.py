"""What storage has said it has, it has: after kill -9, a power cut, a cut-off log, a backup in the midst of writing."""

import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.config import RunConfig
from core.events import Measured
from storage import Job, Store
from storage.backup import back_up, restore
from tests.storage.conftest import on_sqlite

pytestmark = on_sqlite
"""What is shown here of one file, its log and its journal, PostgreSQL shows of itself."""

ROOT = Path(__file__).parents[2]
BATCH = 7
KILLS = 4
WRITER = """
import sys
from pathlib import Path
from core.events import Measured
from storage import Job, Store
store = Store.open(Path(sys.argv[1]))
job = Job.model_validate_json(sys.stdin.readline())
n = int(sys.argv[2])
while True:
    store.jobs.record(job, [Measured(name=f"m{k}", value=n, step=n) for k in range(7)], n)
    print(n, flush=True)
    n += 1
"""


def check(store: Store, run_id: str) -> int:
    """The database is sound and holds whole batches only; how many."""
    with sqlite3.connect(store.home / "tuneboard.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        steps = connection.execute("SELECT step, count(*) FROM metric WHERE run_id = ? GROUP BY step", (run_id,))
        counts = dict(steps.fetchall())
        mark = connection.execute("SELECT events_read FROM job WHERE run_id = ?", (run_id,)).fetchone()[0]
    assert set(counts.values()) <= {BATCH}
    assert sorted(counts) == list(range(len(counts)))
    assert mark == max(counts, default=0)
    return len(counts)


def test_a_writer_that_is_killed_again_and_again_loses_no_batch_that_it_was_told_is_kept(
    store: Store, job: Job
) -> None:
    chance, told = random.Random(0), -1
    for _ in range(KILLS):
        words = [sys.executable, "-c", WRITER, str(store.home), str(told + 1)]
        with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdin is not None
            assert writer.stdout is not None
            writer.stdin.write(job.model_dump_json() + "\n")
            writer.stdin.flush()
            told = int(writer.stdout.readline())
            threading.Timer(chance.uniform(0, 0.2), writer.kill).start()
            for line in writer.stdout:
                told = int(line)
        kept = check(store, job.run_id)
        assert kept >= told + 1
        told = kept - 1


def small_pages(path: Path, journal: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode={journal}")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    return connection


def put(connection: sqlite3.Connection, run_id: str, step: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for k in range(BATCH):
        values = (run_id, f"m{k}", step, float(step), 0.0)
        connection.execute("INSERT INTO metric (run_id, name, step, value, at) VALUES (?, ?, ?, ?, ?)", values)
    connection.execute("UPDATE job SET events_read = ? WHERE run_id = ?", (step, run_id))
    connection.execute("COMMIT")


def test_a_log_that_is_cut_off_anywhere_gives_whole_batches_from_the_first_on(
    store: Store, job: Job, tmp_path: Path
) -> None:
    """With the write-ahead log: every prefix of it is some moment's truth."""
    store.close()
    path = store.home / "tuneboard.db"
    connection = small_pages(path, "WAL")
    for step in range(30):
        put(connection, job.run_id, step)
    log = (store.home / "tuneboard.db-wal").read_bytes()
    base, chance, before = path.read_bytes(), random.Random(0), -1
    for length in sorted({0, 1, 31, 32, 33, len(log) - 1, len(log), *chance.sample(range(len(log)), 40)}):
        copy = Store(tmp_path / f"cut-{length}", store._database)
        copy.home.mkdir()
        (copy.home / "tuneboard.db").write_bytes(base)
        (copy.home / "tuneboard.db-wal").write_bytes(log[:length])
        kept = check(copy, job.run_id)
        assert kept >= before
        before = kept
        shutil.rmtree(copy.home)
    assert before == 30
    connection.close()


def test_a_power_cut_within_a_write_gives_back_the_state_before_it(store: Store, job: Job, tmp_path: Path) -> None:
    """With the rollback journal: whichever pages had reached the disk, the journal takes them back."""
    store.close()
    path = store.home / "tuneboard.db"
    connection = small_pages(path, "DELETE")
    for step in range(30):
        put(connection, job.run_id, step)
    before = path.read_bytes()
    connection.execute("PRAGMA cache_size=4")  # so small that pages reach the disk before the end
    connection.execute("BEGIN IMMEDIATE")
    rows = ((job.run_id, f"x{n}", n, float(n), 0.0) for n in range(3000))
    connection.executemany("INSERT INTO metric (run_id, name, step, value, at) VALUES (?, ?, ?, ?, ?)", rows)
    journal, half = (store.home / "tuneboard.db-journal").read_bytes(), path.read_bytes()
    assert half != before
    connection.execute("ROLLBACK")
    connection.close()
    page, chance = int.from_bytes(before[16:18], "big"), random.Random(0)
    for trial in range(25):
        mixed = bytearray(half)
        for start in range(0, len(before), page):
            if chance.random() < 0.5:
                mixed[start : start + page] = before[start : start + page]
        copy = Store(tmp_path / f"cut-{trial}", store._database)
        copy.home.mkdir()
        (copy.home / "tuneboard.db").write_bytes(bytes(mixed))
        (copy.home / "tuneboard.db-journal").write_bytes(journal)
        assert check(copy, job.run_id) == 30
        assert (copy.home / "tuneboard.db").read_bytes() == before
        shutil.rmtree(copy.home)


def test_a_backup_amid_heavy_writing_restores_to_one_moment(store: Store, job: Job, tmp_path: Path) -> None:
    stop, told = threading.Event(), [-1]

    def write() -> None:
        mine = Store.open(store.home)
        while not stop.is_set():
            step = told[0] + 1
            mine.jobs.record(job, [Measured(name=f"m{k}", value=1.0, step=step) for k in range(BATCH)], step)
            told[0] = step
        mine.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(4):
            told_before = told[0]
            back_up(store.home, tmp_path / f"{n}.zip")
            restore(tmp_path / f"{n}.zip", tmp_path / f"home-{n}")
            restored = Store.open(tmp_path / f"home-{n}")
            assert check(restored, job.run_id) >= told_before + 1
            restored.close()
    finally:
        stop.set()
        writer.join()


def test_threads_share_one_store_and_none_sees_another_s_half(store: Store, config: RunConfig) -> None:
    failures: list[Exception] = []

    def work(n: int) -> None:
        try:
            for k in range(4):
                run = store.runs.queue(config, f"{n}-{k}")
                store.runs.rename(run.id, f"{n}-{k}")
                assert store.runs.get(run.id).name == f"{n}-{k}"
                assert all(one.dataset_name for one in store.runs.list())
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(store.runs.list()) == 24


def test_a_process_that_an_other_version_overtook_says_so_instead_of_writing(store: Store) -> None:
    from core.errors import UserError

    store.check_schema()
    with sqlite3.connect(store.home / "tuneboard.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(UserError, match="another version of Tuneboard"):
        store.check_schema()
