"""Attempt at a run, as the supervisor sees it: stores its events, renews its lease, records its end."""

import logging
import os
import time
from contextlib import suppress
from pathlib import Path

from core.disk import DiskFull
from core.errors import Stopped, UserError
from core.failpoints import failpoint
from storage import Failure, Job, Store
from storage.jobs import LEASE_S, LeaseLost
from storage.troubles import StoreTrouble
from worker.carrying import Carrier, bring, lease_kept
from worker.endings import finish, finish_earlier, not_carried, read_result, why
from worker.event_file import read_events
from worker.executor import Executor, Handle, NotReady
from worker.memory import watch_for
from worker.order import NO_ROOM, RunOrder, events_path, output_path, result_path
from worker.tie import Leased

log = logging.getLogger(__name__)

RENEW_S = LEASE_S / 3
STOP_S = 60.0
"""Grace period of a run that was asked to stop, for saving."""
LINGER_S = 20.0
"""Grace period of a process that has left its result."""
OUTPUT_BYTES = 10_000_000
LAST_WORDS_BYTES = 1_000_000
"""Tail that is kept of an output that grew too long, in a file beside it."""
AT_ONCE = 16
"""Batches of events (of about a megabyte) stored in one step, before lease, end and stop are looked at again."""


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
        self._result_seen_at: float | None = None
        self._leased = Leased(self._folder)
        self._carrier = Carrier(store, job)
        self._memory = watch_for(store, job)

    def step(self) -> bool:
        """Polls the process once and stores new events. Returns whether the attempt goes on."""
        try:
            exit_code = self.handle.exit_code()  # before the events: what it wrote, it wrote while it lived
            if self._store_events() and self._stop_asked_at is None:
                self.ask_to_stop()
            if exit_code is not None:
                return not self._has_ended(exit_code)
            if self._memory.is_over(self.handle.process):
                self._end_for_memory()
                return False
            self._carrier.look()
            self._enforce_grace_periods()
            _truncate(output_path(self._folder))
        except LeaseLost:
            log.warning("lost the lease of run %s; its process is ended", self.job.run_id)
            self.handle.end(now=True)
            return False
        return True

    def _end_for_memory(self) -> None:
        """Ends the process, and fails the run: tried again unchanged, it would take as much."""
        log.warning("run %s had %.1f GB of memory and is ended", self.job.run_id, self._memory.most_bytes / 1e9)
        self.handle.end(now=True)
        self._drain_events()
        self._store.jobs.fail(self.job, self._memory.failure())
        self._store.runs.measure(self.job.run_id)

    def leave_if_lapsed(self) -> bool:
        """Ends the process when the lease has lapsed unrenewed: another worker may have the run by now."""
        if time.monotonic() - self._renewed < LEASE_S:
            return False
        log.warning("could not renew the lease of run %s; its process is ended", self.job.run_id)
        self.handle.end(now=True)
        return True

    @property
    def seconds(self) -> float:
        """Elapsed time since it began, in seconds."""
        return time.monotonic() - self._began

    def ask_to_stop(self) -> None:
        """Requests a graceful shutdown of the process: save and end."""
        self._stop_asked_at = time.monotonic()
        self.handle.ask_to_stop()

    def release(self) -> None:
        """Stops the process so that the job is queued again: the supervisor itself shuts down."""
        self._released = True
        self.ask_to_stop()

    def _store_events(self) -> bool:
        """Stores new events and renews the lease; returns whether the run was asked to stop."""
        asked = False
        for _ in range(AT_ONCE):
            events, end = read_events(events_path(self._folder), self._events_read)
            if end == self._events_read:
                break
            asked = self._store.jobs.record(self.job, events, end)
            failpoint("supervisor.carried")
            self._events_read = end
        if (moment := time.monotonic()) - self._renewed > RENEW_S:
            asked = self._store.jobs.renew(self.job)
            self._renewed = moment
            self._leased.say()
            return asked
        return asked or self._store.jobs.stop_asked(self.job)

    def _enforce_grace_periods(self) -> None:
        if self._stop_asked_at is not None and time.monotonic() - self._stop_asked_at > STOP_S:
            log.warning("run %s did not stop within %d s and is ended", self.job.run_id, STOP_S)
            self.handle.end()
        if self._result_seen_at is None and result_path(self._folder).is_file():
            self._result_seen_at = time.monotonic()
        if self._result_seen_at is not None and time.monotonic() - self._result_seen_at > LINGER_S:
            log.warning("run %s has ended, its process has not, and is ended", self.job.run_id)
            self.handle.end(now=True)

    def _has_ended(self, exit_code: int) -> bool:
        """Records the end once uploads are done, so that other machines find the files; returns whether it has."""
        result = read_result(self._folder)
        is_success = result is not None and result.status == "succeeded"
        try:
            if not self._carrier.has_carried(success=is_success):
                return False
        except StoreTrouble:
            raise
        except UserError as error:
            self.handle.end(now=True)
            self._store.jobs.fail(self.job, not_carried(error))
            return True
        self._record_end(exit_code)
        if is_success:
            self._carrier.tidy()
        return True

    def _record_end(self, exit_code: int) -> None:
        self._drain_events()
        result = read_result(self._folder)
        self.handle.end(now=True)  # sweeps descendants and the warm-up's output
        failpoint("supervisor.ended")
        if result is not None and result.status == "stopped" and result.by_signal and self._stop_asked_at is None:
            self._store.jobs.give_back(self.job, "something ended its process (SIGTERM), and it saved")
        elif result is not None:
            finish(self._store, self.job, result, asked=self._stop_asked_at is not None and not self._released)
        elif exit_code == NO_ROOM:
            full = DiskFull("the run's result")
            self._store.jobs.fail(self.job, Failure(message=full.message, hint=full.hint))
        elif self._released:
            self._store.jobs.release(self.job)
        elif self._stop_asked_at is not None:
            self._store.jobs.cancel(self.job)
        elif self._memory.explains(exit_code):
            self._store.jobs.fail(self.job, self._memory.failure())
        else:
            state = self._store.jobs.give_back(self.job, why(exit_code))
            log.warning("run %s lost its process (%s) and is %s", self.job.run_id, why(exit_code), state)
        self._store.runs.measure(self.job.run_id)

    def _drain_events(self) -> None:
        """Drains the event log of a process that has ended."""
        before = -1
        while before != self._events_read:
            before = self._events_read
            self._store_events()


def begin(store: Store, executor: Executor, job: Job) -> Attempt | None:
    """Starts an attempt, or finishes the job when the previous attempt's success was not yet recorded."""
    failpoint("supervisor.claimed")
    try:
        with lease_kept(store, job):
            if job.process:
                executor.recover(job.process)
            if not _can_begin(store, job):
                return None
        store.jobs.renew(job)  # handing it over may take a while, too
    except LeaseLost:
        return None
    folder = store.runs.attempt_folder(job.run_id, job.attempts)
    folder.mkdir(parents=True, exist_ok=True)
    order = RunOrder(
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
        handle = executor.submit(order, lambda process: store.jobs.start(job, process))
    except NotReady as reason:
        log.warning("run %s waits: %s", job.run_id, reason)
        with suppress(LeaseLost):
            store.jobs.release(job)
        return None
    except LeaseLost:
        return None
    log.info("run %s began, attempt %d, process %s", job.run_id, job.attempts, handle.process)
    return Attempt(store, job, handle)


def _can_begin(store: Store, job: Job) -> bool:
    """Whether the job is still to be done and its files are here; else its end is recorded. Raises LeaseLost."""
    try:
        if job.began and finish_earlier(store, job):
            return False
        bring(store, job)
        store.datasets.path(job.config.dataset)  # whole, or said before a process begins
    except Stopped:
        store.jobs.cancel(job)
        return False
    except StoreTrouble:
        raise
    except UserError as error:
        store.jobs.fail(job, Failure(message=error.message, hint=error.hint))
        return False
    return True


def _truncate(output: Path) -> None:
    """Truncates an output file that is too long, safe as it is open for appending; its tail is kept beside it."""
    if output.exists() and (size := output.stat().st_size) > OUTPUT_BYTES:
        with suppress(OSError), output.open("rb") as file:  # on a full disk there is no room but what this frees
            file.seek(max(size - LAST_WORDS_BYTES, 0))
            output.with_suffix(".earlier.log").write_bytes(file.read(LAST_WORDS_BYTES))
        os.truncate(output, 0)
