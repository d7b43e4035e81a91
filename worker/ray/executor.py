"""Executor on a Ray cluster. Ray schedules, starts and ends the jobs; their events come through the store's folder."""

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
from storage import Store
from worker.executor import NotReady, OnIdentity, end_left_behind
from worker.order import RunOrder, processes_of
from worker.ray.cluster import ClusterUnreachable, RayCluster, RayJob, Size
from worker.ray.handle import RayRun, end, is_going_on
from worker.tie import Hold

log = logging.getLogger(__name__)

LOOK_S = 10.0
SWEEP_S = 30.0
SAVE_S = 30.0
"""Grace period for saving, of a run that a dead supervisor left behind."""
ENVIRONMENT = (
    "HF_ENDPOINT", "HF_HUB_OFFLINE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
)  # fmt: skip
"""Allowlist of environment variables for a run on the cluster: no path of this machine, no address, no token."""


@dataclass(frozen=True)
class Needs:
    """Resource request of each process of a run, and the Python that runs it there."""

    cpus: float = 1.0
    gpus: float | None = None
    """GPUs of each process; None: one where the cluster has any."""
    python: str = sys.executable


class RayExecutor:
    """Executor on a Ray cluster whose nodes see the store's folder under the same path."""

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
        except ClusterUnreachable as error:
            log.warning("the Ray cluster does not answer yet: %s", error)

    def submit(self, order: RunOrder, known: OnIdentity = lambda _: None) -> RayRun:
        """Submits the order as a job. Raises NotReady where the cluster does not take it; then nothing runs."""
        hold = Hold(order.attempt)
        try:
            for job in self._jobs_of(order.run_id):
                end(self._cluster, job)
            run = RayRun(self._cluster, order, self._request(order), hold, self._mark)
            known(run.process)
            run.start()
        except ClusterUnreachable as error:
            hold.wish("end")  # where the job has arrived after all, it ends as soon as it begins
            self._size, self._next_look = None, time.monotonic() + LOOK_S
            raise NotReady(str(error)) from None
        return run

    def recover(self, process: str) -> None:
        """Ends an orphaned job of a dead supervisor, after it has saved."""
        if not process.startswith(RayRun.PREFIX):
            end_left_behind(process)
            return
        try:
            job = self._cluster.job(process.removeprefix(RayRun.PREFIX))
            if job is not None and not job.has_ended:
                log.warning("ends Ray job %s, which a dead supervisor left behind", job.submission_id)
                self._let_save(job)
                end(self._cluster, job)
        except ClusterUnreachable as error:
            log.warning("could not end %s (%s); it ends by itself", process, error)

    def is_ready(self) -> bool:
        """Whether the cluster answers and may be used."""
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_S
            self._look()
        return self._size is not None

    def keep_warm(self) -> None:
        """Sweeps orphaned jobs; no process is kept warm on a cluster."""
        if self.is_ready() and time.monotonic() >= self._next_sweep:
            self._next_sweep = time.monotonic() + SWEEP_S
            self.sweep()

    def sweep(self) -> list[str]:
        """Ends orphaned jobs of this store, whose lease no supervisor holds, and names them.

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
        except ClusterUnreachable as error:
            log.warning("could not sweep: %s", error)
            return []
        return [str(job.submission_id) for job in orphans]

    def device(self) -> str | None:
        """Resources of the cluster, in words; None while it does not answer."""
        return self._size.words if self.is_ready() and self._size else None

    def close(self) -> None:
        """Does nothing: no process waits warm on the cluster."""

    def _look(self) -> None:
        try:
            if self._size is None:  # new to us, or back after a silence: perhaps another one
                self._cluster.check()
            self._size = self._cluster.size()
        except ClusterUnreachable as error:
            if self._size is not None:
                log.warning("the Ray cluster does not answer: %s", error)
            self._size = None
        except UserError as error:
            log.error("%s %s", error.message, error.hint)
            self._size = None

    def _request(self, order: RunOrder) -> dict[str, Any]:
        gpus = self._needs.gpus
        if gpus is None:
            gpus = 1.0 if self._size and self._size.gpus else 0.0
        path = order.attempt / "order.json"
        path.write_text(order.model_dump_json())
        words = [self._needs.python, "-m", "worker.ray.run", str(path), str(self._needs.cpus), str(gpus)]
        # With several processes the job itself computes nothing: each of them requests its own resources.
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
        while time.monotonic() < deadline and is_going_on(self._cluster, job):
            hold.beat()
            time.sleep(0.5)


def _attempt_of(job: RayJob) -> tuple[str, str]:
    about = job.metadata or {}
    return about.get("run", ""), about.get("attempt", "0")


def _environment() -> dict[str, str]:
    given = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    root = Path(__file__).resolve().parents[2]
    path = {} if root.name == "site-packages" else {"PYTHONPATH": str(root)}
    return {**given, **path, "TOKENIZERS_PARALLELISM": "false", "HF_HUB_DISABLE_TELEMETRY": "1"}


def _mark(home: Path) -> str:
    """Id of this store on the cluster, which tells its jobs from another store's; made once."""
    path = home / "ray-mark"
    try:
        with path.open("x") as file:
            file.write(secrets.token_hex(6))
    except FileExistsError:
        pass
    return path.read_text().strip()
