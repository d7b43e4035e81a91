"""From SQLite to PostgreSQL and back: every row arrives as it was, or nothing does."""

import math
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel

from core.config import RunConfig, make_config
from core.errors import ConfigError, NotFound, UserError
from core.evaluation.records import Evaluation, Interval
from core.events import LogEvent, Measured, StageBegan
from storage import Store, copying
from storage.backup import back_up, restore
from storage.copying import copy_to
from storage.database import open_engine
from storage.postgres import open_postgres, parse, place
from tests.postgres import Server
from tests.storage.conftest import Rows, on_postgres, on_sqlite

VALUES = [0.1, math.nan, math.inf, -math.inf, 1e300, -0.0, 5e-324]
ODD = "Grüße 日本 🎉 \u202egnirts 'quoted' \\N \\. \t\n\r\u2028"


@pytest.fixture
def filled(store: Store, rows: Rows, config: RunConfig) -> Store:
    """A store with a row in nearly every table, with all that a text and a number can hold."""
    store.datasets.add(rows, name=ODD, source="a.csv")
    first = store.runs.queue(config, "one")
    job = store.jobs.claim("me")
    assert job is not None
    store.jobs.start(job, "1/1/1")
    measured = [Measured(name=ODD, value=value, step=2**40 + step) for step, value in enumerate(VALUES)]
    store.jobs.record(job, [StageBegan(stage="train", text=ODD), LogEvent(text=ODD), *measured], 2**33)
    store.jobs.succeed(job, Evaluation(rows=3, metrics={"accuracy": Interval(value=0.5, low=0.1, high=0.9)}))
    store.runs.queue(config.model_copy(update={"name": ODD}), "two")
    store.shares.create("report", title=ODD, run_ids=(first.id,), content=b"<p>", days=3)
    return store


def everything(store: Store) -> object:
    """All that the store shows, comparable."""
    runs = store.runs.list(kind=None)
    series = {run.id: store.runs.series(run.id) for run in runs}
    numbers = {
        (run, name): [repr((array + 0.0).tolist()) for array in (one.steps, one.values, one.times)]
        for run, by_name in series.items()
        for name, one in by_name.items()
    }
    logs = {run.id: store.runs.log(run.id) for run in runs}
    return runs, numbers, logs, store.datasets.list(), store.shares.list()


@pytest.fixture
def empty_url(postgres: Server) -> str:
    return postgres.url(postgres.new_database())


def opened(home: Path, url: str, patch: pytest.MonkeyPatch) -> Store:
    patch.setenv("TUNEBOARD_DATABASE_URL", url)
    return Store.open(home)


@on_sqlite
def test_a_copied_store_shows_exactly_what_it_showed(
    filled: Store, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(filled)
    counts = {one.table: one.rows for one in copy_to(filled.home, parse(empty_url))}
    assert counts["metric"] == len(VALUES)
    assert (counts["run"], counts["job"], counts["dataset"], counts["share"]) == (2, 2, 2, 1)
    with opened(filled.home, empty_url, monkeypatch) as copied:
        assert everything(copied) == before
        by_name = copied.runs.series(copied.runs.list()[1].id)
        np.testing.assert_array_equal(by_name[ODD].values, VALUES)


@on_sqlite
def test_the_copy_goes_on_where_the_old_store_stopped(
    filled: Store, empty_url: str, monkeypatch: pytest.MonkeyPatch, config: RunConfig
) -> None:
    copy_to(filled.home, parse(empty_url))
    with opened(filled.home, empty_url, monkeypatch) as copied:
        third = copied.runs.queue(config, "three")
        assert copied.runs.queue(config, "two").id != third.id
        claimed = [job.run_id for job in (copied.jobs.claim("me"), copied.jobs.claim("me")) if job]
        assert len(claimed) == 2
        assert claimed[1] == third.id


@on_sqlite
def test_a_nul_in_a_text_becomes_a_sign_that_can_be_seen(
    filled: Store, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(filled.home / "tuneboard.db") as database:
        database.execute("UPDATE run SET name = 'a' || char(0) || 'b', stage_text = char(0)")
    copy_to(filled.home, parse(empty_url))
    with opened(filled.home, empty_url, monkeypatch) as copied:
        assert {run.name for run in copied.runs.list()} == {"a␀b"}
        copied.runs.rename(copied.runs.list()[0].id, "c\0d")
        assert copied.runs.list()[0].name == "c␀d"


@on_sqlite
def test_a_copy_into_a_used_database_is_refused(filled: Store, empty_url: str, config: RunConfig) -> None:
    copy_to(filled.home, parse(empty_url))
    with pytest.raises(ConfigError, match="is not empty: there are rows in"):
        copy_to(filled.home, parse(empty_url))


@on_sqlite
def test_another_programs_database_is_left_alone(filled: Store, postgres: Server) -> None:
    name = postgres.new_database()
    with postgres.connect(name) as connection:
        connection.execute("CREATE TABLE payroll (id int)")
    with pytest.raises(ConfigError, match="another program's tables"):
        copy_to(filled.home, parse(postgres.url(name)))
    with postgres.connect(name) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables == [("payroll",)]


@on_sqlite
def test_a_store_that_a_worker_works_on_is_not_copied(filled: Store, empty_url: str, config: RunConfig) -> None:
    filled.jobs.claim("me")
    with pytest.raises(ConfigError, match="A worker is working"):
        copy_to(filled.home, parse(empty_url))


def test_a_folder_without_a_store_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no SQLite store"):
        copy_to(tmp_path, parse("postgresql://127.0.0.1:1/none"))


@on_sqlite
def test_a_copy_that_arrives_otherwise_is_found_and_undone(
    filled: Store, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = copying._insert

    def forgetful(target, one, rows) -> None:
        real(target, one, (row for row in rows if one.name != "metric" or row[2] != 2**40 + 3))

    monkeypatch.setattr(copying, "_insert", forgetful)
    with pytest.raises(UserError, match="'metric' did not arrive whole: 7 rows went, 6 came"):
        copy_to(filled.home, parse(empty_url))
    engine = open_postgres(parse(empty_url))
    with engine.connect() as connection:
        for one in SQLModel.metadata.sorted_tables:
            assert connection.execute(select(func.count()).select_from(one)).scalar_one() == 0
    engine.dispose()


@on_postgres
def test_a_backup_of_postgres_opens_as_sqlite_and_comes_back_to_postgres(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: Server
) -> None:
    before = everything(filled)
    back_up(filled.home, tmp_path / "b.zip")
    monkeypatch.delenv("TUNEBOARD_DATABASE_URL")
    restore(tmp_path / "b.zip", tmp_path / "small")
    with Store.open(tmp_path / "small") as small:
        assert everything(small) == before
    monkeypatch.setenv("TUNEBOARD_DATABASE_URL", postgres.url(postgres.new_database()))
    restore(tmp_path / "b.zip", tmp_path / "large")
    assert not (tmp_path / "large" / "tuneboard.db").exists()
    with Store.open(tmp_path / "large") as large:
        assert everything(large) == before


@on_postgres
def test_a_backup_is_not_restored_over_the_rows_of_another_store(filled: Store, tmp_path: Path) -> None:
    back_up(filled.home, tmp_path / "b.zip")
    with pytest.raises(ConfigError, match="is not empty"):
        restore(tmp_path / "b.zip", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@on_sqlite
def test_a_copy_of_many_numbers_arrives_whole(filled: Store, empty_url: str) -> None:
    engine = open_engine(filled.home / "tuneboard.db")
    run_id = filled.runs.list()[0].id
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "INSERT INTO metric (run_id, name, step, value, at) WITH RECURSIVE n(i) AS "
            "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT ?, 'many', i, i / 7.0, i FROM n",
            (run_id,),
        )
        connection.commit()
    engine.dispose()
    assert {one.table: one.rows for one in copy_to(filled.home, parse(empty_url))}["metric"] == 20_000 + len(VALUES)


@pytest.mark.parametrize("said", ["mysql://u:secret@h/d", "sqlite:///x.db", "not an address", "postgresql"])
def test_another_address_is_refused_without_its_password(said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(said)
    assert "secret" not in str(refused.value)


def test_a_config_with_a_nul_inside_comes_back_from_postgres(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: Rows
) -> None:
    with opened(tmp_path / "home", postgres.url(postgres.new_database()), monkeypatch) as store:
        dataset = store.datasets.add(rows, name="a\0b", source="x\0")
        assert store.datasets.get("a\0b").name == "a␀b"
        config = make_config(dataset=dataset.id, name="c\0d")
        assert store.runs.get(store.runs.queue(config, "one").id).config == config


def test_an_address_is_shown_without_user_or_password() -> None:
    assert place(parse("postgres://me:secret@db.example:5433/tuneboard")) == "db.example:5433/tuneboard"
