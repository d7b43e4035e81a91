"""Store: the one door to everything that is kept."""

import os
from pathlib import Path

from storage import health
from storage.database import DATABASE_FILE, Database, open_database
from storage.datasets import Datasets
from storage.files import Files, write_whole
from storage.jobs import Jobs
from storage.postgres import place
from storage.records import Actor, PredictorAddress
from storage.runs import Runs
from storage.schema import bring_up_to_date
from storage.shares import Shares
from storage.workers import Workers


def default_home() -> Path:
    """TUNEBOARD_HOME, else .tuneboard in the user's own folder."""
    return Path(os.environ.get("TUNEBOARD_HOME") or Path.home() / ".tuneboard")


class Store:
    """Everything that is kept, under one folder."""

    def __init__(self, home: Path, database: Database) -> None:
        self.home = home
        self.models = home / "models"
        self.cache = home / "cache"
        self.logs = home / "logs"
        self._database = database
        self.datasets = Datasets(database, Files(home / "files"))
        self.runs = Runs(database, home / "runs")
        self.jobs = Jobs(database)
        self.workers = Workers(database)
        self.shares = Shares(database, home / "shares")

    @classmethod
    def open(cls, home: Path | None = None) -> "Store":
        """Opens the store in `home`, makes it when it is not there, and brings its schema up to date.

        The rows are in PostgreSQL where TUNEBOARD_DATABASE_URL names one, else in a SQLite file in `home`.
        """
        home = (home or default_home()).expanduser().absolute()
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in ("files", "runs", "models", "cache", "logs", "shares"):
            (home / folder).mkdir(exist_ok=True)
        engine = open_database(home)
        bring_up_to_date(engine, home)
        return cls(home, Database(engine))

    def acting(self, actor: Actor) -> "Store":
        """The same store, used on somebody's behalf."""
        return Store(self.home, Database(self._database.engine, actor))

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the database."""
        self._database.engine.dispose()

    @property
    def rows_are_elsewhere(self) -> bool:
        """The database is a server's, not a file in the home."""
        return self._database.is_postgres

    @property
    def rows_in(self) -> str:
        """Where the rows are: the database's file, or PostgreSQL's host and name, without user or password."""
        url = self._database.engine.url
        return f"PostgreSQL, {place(url)}" if self._database.is_postgres else str(self.home / DATABASE_FILE)

    def health(self) -> health.Health:
        """How the store is."""
        return health.look(self.home, self._database, self.workers)

    def predictor(self) -> PredictorAddress | None:
        """Where the predictor listens, or None when none has said so."""
        path = self.home / "predictor.json"
        return PredictorAddress.model_validate_json(path.read_bytes()) if path.is_file() else None

    def announce_predictor(self, address: PredictorAddress | None) -> None:
        """The predictor says where it listens, or that it has gone."""
        path = self.home / "predictor.json"
        if address is None:
            path.unlink(missing_ok=True)
        else:
            write_whole(path, address.model_dump_json().encode(), mode=0o600)
