"""Store: the one door to everything that is kept."""

import os
from pathlib import Path

from storage import health
from storage.database import Database, open_engine
from storage.datasets import Datasets
from storage.files import Files, write_whole
from storage.jobs import Jobs
from storage.records import Actor, PredictorAddress
from storage.remote import Remote
from storage.runs import Runs
from storage.schema import bring_up_to_date
from storage.shares import Shares
from storage.workers import Workers


def default_home() -> Path:
    """TUNEBOARD_HOME, else .tuneboard in the user's own folder."""
    return Path(os.environ.get("TUNEBOARD_HOME") or Path.home() / ".tuneboard")


class Store:
    """Everything that is kept, under one folder."""

    def __init__(self, home: Path, database: Database, remote: Remote | None = None) -> None:
        self.home = home
        self.models = home / "models"
        self.cache = home / "cache"
        self.logs = home / "logs"
        self._database = database
        self.remote = remote
        self.datasets = Datasets(database, Files(home / "files", remote))
        self.runs = Runs(database, home / "runs", remote)
        self.jobs = Jobs(database)
        self.workers = Workers(database)
        self.shares = Shares(database, home / "shares", remote)

    @classmethod
    def open(cls, home: Path | None = None) -> "Store":
        """Opens the store in `home`, makes it when it is not there, and brings its schema up to date."""
        home = (home or default_home()).expanduser().absolute()
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in ("files", "runs", "models", "cache", "logs", "shares"):
            (home / folder).mkdir(exist_ok=True, mode=0o700)
        remote = Remote.configured()
        engine = open_engine(home / "tuneboard.db")
        bring_up_to_date(engine, home)
        return cls(home, Database(engine), remote)

    def acting(self, actor: Actor) -> "Store":
        """The same store, used on somebody's behalf."""
        return Store(self.home, Database(self._database.engine, actor), self.remote)

    def close(self) -> None:
        """Lets go of the database file."""
        self._database.engine.dispose()

    def health(self) -> health.Health:
        """How the store is."""
        return health.look(self.home, self._database, self.workers, self.remote)

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
            write_whole(path, address.model_dump_json().encode())
