"""Store: the facade of all repositories, files and the database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import UserError
from storage import contents, health, incoming, waiting
from storage.accounts import Accounts
from storage.bounds import Bounds
from storage.copies import keep_daily_copy
from storage.database import DATABASE_FILE, Database, is_read_only, open_database
from storage.datasets import Datasets
from storage.files import Files, write_whole
from storage.jobs import Jobs
from storage.judged import Ledger
from storage.limits import Limits
from storage.lost import refuse_lost
from storage.postgres import database_url, place
from storage.pruning import Pruning
from storage.records import Actor, PredictorAddress, Role, Wait
from storage.remeasuring import Remeasuring
from storage.remote import Remote
from storage.rights import demands
from storage.runs import Runs
from storage.schema import bring_up_to_date, refuse_other_schema
from storage.shares import Shares
from storage.troubles import in_words
from storage.workers import Workers


def default_home() -> Path:
    """Default folder of the store: TUNEBOARD_HOME, else .tuneboard in the user's own folder."""
    return Path(os.environ.get("TUNEBOARD_HOME") or Path.home() / ".tuneboard")


PREPARING = "preparing.txt"
"""File of the home that says what `tuneboard up` prepares."""


class Store:
    """Facade of everything that is kept, under one folder."""

    def __init__(
        self, home: Path, database: Database, limits: Limits | None = None, remote: Remote | None = None
    ) -> None:
        self.home = home
        self.limits = limits or Limits.in_force()
        self.bounds = Bounds(database, self.limits, home)
        self.models = home / "models"
        self.cache = home / "cache"
        self.logs = home / "logs"
        self._database = database
        self.remote = remote
        self.datasets = Datasets(database, Files(home / "files", remote), self.bounds, home / "incoming")
        self.runs = Runs(database, home / "runs", self.bounds, remote)
        self.jobs = Jobs(database, self.limits)
        self.ledger = Ledger(database)
        self.remeasuring = Remeasuring(database, self.runs)
        self.workers = Workers(database)
        self.pruning = Pruning(database, self.datasets, home, self.runs.published)
        self.shares = Shares(database, home / "shares", remote)
        self.accounts = Accounts(database)

    @classmethod
    def open(cls, home: Path | None = None, limits: Limits | None = None) -> "Store":
        """Opens the store in `home`, makes it when it is not there, and brings its schema up to date.

        The rows are in PostgreSQL where TUNEBOARD_DATABASE_URL names one, else in a SQLite file in `home`.
        One where nothing can be written is opened to be looked at. `limits` are those of the environment unless given.
        Raises ConfigError where that says what cannot be.
        """
        home = (home or default_home()).expanduser().absolute()
        if is_read_only(home):
            return cls._looked_at(home, limits)
        if not database_url():
            refuse_lost(home)
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in ("files", "runs", "models", "cache", "logs", "shares", "incoming"):
            (home / folder).mkdir(exist_ok=True, mode=0o700)
        remote = Remote.configured()
        engine = open_database(home)
        bring_up_to_date(engine, home)
        return cls(home, Database(engine), limits, remote)

    @classmethod
    def _looked_at(cls, home: Path, limits: Limits | None) -> "Store":
        """Store in a folder where nothing can be written. Raises UserError where its schema is not this program's."""
        if not database_url():
            refuse_lost(home)
        if not database_url() and not (home / DATABASE_FILE).is_file():
            raise UserError(f"There is no store in {home}, and none can be made there.", "Choose another --home.")
        engine = open_database(home, read_only=True)
        with in_words():
            refuse_other_schema(engine, home)
        return cls(home, Database(engine), limits, Remote.configured())

    def acting(self, actor: Actor) -> "Store":
        """Same store for another actor."""
        return Store(self.home, Database(self._database.engine, actor), self.limits, self.remote)

    @demands("editor")
    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """Temporary folder for an upload, removed when the block ends, or by `tidy` when this process dies."""
        with incoming.for_a_moment(self.home / "incoming") as folder:
            yield folder

    @demands("machine")
    def tidy(self) -> None:
        """Removes temporary folders that dead processes left, copies the database where the newest copy is a day old,
        and measures what an older version did not.

        The worker and the dashboard do it when they start.
        """
        self.keep_daily_copy()
        incoming.sweep(self.home / "incoming")
        self.datasets.measure_all()
        self.runs.measure_all()

    @demands("machine")
    def keep_daily_copy(self) -> None:
        """Copies the SQLite database into the home where the newest copy is a day old."""
        if not self._database.is_postgres:
            keep_daily_copy(self.home)

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def actor(self) -> Actor:
        """Actor of this store, with the role at the time of opening."""
        return self._database.actor

    def demand(self, role: Role, action: str = "", subject: str = "") -> None:
        """Raises Forbidden where the actor lacks `role`; else adds an audit entry, where an `action` is given.

        For what is done beside the repositories, such as adding a model's folder.
        """
        self._database.demand(role)
        if action:
            self._database.note(role, action, subject)

    def check_schema(self) -> None:
        """Raises UserError when another version of Tuneboard has changed the schema since this opened it."""
        with in_words():
            refuse_other_schema(self._database.engine, self.home)

    def close(self) -> None:
        """Closes the connections to the database."""
        self._database.engine.dispose()

    @property
    def rows_are_elsewhere(self) -> bool:
        """Whether the database is a server's, not a file in the home."""
        return self._database.is_postgres

    @property
    def rows_in(self) -> str:
        """Location of the database: its file, or PostgreSQL's host and name, without user or password."""
        url = self._database.engine.url
        return f"PostgreSQL, {place(url)}" if self._database.is_postgres else str(self.home / DATABASE_FILE)

    @demands("viewer")
    def health(self, *, deep: bool = False) -> health.Health:
        """Results of the store's health checks; `deep` reads every file of a dataset."""
        found = health.look(self.home, self._database, self.workers, self.bounds, self.remote)
        return health.Health(checks=(*found.checks, contents.look(self.datasets, self.remote, deep=deep)))

    @demands("viewer")
    def why_waiting(self, run_id: str) -> Wait:
        """Reason why a queued run has not begun."""
        return waiting.look(self._database, self.workers, self.bounds, run_id)

    @demands("visitor")
    def predictor(self) -> PredictorAddress | None:
        """Address of the predictor, or None when none has announced itself."""
        path = self.home / "predictor.json"
        return PredictorAddress.model_validate_json(path.read_bytes()) if path.is_file() else None

    @demands("viewer")
    def in_preparation(self) -> str:
        """What is being prepared before its run can be queued, as its title; "" for nothing."""
        path = self.home / PREPARING
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    @demands("machine")
    def announce_preparation(self, title: str) -> None:
        """Publishes what is being prepared; "": nothing is, any more."""
        path = self.home / PREPARING
        if title:
            write_whole(path, title.encode())
        else:
            path.unlink(missing_ok=True)

    @demands("machine")
    def announce_predictor(self, address: PredictorAddress | None) -> None:
        """Publishes the predictor's address; None: it has gone."""
        path = self.home / "predictor.json"
        if address is None:
            path.unlink(missing_ok=True)
        else:
            write_whole(path, address.model_dump_json().encode())
