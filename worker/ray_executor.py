"""Runs as jobs of a Ray cluster. Ray places, starts and ends them; what they say comes through the store's folder.

Where Ray speaks, its word counts; where it is silent (its head is lost, a reply is, it has forgotten the job), the
run's own pulse does. A result that a run has left counts more than either: see docs/adr/0016-runs-on-ray.md.
"""

import logging
import os
import secrets
import shlex
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import UserError
from core.events import Said
from storage import Store
from worker.event_file import EventWriter
from worker.executor import Ended, Known, NotReady, end_left_behind
from worker.order import Order, events_path, output_path, processes_of, result_path
from worker.ray_cluster import NOT_STARTED, RayCluster, RayJob, Size, Unreachable
from worker.tie import UNSEEN_FOLDER, Hold

log = logging.getLogger(__name__)

POLL_S = 1.0
LOOK_S = 10.0
SWEEP_S = 30.0
SUBMIT_S = 20.0
"""How long a submission is tried again, under the same id, where no reply comes."""
SAVE_S = 30.0
"""How long a run that a dead supervisor left behind may take to save."""
END_S = 15.0
SILENT_S = 60.0
"""A run that gives no sign of life for so long, while Ray knows nothing of it, is lost."""
HUNG_S = 300.0
"""The same while Ray says that it runs."""
SAY_AFTER_S = 10.0
"""A run that waits so long for a place on the cluster says so."""
LAST_WORDS = 20_000
ENVIRONMENT = (
    "HF_ENDPOINT", "HF_HUB_OFFLINE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
)  # fmt: skip
"""What of the supervisor's environment a run on the cluster gets: no path of this machine, no address, no token."""


@dataclass(frozen=True)
class Needs:
    """What each process of a run asks for, and the Python that runs it there."""

    cpus: float = 1.0
    gpus: float | None = None
    """None: one where the cluster has any."""
    python: str = sys.executable


class RayExecutor:
    """Hands orders to a Ray cluster whose nodes see the store's folder under the same path."""

    def __init__(self, store: Store, cluster: RayCluster, needs: Needs | None = None) -> None:
        self._store = store
        self._cluster = cluster
        self._needs = needs or Needs()
        self._mark = _mark(store.home)
        self._size: Size | None = None
        self._next_look = self._next_sweep = 0.0

    def check(self) -> None:
        """Raises UserError for a cluster that must not be used. One that does not answer is waited for."""
        try:
            self._cluster.check()
        except Unreachable as error:
            log.warning("the Ray cluster does not answer yet: %s", error)

    def submit(self, order: Order, known: Known) -> "RayRun":
        """Makes the order a job. Raises NotReady where the cluster does not take it; then nothing runs."""
        hold = Hold(order.attempt)
        try:
            for job in self._jobs_of(order.run_id):
                _end(self._cluster, job)
            run = RayRun(self._cluster, order, self._request(order), hold, self._mark)
            known(run.process)
            run.start()
        except Unreachable as error:
            hold.wish("end")  # where the job has arrived after all, it ends as soon as it begins
            self._size, self._next_look = None, time.monotonic() + LOOK_S
            raise NotReady(str(error)) from None
        return run

    def recover(self, process: str) -> None:
        """Ends what a dead supervisor left running, after it has saved."""
        if not process.startswith(RayRun.PREFIX):
            end_left_behind(process)
            return
        try:
            job = self._cluster.job(process.removeprefix(RayRun.PREFIX))
            if job is not None and not job.has_ended:
                log.warning("ends Ray job %s, which a dead supervisor left behind", job.submission_id)
                self._let_save(job)
                _end(self._cluster, job)
        except Unreachable as error:
            log.warning("could not end %s (%s); it ends by itself", process, error)

    def is_ready(self) -> bool:
        """Whether the cluster answers and may be used."""
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_S
            self._look()
        return self._size is not None

    def keep_warm(self) -> None:
        """Nothing waits warm on a cluster; what nobody holds any more is ended instead."""
        if self.is_ready() and time.monotonic() >= self._next_sweep:
            self._next_sweep = time.monotonic() + SWEEP_S
            self.sweep()

    def sweep(self) -> list[str]:
        """Ends jobs of this store that no supervisor holds, and names them. Live work is held, so it is never ended.

        A job is submitted only after its attempt is leased in storage; asking Ray first and storage second therefore
        never meets a job whose lease is not there yet.
        """
        try:
            jobs = [job for job in self._cluster.jobs() if self._is_ours(job) and not job.has_ended]
            held = {(job.run_id, str(job.attempts)) for job in self._store.jobs.held_by("")}
            orphans = [job for job in jobs if _attempt_of(job) not in held]
            for job in orphans:
                log.warning("ends Ray job %s, which no supervisor holds", job.submission_id)
                Hold(self._folder_of(job)).wish("end")
                self._cluster.stop(str(job.submission_id))
        except Unreachable as error:
            log.warning("could not sweep: %s", error)
            return []
        return [str(job.submission_id) for job in orphans]

    def device(self) -> str | None:
        """What the cluster has, in words; None while it does not answer."""
        return self._size.words if self.is_ready() and self._size else None

    def close(self) -> None:
        """Nothing of ours waits on the cluster."""

    def _look(self) -> None:
        try:
            if self._size is None:  # new to us, or back after a silence: perhaps another one
                self._cluster.check()
            self._size = self._cluster.size()
        except Unreachable as error:
            if self._size is not None:
                log.warning("the Ray cluster does not answer: %s", error)
            self._size = None
        except UserError as error:
            log.error("%s %s", error.message, error.hint)
            self._size = None

    def _request(self, order: Order) -> dict[str, Any]:
        gpus = self._needs.gpus
        if gpus is None:
            gpus = 1.0 if self._size and self._size.gpus else 0.0
        path = order.attempt / "order.json"
        path.write_text(order.model_dump_json())
        words = [self._needs.python, "-m", "worker.ray_run", str(path), str(self._needs.cpus), str(gpus)]
        # The job of several processes computes nothing itself: they ask for what they need.
        alone = processes_of(order) == 1
        return {
            "entrypoint": shlex.join(words),
            "entrypoint_num_cpus": self._needs.cpus if alone else 0,
            "entrypoint_num_gpus": gpus if alone else 0,
            "runtime_env": {"env_vars": _environment()},
            "metadata": {"tuneboard": self._mark, "run": order.run_id, "attempt": order.attempt.name},
        }

    def _jobs_of(self, run_id: str) -> list[RayJob]:
        jobs = [job for job in self._cluster.jobs() if self._is_ours(job) and not job.has_ended]
        return [job for job in jobs if _attempt_of(job)[0] == run_id]

    def _is_ours(self, job: RayJob) -> bool:
        return (job.metadata or {}).get("tuneboard") == self._mark

    def _folder_of(self, job: RayJob) -> Path:
        run_id, attempt = _attempt_of(job)
        return self._store.runs.attempt_folder(run_id, int(attempt))

    def _let_save(self, job: RayJob) -> None:
        hold = Hold(self._folder_of(job))
        hold.wish("stop")
        deadline = time.monotonic() + SAVE_S
        while time.monotonic() < deadline and _is_going_on(self._cluster, job):
            hold.beat()
            time.sleep(0.5)


class RayRun:
    """A run's job on the cluster."""

    PREFIX = "ray/"

    def __init__(self, cluster: RayCluster, order: Order, request: dict[str, Any], hold: Hold, mark: str) -> None:
        self._cluster = cluster
        self._order = order
        self._request = request
        self._hold = hold
        self._name = f"tuneboard-{mark}-{order.run_id}-{order.attempt.name}"
        self._submitted = 0
        self._next_poll = 0.0
        self._code: int | None = None
        self._ending = self._said_waiting = False
        self._began = time.monotonic()

    @property
    def process(self) -> str:
        """The first id under which it was submitted."""
        return f"{self.PREFIX}{self._name}"

    @property
    def job_id(self) -> str:
        """The id under which Ray knows it now."""
        return self._name if self._submitted <= 1 else f"{self._name}-{self._submitted}"

    def start(self) -> None:
        """Submits it, as often as it takes to know that it has arrived. Raises Unreachable."""
        self._submitted += 1
        self._hold.wish("go")
        deadline = time.monotonic() + SUBMIT_S
        while True:
            try:
                self._cluster.submit(self.job_id, **self._request)
                return
            except Unreachable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def exit_code(self) -> int | None:
        """None while it lives or waits for a place."""
        if self._code is None:
            self._hold.beat()
            if time.monotonic() >= self._next_poll:
                self._next_poll = time.monotonic() + POLL_S
                self._code = self._look()
                if self._code is not None:
                    self._keep_last_words()
        return self._code

    def ask_to_stop(self) -> None:
        """Asks it to save and end; one that still waits for a place just ends."""
        self._hold.wish("stop")
        try:
            job = self._cluster.job(self.job_id)
        except Unreachable:
            return
        if job is not None and job.status == "PENDING":
            self.end(now=True)

    def end(self, *, now: bool = False) -> None:
        """Ends it, whether Ray hears of it or only the run itself does."""
        del now  # Ray asks politely first, and not for long
        if self._code is not None:
            return
        self._ending = True
        self._hold.wish("end")
        try:
            if job := self._cluster.job(self.job_id):
                _end(self._cluster, job)
        except Unreachable as error:
            log.warning("could not end Ray job %s by Ray: %s", self.job_id, error)

    def _look(self) -> int | None:
        try:
            job = self._cluster.job(self.job_id)
        except Unreachable:
            return self._by_its_pulse("the Ray cluster does not answer")
        if job is None:
            return self._by_its_pulse("the Ray cluster has forgotten its job")
        if job.status == "PENDING":
            return self._wait_for_a_place()
        if job.status == "RUNNING":
            return self._if_it_hangs()
        if job.error_type == NOT_STARTED and not self._ending:
            self._wait_on()
            return None
        return _code_of(job)

    def _by_its_pulse(self, why: str) -> int | None:
        if result_path(self._order.attempt).is_file():
            return 0
        silent_s = self._hold.pulse.silent_s()
        return Ended(1, f"{why}, and the run has given no sign of life") if silent_s > SILENT_S else None

    def _if_it_hangs(self) -> int | None:
        if self._hold.pulse.silent_s() <= HUNG_S:
            return None
        self.end()
        return Ended(1, f"its process has given no sign of life for {HUNG_S:.0f} s")

    def _wait_for_a_place(self) -> int | None:
        if self._ending:
            return Ended(-15, "its job was ended before it had a place on the cluster")
        if not self._said_waiting and time.monotonic() - self._began > SAY_AFTER_S:
            self._said_waiting = True
            EventWriter(events_path(self._order.attempt)).write(Said(text="Waiting for a place on the Ray cluster."))
        return None

    def _wait_on(self) -> None:
        """Ray gives a job up that found no place in a quarter of an hour; we have more patience."""
        try:
            self.start()
        except Unreachable as error:
            self._submitted -= 1
            log.warning("could not submit run %s again: %s", self._order.run_id, error)

    def _keep_last_words(self) -> None:
        """What a job printed that never came to do its order, for whoever looks for the reason."""
        if self._code == 0 or result_path(self._order.attempt).is_file():
            return
        try:
            words = self._cluster.printed(self.job_id)[-LAST_WORDS:]
        except Unreachable:
            return
        with output_path(self._order.attempt).open("a") as output:
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


def _end(cluster: RayCluster, job: RayJob) -> None:
    """Ends the job and waits for it, as long as Ray usually takes."""
    cluster.stop(str(job.submission_id))
    deadline = time.monotonic() + END_S
    while time.monotonic() < deadline and _is_going_on(cluster, job):
        time.sleep(0.2)


def _is_going_on(cluster: RayCluster, job: RayJob) -> bool:
    known = cluster.job(str(job.submission_id))
    return known is not None and known.status == "RUNNING"


def _attempt_of(job: RayJob) -> tuple[str, str]:
    about = job.metadata or {}
    return about.get("run", ""), about.get("attempt", "0")


def _environment() -> dict[str, str]:
    given = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    root = Path(__file__).resolve().parent.parent
    path = {} if root.name == "site-packages" else {"PYTHONPATH": str(root)}
    return {**given, **path, "TOKENIZERS_PARALLELISM": "false", "HF_HUB_DISABLE_TELEMETRY": "1"}


def _mark(home: Path) -> str:
    """What tells this store's jobs from another's on the same cluster; made once."""
    path = home / "ray-mark"
    try:
        with path.open("x") as file:
            file.write(secrets.token_hex(6))
    except FileExistsError:
        pass
    return path.read_text().strip()
