"""A real store in a folder of its own, with one small dataset: once in SQLite's file, once in PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from core.config import RunConfig, make_config
from storage import Dataset, Job, Store
from tests.postgres import Server


class Rows(NamedTuple):
    """Rows as a reader of files gives them."""

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    pictures: None = None


on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("database", ["postgres"], indirect=True)


@pytest.fixture(scope="session")
def migrated(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PostgreSQL database with an empty store, to copy from."""
    name = postgres.new_database()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUNEBOARD_DATABASE_URL", postgres.url(name))
        Store.open(tmp_path_factory.mktemp("migrated")).close()
    return name


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where stores keep their rows in this test: the database's name in PostgreSQL, else 'sqlite'."""
    if request.param == "sqlite":
        yield "sqlite"
        return
    server: Server = request.getfixturevalue("postgres")
    name = server.new_database(like=request.getfixturevalue("migrated"))
    monkeypatch.setenv("TUNEBOARD_DATABASE_URL", server.url(name))
    yield name
    server.drop(name)


@pytest.fixture
def elsewhere(database: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Stores opened after this is called keep their rows in another, empty database."""

    def leave() -> None:
        if database != "sqlite":
            server: Server = request.getfixturevalue("postgres")
            monkeypatch.setenv("TUNEBOARD_DATABASE_URL", server.url(server.new_database()))

    return leave


@pytest.fixture
def store(tmp_path: Path, database: str) -> Iterator[Store]:
    opened = Store.open(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def rows() -> Rows:
    return Rows(pd.DataFrame({"text": ["good", "bad", "fine"], "label": ["yes", "no", "yes"]}), ("Read as CSV.",))


@pytest.fixture
def dataset(store: Store, rows: Rows) -> Dataset:
    return store.datasets.add(rows, name="answers", source="answers.csv")


@pytest.fixture
def config(dataset: Dataset) -> RunConfig:
    return make_config(dataset=dataset.id, epochs=2)


@pytest.fixture
def job(store: Store, config: RunConfig) -> Job:
    """A run that "me" works on."""
    store.runs.queue(config, "one")
    claimed = store.jobs.claim("me")
    assert claimed is not None
    return claimed
