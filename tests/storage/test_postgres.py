"""A PostgreSQL that breaks off, gives way, is full, is slow or goes away: said in words, and nothing is done twice."""

import threading
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import select

from core.config import RunConfig, make_config
from core.errors import ConfigError
from core.events import LogEvent, Measured
from storage import Job, Store, metrics, troubles
from storage.tables import RunRow
from storage.troubles import Busy, DatabaseUnreachable, Refused, steady
from tests.cutting_proxy import CuttingProxy, cutting_proxy
from tests.postgres import Server
from tests.storage.conftest import Rows, on_postgres

pytestmark = on_postgres


def end_all_connections(server: Server, database: str) -> int:
    """How many there were."""
    with server.connect() as connection:
        asked = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
        return int(connection.execute(asked, (database,)).fetchone()[0])  # type: ignore[index]


def test_a_connection_that_broke_while_idle_is_replaced_unseen(store: Store, postgres: Server, database: str) -> None:
    store.runs.list()
    assert end_all_connections(postgres, database) >= 1
    assert store.runs.list() == []


def test_a_batch_whose_connection_breaks_half_way_is_kept_once(
    store: Store, job: Job, postgres: Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, broken = metrics.put, []

    def put_and_break(*given, **more) -> None:
        put(*given, **more)
        if not broken:
            broken.append(end_all_connections(postgres, database))

    monkeypatch.setattr(metrics, "put", put_and_break)
    store.jobs.record(job, [Measured(name="loss", value=0.5, step=1), LogEvent(text="Half-way.")], 10)
    assert broken
    assert store.runs.series(job.run_id)["loss"].last == 0.5
    assert [line.text for line in store.runs.log(job.run_id)] == ["Half-way."]


def test_a_write_that_may_not_run_twice_says_that_the_connection_broke(
    store: Store, config: RunConfig, postgres: Server, database: str
) -> None:
    run = store.runs.queue(config, "one")

    def rename_and_break() -> None:
        with store._database.write() as session:
            session.get_one(RunRow, run.id).name = "half"
            session.flush()
            end_all_connections(postgres, database)

    with pytest.raises(DatabaseUnreachable, match=r"broke|cannot be reached"):
        rename_and_break()
    assert store.runs.get(run.id).name == run.name


@pytest.fixture
def wire(postgres: Server) -> Iterator[CuttingProxy]:
    with cutting_proxy(postgres.port) as proxy:
        yield proxy


@pytest.fixture
def far(
    store: Store, job: Job, wire: CuttingProxy, postgres: Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    """The same store, reached over the wire."""
    monkeypatch.setenv("TUNEBOARD_DATABASE_URL", postgres.url(database, wire.port))
    with Store.open(store.home) as opened:
        yield opened


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_batch_is_kept_once_when_the_answer_to_its_commit_is_lost(
    far: Store, store: Store, job: Job, wire: CuttingProxy, when: str
) -> None:
    wire.cut_at_commit = when
    far.jobs.record(job, [Measured(name="loss", value=0.5, step=1), LogEvent(text="Once.")], 10)
    assert wire.cuts == 1
    assert [line.text for line in store.runs.log(job.run_id)] == ["Once."]
    assert len(store.runs.series(job.run_id)["loss"].values) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_claim_whose_answer_is_lost_is_nobody_elses_and_not_forgotten(
    far: Store, store: Store, config: RunConfig, wire: CuttingProxy, when: str
) -> None:
    run = store.runs.queue(config, "two")
    wire.cut_at_commit = when
    claimed = far.jobs.claim("far") or far.jobs.claim("far")
    assert wire.cuts == 1
    assert claimed is not None
    assert claimed.run_id == run.id
    far.jobs.start(claimed, "1/1/1")
    assert store.jobs.claim("another") is None


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_start_pressed_while_the_connection_breaks_is_one_run(
    far: Store, store: Store, config: RunConfig, wire: CuttingProxy, when: str
) -> None:
    wire.cut_at_commit = when
    run = far.runs.queue(config, "pressed")
    assert wire.cuts == 1
    assert sorted(one.id for one in store.runs.list() if one.id == run.id) == [run.id]
    assert len(store.runs.list()) == 2


def test_two_that_wait_for_each_other_both_end(store: Store, config: RunConfig) -> None:
    runs = [store.runs.queue(config, str(n)).id for n in range(2)]
    both_hold_one = threading.Barrier(2)
    turns = {"forth": 0, "back": 0}

    @steady
    def rename(name: str, order: list[str]) -> None:
        turns[name] += 1
        with store._database.write(alongside=True) as session:
            session.get_one(RunRow, order[0], with_for_update=True).name = name
            session.flush()
            if turns[name] == 1:
                both_hold_one.wait(60)
            session.get_one(RunRow, order[1], with_for_update=True).name = name

    threads = [
        threading.Thread(target=rename, args=("forth", runs)),
        threading.Thread(target=rename, args=("back", runs[::-1])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(turns.values()) == [1, 2]
    assert len({store.runs.get(run).name for run in runs}) == 1


def test_a_serialization_failure_is_tried_again(store: Store) -> None:
    turns = []

    @steady
    def fail_twice() -> str:
        turns.append(1)
        with store._database.write() as session:
            if len(turns) < 3:
                session.execute(text("DO $$ BEGIN RAISE 'gave way' USING ERRCODE = '40001'; END $$"))
        return "done"

    assert fail_twice() == "done"
    assert len(turns) == 3


def test_a_row_that_somebody_holds_for_too_long_is_said(
    store: Store, job: Job, postgres: Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = f"{postgres.url(database)}?options=-c%20lock_timeout%3D200"
    monkeypatch.setenv("TUNEBOARD_DATABASE_URL", impatient)
    with Store.open(store.home) as other, psycopg.connect(postgres.url(database)) as holder:
        holder.execute("SELECT * FROM job FOR UPDATE")
        with pytest.raises(Busy, match="busy for too long"):
            other.jobs.renew(job)
        holder.rollback()
        assert other.jobs.renew(job) is False


def test_a_statement_that_takes_too_long_is_ended(
    store: Store, postgres: Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUNEBOARD_DATABASE_URL", f"{postgres.url(database)}?options=-c%20statement_timeout%3D200")
    with Store.open(store.home) as other, pytest.raises(Busy), other._database.read() as session:
        session.execute(text("SELECT pg_sleep(60)"))


def test_too_many_connections_are_said_and_work_goes_on_when_there_is_room(
    store: Store, job: Job, postgres: Server, database: str
) -> None:
    with postgres.connect() as connection:
        connection.execute("CREATE ROLE guest LOGIN PASSWORD 'guest' CONNECTION LIMIT 2")
        connection.execute(f"ALTER DATABASE {database} OWNER TO guest")
        connection.execute("GRANT pg_read_all_data, pg_write_all_data TO guest")
    url = postgres.url(database).replace("owner:open-sesame", "guest:guest")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUNEBOARD_DATABASE_URL", url)
        patch.setattr(troubles, "FIRST_WAIT_S", 0.01)
        with Store.open(store.home) as crowded:
            taken = [psycopg.connect(url)]
            with crowded._database.read() as session:
                session.execute(text("SELECT 1"))
                with pytest.raises(DatabaseUnreachable, match="takes no more connections"):
                    crowded.jobs.renew(job)
                taken[0].close()
                assert crowded.jobs.renew(job) is False


def test_a_server_that_only_answers_questions_is_left_for_the_next(
    store: Store, job: Job, postgres: Server, database: str
) -> None:
    with postgres.connect() as connection:
        connection.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    end_all_connections(postgres, database)
    with pytest.raises(DatabaseUnreachable, match="only answers questions"), store._database.write() as session:
        session.get_one(RunRow, job.run_id).name = "x"
    assert len(store.runs.list()) == 1
    with postgres.connect() as connection:
        connection.execute(f"ALTER DATABASE {database} RESET default_transaction_read_only")
    end_all_connections(postgres, database)
    assert store.jobs.renew(job) is False


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("open-sesame", "wrong", "does not know this user or password"),
        ("owner:open-sesame", "stranger:x", "does not know this user or password"),
        ("{database}", "nowhere", "no such database"),
        (":{port}/", ":1/", "cannot be reached"),
    ],
)
def test_a_door_that_stays_shut_is_said_without_the_password(
    store: Store, postgres: Server, database: str, monkeypatch: pytest.MonkeyPatch, wrong: str, right: str, said: str
) -> None:
    wrong = wrong.format(database=database, port=postgres.port)
    monkeypatch.setenv("TUNEBOARD_DATABASE_URL", postgres.url(database).replace(wrong, right))
    with pytest.raises((Refused, DatabaseUnreachable), match=said) as refused:
        Store.open(store.home)
    assert "open-sesame" not in str(refused.value)


def test_health_says_which_postgres_and_that_it_may_forget(store: Store, postgres: Server) -> None:
    checks = {check.name: check for check in store.health().checks}
    assert f"127.0.0.1:{postgres.port}/" in checks["PostgreSQL"].text
    assert "version" in checks["PostgreSQL"].text
    assert "open-sesame" not in str(checks)
    assert not checks["Durability"].ok  # the tests' server does not wait for its disk
    assert "fsync" in checks["Durability"].hint


def test_health_finds_a_sqlite_store_that_was_left_behind(
    store: Store, database: str, monkeypatch: pytest.MonkeyPatch, rows: Rows
) -> None:
    with monkeypatch.context() as patch:
        patch.delenv("TUNEBOARD_DATABASE_URL")
        with Store.open(store.home) as old:
            old.datasets.add(rows, name="old", source="x")
    found = [check for check in store.health().checks if check.name == "Left behind"]
    assert "copy-to" in found[0].hint
    store.datasets.add(rows, name="new", source="x")
    assert not [check for check in store.health().checks if check.name == "Left behind"]


def test_names_longer_than_an_index_holds_are_cut_or_refused_aloud(store: Store, rows: Rows, job: Job) -> None:
    long = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(10_000))
    dataset = store.datasets.add(rows, name=long, source=long)
    assert long.startswith(dataset.name.rstrip("…"))
    store.jobs.record(job, [Measured(name=long, value=1.0, step=1)], 10)
    assert store.runs.series(job.run_id) == {}
    assert "too long to keep" in store.runs.log(job.run_id)[-1].text
    config = make_config(dataset=dataset.id)
    assert store.runs.queue(config, "two").dataset_name == dataset.name


def test_reads_see_one_state_and_cannot_write(store: Store, job: Job) -> None:
    with store._database.read() as session:
        before = session.exec(select(RunRow.name)).all()
        store.runs.rename(job.run_id, "renamed")
        assert session.exec(select(RunRow.name)).all() == before
    with pytest.raises(DatabaseUnreachable, match="only answers"), store._database.read() as session:
        session.execute(text("DELETE FROM run"))


def test_a_missing_driver_is_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(ConfigError, match="needs a driver"):
        Store.open(store.home)
