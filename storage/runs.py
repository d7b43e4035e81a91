"""Runs: queued, watched, stopped, resumed and read; what a worker does is in `jobs`."""

import re
import secrets
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from sqlalchemy import Text, cast, update
from sqlmodel import Session, col, select

from core.config import RunConfig
from core.errors import ConfigError, NotFound
from core.failpoints import failpoint
from core.payoff import AnyDecision
from core.searches import SearchQuestion
from storage import rights, whole
from storage.bounds import Bounds
from storage.clock import now
from storage.database import Database
from storage.files import size_of, write_whole
from storage.metrics import Metrics
from storage.published import EXPLANATIONS, Published, Results
from storage.records import ENDED, JobKind, LogLine, Run, Series, Status
from storage.remote import Remote
from storage.rights import demands
from storage.run_records import record_of, status_of
from storage.run_search import Wanted, conditions_of
from storage.tables import TRIES, DatasetRow, JobRow, LogRow, RunRow
from storage.troubles import steady
from storage.turns import next_turn

if TYPE_CHECKING:  # a process that reads no answers needs no pyarrow
    from core.answers import Answers
    from core.explanations import ModelColumns, ModelWords

    Explains = TypeVar("Explains", ModelWords, ModelColumns)

SEED_IN_NAME = re.compile(r" · seed \d+$")
MOST_REPEATS = 30


class Runs:
    """Repository of runs: everything that a person asks of them."""

    def __init__(self, database: Database, folder: Path, bounds: Bounds, remote: Remote | None = None) -> None:
        self._database = database
        self._bounds = bounds
        self._metrics = Metrics(database)
        self.folder = folder
        self.published = Published(remote) if remote else None
        self.results = Results(self.published)

    @demands("editor", "run.queue", about_first=False)
    def queue(self, config: RunConfig, request_id: str) -> Run:
        """Puts a run into the queue. `request_id` is the idempotency key: the same twice is one run.

        Raises NotFound for an unknown dataset, LimitReached when whoever asks has enough or the disk is nearly full.
        """
        return self._queue(config, None, request_id)

    @demands("editor", "search.queue", about_first=False)
    def queue_search(self, config: RunConfig, search: SearchQuestion, request_id: str) -> Run:
        """Puts a search of many small runs, each starting as `config` says, into the queue; else as `queue`."""
        return self._queue(config.model_copy(update={"rows_per_class": None}), search, request_id)

    @steady
    def _queue(self, config: RunConfig, search: SearchQuestion | None, request_id: str) -> Run:
        with self._database.write() as session:
            known = session.exec(select(RunRow.id).where(RunRow.request_id == request_id)).one_or_none()
            if known is None:
                dataset = session.get(DatasetRow, config.dataset, with_for_update=True)
                if dataset is None:
                    raise NotFound(f"There is no dataset '{config.dataset}'.", "Choose one on the Data page.")
                self._bounds.queue(session)
                config = _split_as_before(session, config)
                known = f"r{secrets.token_hex(5)}"
                name = config.name or f"{dataset.name} · {config.preset}"
                dataset.last_number += 1
                run = RunRow(
                    id=known,
                    request_id=request_id,
                    name=name,
                    number=dataset.last_number,
                    dataset_id=dataset.id,
                    scenario=config.scenario,
                    config=config,
                    search=search,
                    created_by=self._database.actor.name,
                )
                session.add(run)
                session.flush()
                failpoint("runs.queueing")
                who = self._database.actor.name
                session.add(JobRow(run_id=known, asked_by=who, turn=next_turn(session, who)))
                rights.about(known)
        return self.get(known)

    def get(self, run_id: str) -> Run:
        """The run with this id. Raises NotFound."""
        return self.several([run_id])[run_id]

    def several(self, run_ids: Iterable[str]) -> dict[str, Run]:
        """The runs with these ids, by id, in this order. Raises NotFound for the first that is not there."""
        wanted = list(dict.fromkeys(run_ids))
        found = {run.id: run for run in self._read(col(RunRow.id).in_(wanted), limit=len(wanted))}
        for run_id in wanted:
            if run_id not in found:
                raise NotFound(
                    f"There is no run '{run_id}'.", "It may have been deleted; the Runs page lists what is there."
                )
        return {run_id: found[run_id] for run_id in wanted}

    @demands("editor", "run.stop")
    @steady
    def stop(self, run_id: str) -> None:
        """Asks the run to stop and save what it has; a queued one is cancelled at once, an ended one left alone."""
        with self._database.write() as session:
            job = self._own(session, run_id)
            if job.state == "queued":
                job.state = "cancelled"
                session.get_one(RunRow, run_id).ended = now()
            elif job.state in ("leased", "running"):
                job.stop_asked = True

    @demands("editor", "run.resume")
    def resume(self, run_id: str) -> Run:
        """Queues a stopped or failed run again; it goes on from its last whole checkpoint.

        Raises ConfigError for a run in any other state, LimitReached as `queue` does.
        """
        self._readable(run_id)
        with self._database.write() as session:
            job = self._own(session, run_id)
            if job.state not in ("failed", "cancelled"):
                raise ConfigError(f"This run is {status_of(job)}.", "Only a stopped or failed run can be resumed.")
            self._bounds.queue(session)
            job.turn = next_turn(session, job.asked_by)
            job.state, job.stop_asked, job.tries_left, job.queued = "queued", False, TRIES, now()
            run = session.get_one(RunRow, run_id)
            run.ended = run.error_message = run.error_hint = run.bug_number = None
        return self.get(run_id)

    @demands("editor", "run.rerun", about_first=False)
    def rerun(self, run_id: str, request_id: str) -> Run:
        """A new run of the same config, or a new search of the same question."""
        run = self._readable(run_id)
        return self._queue(run.config.model_copy(update={"name": run.name}), run.search, request_id)

    @demands("editor", "run.repeat")
    def repeat(self, run_id: str, seeds: int, request_id: str) -> list[Run]:
        """Queues the run's recipe with further seeds, until so many are done or under way; gives those that are new.

        Raises LimitReached as `queue` does; what is queued by then stays.
        """
        run = self._readable(run_id)
        known = {one.config.seed for one in self.repeats(run_id) if one.status not in ("failed", "cancelled")}
        new = islice((seed for seed in count(run.config.seed) if seed not in known), max(0, seeds - len(known)))
        name = SEED_IN_NAME.sub("", run.name)
        return [
            self._queue(
                run.config.model_copy(update={"seed": seed, "name": f"{name} · seed {seed}"}),
                None,
                f"{request_id}/{seed}",
            )
            for seed in new
        ]

    def repeats(self, run_id: str) -> list[Run]:
        """Runs of this run's recipe, itself among them, by seed: equal settings, and only the seeds differ."""
        run = self._readable(run_id)
        written = run.config.model_dump_json()
        shared = written[written.index('"dataset":') : written.index(',"processes":')]
        alike = cast(RunRow.config, Text).contains(shared, autoescape=True)
        found = self._read(
            RunRow.dataset_id == run.dataset_id,
            col(RunRow.search).is_(None),
            alike | (col(RunRow.id) == run_id),
            limit=MOST_REPEATS,
        )
        same = [one for one in found if not one.unreadable and one.config.recipe == run.config.recipe]
        return sorted(same, key=lambda one: (one.config.seed, one.created))

    def started_from(self, run_id: str) -> list[Run]:
        """Runs that started from the model of this one, newest first; their settings name its folder."""
        model = cast(RunRow.config, Text).contains(f"/{run_id}/", autoescape=True)
        return self._read(col(RunRow.id) != run_id, model, limit=MOST_REPEATS)

    @demands("editor", "run.rename")
    @steady
    def rename(self, run_id: str, name: str) -> None:
        """Gives the run another name."""
        with self._database.write() as session:
            self._own(session, run_id)
            session.get_one(RunRow, run_id).name = name

    @demands("editor", "run.note")
    @steady
    def note(self, run_id: str, note: str) -> None:
        """Keeps a note about the run, in place of an earlier one."""
        with self._database.write() as session:
            self._own(session, run_id)
            session.get_one(RunRow, run_id).note = note

    @demands("editor", "run.star")
    @steady
    def star(self, run_id: str, is_starred: bool) -> None:
        """Marks the run with a star, or takes the star away."""
        with self._database.write() as session:
            self._own(session, run_id)
            session.get_one(RunRow, run_id).is_starred = is_starred

    @demands("editor", "run.decide")
    @steady
    def decide(self, run_id: str, decision: AnyDecision | None) -> Run:
        """Keeps the run's decision (prices and thresholds); None: answers as the model gives them. Raises NotFound."""
        self._readable(run_id)
        with self._database.write() as session:
            self._own(session, run_id)
            session.get_one(RunRow, run_id).decision = decision
        return self.get(run_id)

    @demands("editor", "run.delete")
    def delete(self, run_id: str) -> None:
        """Deletes the run, its metrics and its files. Raises ConfigError until it has ended."""
        with self._database.write() as session:
            job = self._own(session, run_id)
            if job.state not in ENDED:
                raise ConfigError(f"This run is {status_of(job)}.", "Stop it first.")
            if self.published:
                self.published.forget(run_id)  # where it cannot be done, the run stays
            session.delete(session.get_one(RunRow, run_id))
        shutil.rmtree(self.folder / run_id, ignore_errors=True)

    @demands("machine")
    def measure(self, run_id: str) -> int:
        """Measures the run's folder in bytes and keeps the sum, so that nobody else has to walk it."""
        found = size_of(self.folder / run_id)
        with self._database.write() as session:
            session.execute(update(RunRow).where(col(RunRow.id) == run_id).values(bytes=found))
        return found

    @demands("machine")
    def measure_all(self) -> None:
        """Measures the ended runs whose bytes are still 0."""
        uncounted = select(RunRow.id).where(RunRow.bytes == 0, col(RunRow.ended).is_not(None))
        with self._database.read() as session:
            found = session.exec(uncounted).all()
        for run_id in found:
            if (self.folder / run_id).is_dir():
                self.measure(run_id)

    def series(self, run_id: str, points: int = 2000) -> dict[str, Series]:
        """Metrics of the run as time series by name, downsampled to about `points` each."""
        return self._metrics.series(run_id, points)

    @steady
    def log(self, run_id: str, last: int = 500) -> list[LogLine]:
        """Tail of the run's log: its newest lines, oldest of them first."""
        newest = select(LogRow).where(LogRow.run_id == run_id).order_by(col(LogRow.id).desc()).limit(last)
        with self._database.read() as session:
            rows = session.exec(newest).all()
        return [LogLine(at=datetime.fromtimestamp(r.at, UTC), level=r.level, text=r.text) for r in reversed(rows)]

    def work_folder(self, run_id: str) -> Path:
        """Folder of the run's checkpoints, predictions and bundle."""
        return self.folder / run_id / "work"

    def attempt_folder(self, run_id: str, attempt: int) -> Path:
        """Folder of one attempt's events, output and result."""
        return self.folder / run_id / "attempts" / str(attempt)

    def predictions(self, run_id: str, who: str = "model") -> "Answers":
        """Predictions for test rows by `who` (model or a baseline); for validation rows by "validation" or
        "BASELINE.validation".

        Raises NotFound before the run has any, and for a run without validation rows.
        """
        from core.answers import read_answers

        path = self._here(self._readable(run_id), f"predictions/{who}.parquet")
        if not path.is_file():
            raise NotFound(f"This run has no predictions by '{who}'.", "They are there once the run has succeeded.")
        return read_answers(path)

    @demands("viewer")
    def explanation(self, run_id: str, kind: "type[Explains]") -> "Explains | None":
        """Global explanation of the run's model, of the `kind` ModelWords or ModelColumns; None before it was found."""
        path = self._here(self._readable(run_id), EXPLANATIONS[kind.about])
        return kind.model_validate_json(path.read_bytes()) if path.is_file() else None

    @demands("editor", "run.words")
    def keep_explanation(self, run_id: str, found: "ModelWords | ModelColumns") -> None:
        """Keeps a global explanation of the run's model, in place of an earlier one of its kind."""
        folder = self.work_folder(self.get(run_id).id)
        with self._database.write() as session:
            self._own(session, run_id)
            write_whole(folder / EXPLANATIONS[found.about], found.model_dump_json().encode())
        self.results.publish_explanation(run_id, folder, found.about)

    @demands("viewer")
    def points(self, run_id: str) -> tuple[Any, ...]:
        """Points that a search has measured so far, as its question reads them; none for a run."""
        run = self._readable(run_id)
        return run.search.read(self._here(run, run.search.place)) if run.search else ()

    def bundle(self, run_id: str) -> Path:
        """The folder with the trained model. Raises NotFound before the run has succeeded."""
        run = self._readable(run_id)
        if run.search:
            raise NotFound(f"'{run.name}' is a search of small runs; it keeps no model.", "Choose a run.")
        if run.status != "succeeded":
            raise NotFound(
                f"The run '{run.name}' is {run.status}; it has no model to use.", "Choose one that succeeded."
            )
        return self._here(run, "bundle")

    def _readable(self, run_id: str) -> Run:
        """The run, as `get`. Raises ConfigError where what is stored of it cannot be read."""
        run = self.get(run_id)
        if run.unreadable:
            raise ConfigError(f"The run '{run.name}' cannot be read. {run.unreadable}", whole.HINT)
        return run

    def _own(self, session: Session, run_id: str) -> JobRow:
        """Job of a run, locked, that the actor may change. Raises NotFound and Forbidden."""
        job = _job_of(session, run_id)
        rights.own(session, self._database.actor, session.get_one(RunRow, run_id).created_by, "run")
        return job

    def _here(self, run: Run, name: str) -> Path:
        """Path of a file or folder that the run left, downloaded where it was left on another machine."""
        attempt = run.attempts if run.status == "succeeded" else None
        return self.results.here(run.id, attempt, self.work_folder(run.id), name)

    @steady
    def _read(self, *conditions: Any, limit: int) -> list[Run]:
        joined = (
            select(RunRow, JobRow, DatasetRow.name)
            .join(JobRow, col(JobRow.run_id) == col(RunRow.id))
            .join(DatasetRow, col(DatasetRow.id) == col(RunRow.dataset_id))
        )
        newest = joined.where(*conditions).order_by(col(RunRow.created).desc(), col(RunRow.id)).limit(limit)
        with self._database.read() as session:
            return [record_of(*row) for row in session.exec(newest)]

    def list(
        self,
        limit: int = 200,
        *,
        status: Status | None = None,
        kind: JobKind | None = "run",
        and_unreadable: bool = False,
        **wanted: Unpack[Wanted],
    ) -> list[Run]:
        """Runs, newest first; searches, or with None both.

        With a `status`, what cannot be read is left out unless it is asked for; "unreadable" looks for it among the
        newest `limit`.
        """
        conditions = list(conditions_of(status=status, kind=kind, **wanted))
        found = self._read(*conditions, limit=limit)
        if status == "unreadable":
            return [run for run in found if run.unreadable]
        if not status or and_unreadable:
            return found
        readable, looked = [run for run in found if not run.unreadable], limit
        while len(found) == looked and len(readable) < limit:
            looked *= 4
            found = self._read(*conditions, limit=looked)
            readable = [run for run in found if not run.unreadable]
        return readable[:limit]


def _split_as_before(session: Session, config: RunConfig) -> RunConfig:
    """The config with rows drawn as by an earlier version, where runs of its dataset were: they stay comparable."""
    earlier = session.exec(
        select(RunRow)
        .where(RunRow.dataset_id == config.dataset, cast(RunRow.config, Text).not_like('%"drawn_from":"inputs"%'))
        .order_by(col(RunRow.created).desc())
        .limit(1)
    ).one_or_none()
    if earlier is None or not isinstance(earlier.config, RunConfig):
        return config
    split = config.split
    seed = split.split_seed or earlier.config.split.split_seed
    return config.model_copy(update={"split": split.model_copy(update={"drawn_from": "rows", "split_seed": seed})})


def _job_of(session: Session, run_id: str) -> JobRow:
    """Job of the run, locked until the end of this transaction. Raises NotFound."""
    job = session.exec(select(JobRow).where(JobRow.run_id == run_id).with_for_update()).one_or_none()
    if job is None:
        raise NotFound(f"There is no run '{run_id}'.")
    return job
