"""The supervisor: leases jobs and sees each to its end. It trains nothing itself and never imports torch."""

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from storage import Job, Store
from storage.jobs import LeaseLost
from storage.troubles import StoreTrouble
from worker import identity
from worker.attempt import Attempt, begin
from worker.endings import finish_earlier
from worker.executor import Executor

log = logging.getLogger(__name__)

TICK_S = 0.2
HEARTBEAT_S = 10.0
SWEEP_S = 15.0
SPARE_AFTER_S = 30.0
"""Delay of the warm spare: so long a run has the cores to itself before the next process warms up beside it."""


class Supervisor:
    """Worker loop of one store with one executor, one run at a time."""

    def __init__(self, store: Store, executor: Executor) -> None:
        self._store = store
        self._executor = executor
        self.id = f"{identity.host()} {identity.of(os.getpid())} {secrets.token_hex(4)}"
        self._attempt: Attempt | None = None
        self._claimed: Job | None = None
        self._reported_device: str | None = None
        self._next_heartbeat = self._next_sweep = 0.0
        self._out_of_touch_since: float | None = None
        self._has_old_evaluations = True

    def work(self, until: Callable[[], bool] = lambda: False, *, stop: threading.Event | None = None) -> None:
        """Does queued jobs one at a time; then a graceful shutdown: the present run saves and is queued again."""
        stop = stop or threading.Event()
        self._store.tidy()
        self._take_back_from_the_dead()
        try:
            while not stop.is_set() and not until():
                self._tick_or_wait()
                stop.wait(TICK_S)
        finally:
            self._shut_down()

    def _tick_or_wait(self) -> None:
        """Ticks, and outlasts transient database errors: the run goes on, and its events wait in their file."""
        try:
            self._tick()
        except StoreTrouble as trouble:
            if not trouble.passes:
                raise
            if self._out_of_touch_since is None:
                self._out_of_touch_since = time.monotonic()
                log.warning("cannot use the database and will try again: %s", trouble.message)
            if self._attempt is not None and self._attempt.leave_if_lapsed():
                self._attempt = None
        else:
            if self._out_of_touch_since is not None:
                log.warning("could use the database again after %.0f s", time.monotonic() - self._out_of_touch_since)
                self._out_of_touch_since = None

    def _tick(self) -> None:
        if self._attempt is not None:
            if not self._attempt.step():
                self._attempt = None
                self._next_heartbeat = 0.0
            elif self._attempt.seconds > SPARE_AFTER_S:
                self._executor.keep_warm()
        elif self._claimed is not None:
            self._release(self._claimed)
        elif self._can_begin() and (job := self._store.jobs.claim(self.id)):
            self._claimed = job
            self._attempt = begin(self._store, self._executor, job)
            self._claimed, self._next_heartbeat = None, 0.0
        else:
            self._executor.keep_warm()
            self._has_old_evaluations = self._has_old_evaluations and self._store.remeasuring.one() is not None
        self._look_after_the_queue()  # last: after a pause, our own lease is renewed before any is judged

    def _release(self, job: Job) -> None:
        """Releases a claimed job that could not begin because the database failed in between."""
        with suppress(LeaseLost):
            self._store.jobs.release(job)
        self._claimed = None

    def _can_begin(self) -> bool:
        """Whether the executor is ready and the disk has room for what a run will leave."""
        return self._executor.is_ready() and self._store.bounds.has_free_disk()

    def _look_after_the_queue(self) -> None:
        moment = time.monotonic()
        if moment >= self._next_sweep:
            self._next_sweep = moment + SWEEP_S
            for run_id in self._store.jobs.sweep():
                log.warning("took back run %s, whose lease ran out", run_id)
        if moment >= self._next_heartbeat or self._executor.device() != self._reported_device:
            self._next_heartbeat = moment + HEARTBEAT_S
            self._heartbeat()
            if self._attempt is None:  # a large one takes seconds, which a lease does not wait for
                self._store.keep_daily_copy()

    def _heartbeat(self) -> None:
        self._store.check_schema()
        self._reported_device = self._executor.device()
        self._store.workers.say(
            self.id,
            host=identity.host(),
            pid=os.getpid(),
            ready=self._reported_device is not None,
            busy_with=self._attempt.job.run_id if self._attempt else None,
            device=self._reported_device,
        )

    def _take_back_from_the_dead(self) -> None:
        """Crash recovery: takes back at once the jobs of supervisors of this machine that died."""
        for job in self._store.jobs.held_by(f"{identity.host()} "):
            if identity.is_gone(job.owner.split(" ")[1]):
                if job.process:
                    self._executor.recover(job.process)
                with suppress(LeaseLost):  # another supervisor that starts now was quicker
                    if job.began and finish_earlier(self._store, job):
                        log.info("run %s had succeeded when its worker died", job.run_id)
                        continue
                    self._store.jobs.give_back(job, "its worker was gone")
                    log.warning("took back run %s from a worker that is gone", job.run_id)

    def _shut_down(self) -> None:
        try:
            if self._attempt is not None:
                self._attempt.release()
                while self._attempt.step():
                    time.sleep(TICK_S)
            self._store.workers.leave(self.id)
        except StoreTrouble as trouble:
            log.warning("could not write down the end; whoever comes next will find it: %s", trouble.message)
        finally:
            self._executor.close()
