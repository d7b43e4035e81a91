"""Endings that real processes seldom show, played by an executor of our own."""

import errno
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text
from sqlmodel import select

from core.config import RunConfig
from core.device import choose
from core.evaluation.records import Evaluation
from core.events import Measured
from storage import Job, Store
from storage.tables import TRIES, JobRow
from storage.troubles import DatabaseUnreachable
from tests.worker.conftest import dead_supervisor
from worker import run_process
from worker.attempt import begin
from worker.event_file import EventWriter
from worker.executor import OnIdentity
from worker.order import RunOrder, RunResult, events_path, result_path
from worker.supervisor import Supervisor


class Played:
    """A process that does what the test says."""

    process = "1/1/1"

    def __init__(self, order: RunOrder) -> None:
        self.order = order
        self.code: int | None = None
        self.asked = self.ended = 0

    def exit_code(self) -> int | None:
        return self.code

    def ask_to_stop(self) -> None:
        self.asked += 1

    def end(self, *, now: bool = False) -> None:
        self.ended += 1
        self.code = -9 if self.code is None else self.code

    def leave(self, result: RunResult) -> None:
        result_path(self.order.attempt).write_text(result.model_dump_json())
        self.code = 0


class Stage:
    """An executor of played processes."""

    def __init__(self) -> None:
        self.played: list[Played] = []

    def submit(self, order: RunOrder, known: OnIdentity) -> Played:
        known(Played.process)
        self.played.append(Played(order))
        return self.played[-1]

    def is_ready(self) -> bool:
        return True

    def recover(self, process: str) -> None: ...
    def keep_warm(self) -> None: ...
    def device(self) -> str | None: ...
    def close(self) -> None: ...


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def attempt(store: Store, make: Callable[..., RunConfig], stage: Stage):
    store.runs.queue(make(), "one")
    job = store.jobs.claim("me")
    assert job is not None
    begun = begin(store, stage, job)
    assert begun is not None
    return begun


def test_leaving_with_code_0_and_no_result_is_no_success(store: Store, attempt, stage: Stage) -> None:
    stage.played[0].code = 0
    assert attempt.step() is False
    run = store.runs.get(attempt.job.run_id)
    assert run.status == "queued"
    assert "left no result" in store.runs.log(run.id)[-1].text


def test_the_last_words_of_a_process_are_kept(store: Store, attempt, stage: Stage) -> None:
    EventWriter(events_path(stage.played[0].order.attempt)).write(Measured(name="loss", value=1.0, step=7))
    stage.played[0].leave(RunResult(status="failed", message="It broke.", hint="Mend it."))
    attempt.step()
    run = store.runs.get(attempt.job.run_id)
    assert run.status == "failed"
    assert store.runs.series(run.id)["loss"].last == 1.0


def test_a_process_that_ignores_the_stop_is_ended(
    store: Store, attempt, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.attempt.STOP_S", -1.0)
    store.runs.stop(attempt.job.run_id)
    attempt.step()
    assert (stage.played[0].asked, stage.played[0].ended) == (1, 1)
    attempt.step()
    assert store.runs.get(attempt.job.run_id).status == "cancelled"


def test_a_lost_lease_ends_the_process_and_writes_nothing(store: Store, attempt, stage: Stage) -> None:
    store.jobs.renew(attempt.job, lease_s=-1)
    store.jobs.sweep()
    EventWriter(events_path(stage.played[0].order.attempt)).write(Measured(name="loss", value=1.0, step=7))
    assert attempt.step() is False
    assert stage.played[0].ended == 1
    assert store.runs.series(attempt.job.run_id) == {}


def test_a_success_that_nobody_wrote_down_is_not_done_again(store: Store, attempt, stage: Stage) -> None:
    """The supervisor died after the run process had succeeded; the next one finds the result."""
    order = stage.played[0].order
    EventWriter(events_path(order.attempt)).write(Measured(name="loss", value=0.25, step=9))
    stage.played[0].leave(RunResult(status="succeeded"))
    order.work.mkdir(parents=True)
    (order.work / "evaluation.json").write_text(Evaluation(rows=5, metrics={}).model_dump_json())
    store.jobs.renew(attempt.job, lease_s=-1)
    store.jobs.sweep()
    job = store.jobs.claim("another")
    assert job is not None
    assert begin(store, stage, job) is None
    assert len(stage.played) == 1
    run = store.runs.get(job.run_id)
    assert run.status == "succeeded"
    assert store.runs.series(run.id)["loss"].last == 0.25


def test_output_without_end_is_cut(store: Store, attempt, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.attempt.OUTPUT_BYTES", 100)
    output = stage.played[0].order.attempt / "output.log"
    output.write_bytes(b"x" * 200)
    attempt.step()
    assert output.stat().st_size == 0


def test_output_without_end_is_cut_also_where_its_end_finds_no_room(
    attempt, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("worker.attempt.OUTPUT_BYTES", 100)
    monkeypatch.setattr(Path, "write_bytes", full)
    output = stage.played[0].order.attempt / "output.log"
    output.write_text("x" * 200)
    assert attempt.step()
    assert output.stat().st_size == 0


def test_a_success_on_the_last_try_is_found_when_its_supervisor_has_died(
    store: Store, make: Callable[..., RunConfig], stage: Stage
) -> None:
    store.runs.queue(make(), "one")
    with store._database.write() as session:
        session.execute(text("UPDATE job SET tries_left = 1"))
    job = store.jobs.claim(dead_supervisor())
    assert job is not None
    assert begin(store, stage, job) is not None
    order = stage.played[0].order
    EventWriter(events_path(order.attempt)).write(Measured(name="loss", value=0.25, step=9))
    stage.played[0].leave(RunResult(status="succeeded"))
    order.work.mkdir(parents=True)
    (order.work / "evaluation.json").write_text(Evaluation(rows=5, metrics={}).model_dump_json())
    Supervisor(store, stage).work(until=lambda: True)
    run = store.runs.get(job.run_id)
    assert (run.status, run.error) == ("succeeded", None)
    assert store.runs.series(run.id)["loss"].last == 0.25


def test_a_job_that_the_database_kept_from_beginning_goes_back_and_loses_no_try(
    store: Store, make: Callable[..., RunConfig], stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, start, failed = store.runs.queue(make(), "one"), store.jobs.start, []

    def fails_once(job: Job, process: str) -> None:
        if not failed:
            failed.append(job)
            raise DatabaseUnreachable("The database cannot be reached.", "")
        start(job, process)

    monkeypatch.setattr(store.jobs, "start", fails_once)
    monkeypatch.setattr("worker.attempt.STOP_S", -1.0)
    ticks = iter([False, False, False, True])
    Supervisor(store, stage).work(until=lambda: next(ticks))
    assert len(stage.played) == 1
    with store._database.read() as session:
        assert session.exec(select(JobRow.tries_left)).one() >= TRIES - 1
    assert store.runs.get(run.id).attempts == 2


class RustPanic(BaseException):
    """What a Rust library raises when it gives up: no Exception, so that nobody catches it by accident."""


def test_a_librarys_panic_is_a_bug_with_a_number(attempt, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def panics(*_: object) -> None:
        raise RustPanic("index out of bounds")

    monkeypatch.setattr(run_process, "carry_out", panics)
    result = run_process.do(stage.played[0].order, Event(), choose())
    assert result.status == "failed"
    assert result.bug_number is not None
    assert result.bug_number in (stage.played[0].order.attempt / "bug.txt").read_text()
