"""Handle of a run's job on a Ray cluster.

Ray's job status counts where there is one; where there is none (its head or a reply is lost, it has forgotten the
job), the run's own heartbeats do. A result file counts more than either: see docs/adr/0016-runs-on-ray.md.
"""

import logging
import time
from contextlib import suppress
from typing import Any

from core.events import LogEvent
from worker.event_file import EventWriter
from worker.executor import Ended
from worker.order import RunOrder, events_path, output_path, result_path
from worker.ray.cluster import NOT_STARTED, ClusterUnreachable, RayCluster, RayJob
from worker.tie import UNSEEN_FOLDER, Hold

log = logging.getLogger(__name__)

POLL_S = 1.0
SUBMIT_S = 20.0
"""Timeout of a submission, which is retried under the same id (an idempotency key) where no reply comes."""
END_S = 15.0
SILENT_S = 60.0
"""Heartbeat timeout of a run of which Ray knows nothing: it is lost."""
HUNG_S = 300.0
"""Heartbeat timeout while Ray says that the run is running: it hangs."""
SAY_AFTER_S = 10.0
"""Delay after which a pending run says that it waits for a place on the cluster."""
OUTPUT_TAIL = 20_000


class RayRun:
    """Handle of a run's job on the cluster."""

    PREFIX = "ray/"

    def __init__(self, cluster: RayCluster, order: RunOrder, request: dict[str, Any], hold: Hold, mark: str) -> None:
        self._cluster = cluster
        self._order = order
        self._request = request
        self._hold = hold
        self._name = f"tuneboard-{mark}-{order.run_id}-{order.attempt.name}"
        self._submitted = 0
        self._next_poll = 0.0
        self._code: int | None = None
        self._ending = self._said_waiting = self._was_running = False
        self._began = time.monotonic()

    @property
    def process(self) -> str:
        """Identity, as storage keeps it: the first submission id."""
        return f"{self.PREFIX}{self._name}"

    @property
    def job_id(self) -> str:
        """Submission id under which Ray knows it now."""
        return self._name if self._submitted <= 1 else f"{self._name}-{self._submitted}"

    def start(self) -> None:
        """Submits the job, with retries until a reply confirms it. Raises ClusterUnreachable."""
        self._submitted += 1
        self._hold.wish("go")
        deadline = time.monotonic() + SUBMIT_S
        while True:
            try:
                self._cluster.submit(self.job_id, **self._request)
                self._hold.pulse.restart()
                return
            except ClusterUnreachable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def exit_code(self) -> int | None:
        """Exit code, None while the job is running or pending."""
        if self._code is None:
            self._hold.beat()
            if time.monotonic() >= self._next_poll:
                self._next_poll = time.monotonic() + POLL_S
                self._code = self._look()
                if self._code is not None:
                    self._keep_output()
        return self._code

    def ask_to_stop(self) -> None:
        """Requests a graceful shutdown: save and end; a pending job just ends."""
        self._hold.wish("stop")
        try:
            job = self._cluster.job(self.job_id)
        except ClusterUnreachable:
            return
        if job is not None and job.status == "PENDING":
            self.end(now=True)

    def end(self, *, now: bool = False) -> None:
        """Ends the job by its command file and, where Ray answers, by Ray."""
        del now  # Ray asks politely first, and not for long
        if self._code is not None:
            return
        self._ending = True
        self._hold.wish("end")
        try:
            if job := self._cluster.job(self.job_id):
                end(self._cluster, job)
        except ClusterUnreachable as error:
            log.warning("could not end Ray job %s by Ray: %s", self.job_id, error)

    def _look(self) -> int | None:
        try:
            job = self._cluster.job(self.job_id)
        except ClusterUnreachable:
            may_be_lost = self._has_begun or self._ending
            return self._by_heartbeat("the Ray cluster does not answer") if may_be_lost else None
        if job is None:
            return self._by_heartbeat("the Ray cluster has forgotten its job")
        if job.status == "PENDING":
            return self._while_pending()
        if job.status == "RUNNING":
            self._was_running = True
            return self._check_for_hang()
        if job.error_type == NOT_STARTED and not self._ending:
            self._resubmit()
            return None
        return _code_of(job)

    @property
    def _has_begun(self) -> bool:
        """Whether it has begun, by Ray's status or by a heartbeat of the run."""
        self._hold.pulse.silent_s()
        return self._was_running or bool(self._hold.pulse.text)

    def _by_heartbeat(self, why: str) -> int | None:
        if result_path(self._order.attempt).is_file():
            return 0
        silent_s = self._hold.pulse.silent_s()
        return Ended(1, f"{why}, and the run has given no sign of life") if silent_s > SILENT_S else None

    def _check_for_hang(self) -> int | None:
        if self._hold.pulse.silent_s() <= HUNG_S:
            return None
        self.end()
        return Ended(1, f"its process has given no sign of life for {HUNG_S:.0f} s")

    def _while_pending(self) -> int | None:
        if self._ending:
            return Ended(-15, "its job was ended before it had a place on the cluster")
        self._hold.pulse.restart()  # a pending job cannot send heartbeats
        if not self._said_waiting and time.monotonic() - self._began > SAY_AFTER_S:
            self._said_waiting = True
            with suppress(OSError):  # a full disk is no reason to stop looking after it
                EventWriter(events_path(self._order.attempt)).write(
                    LogEvent(text="Waiting for a place on the Ray cluster.")
                )
        return None

    def _resubmit(self) -> None:
        """Resubmits a job that Ray gave up because it found no place within a quarter of an hour."""
        try:
            self.start()
        except ClusterUnreachable as error:
            self._submitted -= 1
            log.warning("could not submit run %s again: %s", self._order.run_id, error)

    def _keep_output(self) -> None:
        """Output of a job that left no result, kept for diagnosis."""
        if self._code == 0 or result_path(self._order.attempt).is_file():
            return
        try:
            words = self._cluster.printed(self.job_id)[-OUTPUT_TAIL:]
        except ClusterUnreachable:
            return
        with suppress(OSError), output_path(self._order.attempt).open("a") as output:
            output.write(words)


def _code_of(job: RayJob) -> int:
    if job.status == "SUCCEEDED":
        return 0
    if job.status == "STOPPED":
        return Ended(-15, "its Ray job was stopped")
    if job.driver_exit_code == UNSEEN_FOLDER:
        return Ended(UNSEEN_FOLDER, "a node of the Ray cluster does not see the store's folder under the same path")
    code = job.driver_exit_code or 1
    return Ended(code, f"its Ray job failed (code {code}, {job.error_type or 'no reason given'})")


def end(cluster: RayCluster, job: RayJob) -> None:
    """Stops the job and waits for it, as long as Ray usually takes."""
    cluster.stop(str(job.submission_id))
    deadline = time.monotonic() + END_S
    while time.monotonic() < deadline and is_going_on(cluster, job):
        time.sleep(0.2)


def is_going_on(cluster: RayCluster, job: RayJob) -> bool:
    """Whether Ray's status of the job is RUNNING."""
    known = cluster.job(str(job.submission_id))
    return known is not None and known.status == "RUNNING"
