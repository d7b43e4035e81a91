"""Every older schema comes to this one with its rows, on both databases, whole or not at all, once."""

import json
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, text
from sqlmodel import SQLModel

from core.errors import ConfigError
from storage import Store
from storage.database import open_database
from storage.schema import MIGRATIONS, known_revisions, migrate, newest_revision, revision_of
from tests.golden import CONFIGS
from tests.postgres import Server

REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
OLDER = [revision for revision in REVISIONS if revision != newest_revision()]
OLD_CONFIGS = [name for name in CONFIGS if name.endswith(("/quick", "/given", "/odd", "/lora"))]
CONFIG = CONFIGS["a9ed46d/best"]
"""Settings as the first release wrote them."""
ROWS = {
    "dataset": {
        "id": "d1",
        "name": "Grüße",
        "rows": 3,
        "columns": '["a"]',
        "bytes": 2**40,
        "sha256": "0",
        "source": "x",
    }
    | {"notes": "[]", "created": "2026-01-02 03:04:05.678900"},
    "run": {"id": "r1", "request_id": "q", "name": "Old", "dataset_id": "d1", "config": CONFIG, "done": 0, "total": 0}
    | {"created": "2026-01-02 03:04:05"},
    "job": {"id": 7, "run_id": "r1", "state": "failed", "stop_asked": False, "attempts": 1, "tries_left": 2}
    | {"events_read": 2**33, "queued": "2026-01-02 03:04:05"},
    "metric": {"run_id": "r1", "name": "loss", "step": 2**40, "value": None, "flag": "nan", "at": 1.5},
    "log_line": {"id": 5, "run_id": "r1", "at": 1.0, "level": "info", "text": "It began."},
}
"""What a store of the first schema may hold; every later one can hold it too."""


@pytest.fixture
def empty(database: str, tmp_path: Path, elsewhere: Callable[[], None]) -> Path:
    """A home whose database is there and has nothing in it."""
    elsewhere()
    (tmp_path / "home").mkdir(mode=0o700)
    return tmp_path / "home"


def an_older_store(home: Path, revision: str, config: str = CONFIG) -> Engine:
    engine = open_database(home)
    migrate(engine, revision)
    with engine.execution_options(writes=True).begin() as connection:
        for table, row in (ROWS | {"run": ROWS["run"] | {"config": config}}).items():
            names = ", ".join(f'"{name}"' for name in row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)  # noqa: S608
    return engine


def assert_everything_is_there(home: Path, config: str = CONFIG) -> None:
    with Store.open(home) as store:
        (run,) = store.runs.list()
        assert (run.name, run.status, run.created_by, run.unreadable) == ("Old", "failed", "", "")
        written = json.loads(config)
        assert (run.config.task.text, run.config.model) == (written["task"]["text"], written["model"])
        drawn = {"drawn_from": "rows", "split_seed": written["seed"]}
        assert (run.config.split.model_dump(), run.config.seed) == (written["split"] | drawn, written["seed"])
        (dataset,) = store.datasets.list()
        assert (dataset.name, dataset.bytes, dataset.created.microsecond) == ("Grüße", 2**40, 678900)
        (series,) = store.runs.series(run.id).values()
        assert (series.steps[0], str(series.values[0])) == (2**40, "nan")
        assert [line.text for line in store.runs.log(run.id)] == ["It began."]
        assert store.runs.resume(run.id).status == "queued"
        job = store.jobs.claim("me")
        assert job is not None
        assert job.events_read == 2**33


@pytest.mark.parametrize("revision", OLDER)
def test_every_older_schema_comes_to_this_one_with_its_rows(empty: Path, revision: str) -> None:
    an_older_store(empty, revision).dispose()
    assert_everything_is_there(empty)


@pytest.mark.parametrize("name", OLD_CONFIGS)
def test_settings_of_every_released_shape_come_along(empty: Path, name: str) -> None:
    an_older_store(empty, REVISIONS[-1], CONFIGS[name]).dispose()
    assert_everything_is_there(empty, CONFIGS[name])


def test_both_databases_get_exactly_the_tables_of_the_code(empty: Path) -> None:
    Store.open(empty).close()
    engine = open_database(empty)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_the_newest_revision_is_alembics_head() -> None:
    assert newest_revision() == ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert known_revisions() == REVISIONS[::-1]


def killed_while_migrating(home: Path, at_statement: int) -> bool:
    """Whether a process of its own that brings the store up to date was killed before its nth statement."""
    child = os.fork()
    if child == 0:
        count = 0

        def kill(*_: object) -> None:
            nonlocal count
            count += 1
            if count == at_statement:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Engine, "after_cursor_execute", kill)
        Store.open(home)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_migration_killed_at_any_statement_is_whole_or_was_never_there(empty: Path) -> None:
    engine = an_older_store(empty, OLDER[-1])
    engine.dispose()
    n = 1
    while killed_while_migrating(empty, n):
        found = revision_of(engine)
        assert found == OLDER[-1], n
        engine.dispose()
        n += 3
    assert n > 10
    assert_everything_is_there(empty)


def test_many_programs_that_start_at_once_migrate_once(empty: Path) -> None:
    an_older_store(empty, OLDER[-1]).dispose()
    failures: list[Exception] = []

    def start(n: int) -> None:
        try:
            home = empty.with_name(f"home{n}") if os.environ.get("TUNEBOARD_DATABASE_URL") else empty
            Store.open(home).close()  # with PostgreSQL they may have different homes, and so no lock in common there
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=start, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert_everything_is_there(empty)


def test_a_database_that_cannot_hold_every_letter_is_refused(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.connect() as connection:
        connection.execute("CREATE DATABASE narrow TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    monkeypatch.setenv("TUNEBOARD_DATABASE_URL", postgres.url("narrow"))
    with pytest.raises(ConfigError, match="keeps its texts as LATIN1"):
        Store.open(tmp_path / "home")
