"""One attempt at a run, as the supervisor sees it: events go to storage, the lease is kept, the end is written down."""

import logging
import os
import time
from contextlib import suppress
from pathlib import Path

from core.results import Evaluation
from storage import Failure, Job, Store
from storage.jobs import LEASE_S, LeaseLost
from worker.event_file import read_events
from worker.executor import Ended, Executor, Handle, NotReady
from worker.order import Order, Result, events_path, output_path, result_path

log = logging.getLogger(__name__)

RENEW_S = LEASE_S / 3
STOP_S = 60.0
"""How long a run that was asked to stop may take to save."""
OUTPUT_BYTES = 10_000_000


class Attempt:
    """A leased job and its process."""

    def __init__(self, store: Store, job: Job, handle: Handle) -> None:
        self._store = store
        self.job = job
        self.handle = handle
        self._folder = store.runs.attempt_folder(job.run_id, job.attempts)
        self._events_read = 0
        self._began = self._renewed = time.monotonic()
        self._stop_asked_at: float | None = None
        self._released = False

    def step(self) -> bool:
        """Carries on a little. Returns whether the attempt goes on."""
        try:
            exit_code = self.handle.exit_code()  # before the events: what it wrote, it wrote while it lived
            if self._carry_events() and self._stop_asked_at is None:
                self.ask_to_stop()
            if exit_code is not None:
                self._write_down_the_end(exit_code)
                return False
            self._insist()
            _cap(output_path(self._folder))
        except LeaseLost:
            log.warning("lost the lease of run %s; its process is ended", self.job.run_id)
            self.handle.end(now=True)
            return False
        return True

    @property
    def seconds(self) -> float:
        """How long it has been going."""
        return time.monotonic() - self._began

    def ask_to_stop(self) -> None:
        """Asks the process to save and end."""
        self._stop_asked_at = time.monotonic()
        self.handle.ask_to_stop()

    def release(self) -> None:
        """The supervisor ends: the process saves, and the job waits for the next supervisor."""
        self._released = True
        self.ask_to_stop()

    def _carry_events(self) -> bool:
        """Moves new events to storage, keeps the lease; returns whether the run was asked to stop."""
        asked = False
        while True:
            events, end = read_events(events_path(self._folder), self._events_read)
            if end > self._events_read:
                asked = self._store.jobs.record(self.job, events, end)
                self._events_read = end
            else:
                break
        if time.monotonic() - self._renewed > RENEW_S:
            self._renewed = time.monotonic()
            return self._store.jobs.renew(self.job)
        return asked or self._store.jobs.stop_asked(self.job)

    def _insist(self) -> None:
        if self._stop_asked_at is not None and time.monotonic() - self._stop_asked_at > STOP_S:
            log.warning("run %s did not stop within %d s and is ended", self.job.run_id, STOP_S)
            self.handle.end()

    def _write_down_the_end(self, exit_code: int) -> None:
        result = read_result(self._folder)
        self.handle.end(now=True)  # sweeps descendants and the warm-up's output
        if result is not None:
            finish(self._store, self.job, result, released=self._released)
        elif self._released:
            self._store.jobs.release(self.job)
        elif self._stop_asked_at is not None:
            self._store.jobs.cancel(self.job)
        else:
            state = self._store.jobs.give_back(self.job, _why(exit_code))
            log.warning("run %s lost its process (%s) and is %s", self.job.run_id, _why(exit_code), state)


def begin(store: Store, executor: Executor, job: Job) -> Attempt | None:
    """Starts an attempt, or finishes the job when the attempt before had ended and nobody had written it down."""
    if job.attempts > 1 and _finish_earlier(store, job):
        return None
    folder = store.runs.attempt_folder(job.run_id, job.attempts)
    folder.mkdir(parents=True, exist_ok=True)
    order = Order(
        run_id=job.run_id,
        config=job.config,
        dataset=store.datasets.path(job.config.dataset),
        attempt=folder,
        work=store.runs.work_folder(job.run_id),
        models=store.models,
        cache=store.cache,
        search=job.search,
    )
    try:
        handle = executor.submit(order)
    except NotReady as reason:
        log.warning("run %s waits: %s", job.run_id, reason)
        with suppress(LeaseLost):
            store.jobs.release(job)
        return None
    try:
        store.jobs.start(job, handle.process)
    except LeaseLost:
        handle.end(now=True)
        return None
    log.info("run %s began, attempt %d, process %s", job.run_id, job.attempts, handle.process)
    return Attempt(store, job, handle)


def finish(store: Store, job: Job, result: Result, *, released: bool = False) -> None:
    """Writes an attempt's own result into storage."""
    match result.status:
        case "succeeded" if job.search:
            store.jobs.succeed(job)
        case "succeeded":
            path = store.runs.work_folder(job.run_id) / "evaluation.json"
            store.jobs.succeed(job, Evaluation.model_validate_json(path.read_bytes()))
        case "stopped" if released:
            store.jobs.release(job)
        case "stopped":
            store.jobs.cancel(job)
        case "failed":
            failure = Failure(message=result.message, hint=result.hint, bug_number=result.bug_number)
            store.jobs.fail(job, failure)
    log.info("run %s ended: %s", job.run_id, result.status)


def read_result(attempt: Path) -> Result | None:
    """The attempt's own result, None when it left none."""
    path = result_path(attempt)
    return Result.model_validate_json(path.read_bytes()) if path.is_file() else None


def _finish_earlier(store: Store, job: Job) -> bool:
    """Carries over what the attempt before said and nobody recorded; True when it had succeeded."""
    folder = store.runs.attempt_folder(job.run_id, job.attempts - 1)
    start = job.events_read
    while True:
        events, end = read_events(events_path(folder), start)
        if end == start:
            break
        store.jobs.record(job, events, end)
        start = end
    result = read_result(folder)
    if result is None or result.status != "succeeded":
        return False
    finish(store, job, result)
    return True


def _why(exit_code: int) -> str:
    if isinstance(exit_code, Ended):
        return exit_code.why
    if exit_code == -9:
        return "its process was killed, perhaps because memory ran out"
    if exit_code < 0:
        return f"its process was ended by signal {-exit_code}"
    return f"its process ended with code {exit_code} and left no result"


def _cap(output: Path) -> None:
    """Keeps the output file small; it is opened for appending, so cutting it is safe."""
    if output.exists() and output.stat().st_size > OUTPUT_BYTES:
        os.truncate(output, 0)
