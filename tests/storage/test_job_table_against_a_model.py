"""The job table, driven at random beside a model of it that fits on a screen."""

import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, precondition, rule

from core.config import make_config
from core.data import Table
from core.errors import ConfigError
from core.events import Measured
from storage import Failure, Job, Store
from storage.jobs import LeaseLost
from storage.tables import TRIES


@dataclass
class Expected:
    """What the model says about one job."""

    state: str = "queued"
    token: str | None = None
    tries: int = TRIES
    attempts: int = 0
    stop: bool = False
    lapsed: bool = False

    @property
    def is_held(self) -> bool:
        return self.state in ("leased", "running")

    def let_go(self, state: str) -> None:
        self.state, self.token, self.lapsed = state, None, False

    def lose(self) -> None:
        self.let_go("cancelled" if self.stop else "queued" if self.tries > 0 else "failed")


def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="tuneboard-model-"))
    store = Store.open(folder / "home")
    store.datasets.add(Table(pd.DataFrame({"text": ["a", "b"], "label": ["x", "y"]}), ()), name="rows", source="x")
    store.close()
    return folder / "home"


class JobTable(RuleBasedStateMachine):
    """Everything that dashboards and supervisors do to jobs, in any order."""

    leases = Bundle("leases")
    template: Path | None = None

    @initialize()
    def open(self) -> None:
        cls = type(self)
        cls.template = cls.template or _template()
        self.folder = Path(tempfile.mkdtemp(prefix="tuneboard-model-"))
        shutil.copytree(cls.template, self.folder / "home")
        self.store = Store.open(self.folder / "home")
        self.config = make_config(dataset=self.store.datasets.get("rows").id)
        self.jobs: dict[str, Expected] = {}
        self.order: list[str] = []
        self.points: dict[str, int] = {}

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def some(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(self.order))

    @rule()
    def queue(self) -> None:
        run = self.store.runs.queue(self.config, secrets.token_hex(8))
        self.jobs[run.id] = Expected()
        self.order.append(run.id)
        self.points[run.id] = 0

    @rule(target=leases)
    def claim(self) -> Job | None:
        waiting = [run_id for run_id in self.order if self.jobs[run_id].state == "queued"]
        job = self.store.jobs.claim("somebody")
        assert (job.run_id if job else None) == (waiting[0] if waiting else None)
        if job:
            expected = self.jobs[job.run_id]
            expected.state, expected.token = "leased", job.token
            expected.tries, expected.attempts = expected.tries - 1, expected.attempts + 1
            assert job.attempts == expected.attempts
        return job

    def write(self, job: Job | None, change: str, *arguments: object) -> bool:
        """Whether the write was taken; it is exactly when the lease is still this one's."""
        expected = self.jobs.get(job.run_id) if job else None
        if job is None or expected is None:
            return False
        mine = expected.is_held and expected.token == job.token
        try:
            getattr(self.store.jobs, change)(job, *arguments)
        except LeaseLost:
            assert not mine
            return False
        assert mine
        return True

    @rule(job=leases)
    def start(self, job: Job | None) -> None:
        if self.write(job, "start", "1/1/1"):
            self.jobs[job.run_id].state = "running"

    @rule(job=leases)
    def record(self, job: Job | None) -> None:
        if job is None or job.run_id not in self.points:
            return
        step = self.points[job.run_id]
        if self.write(job, "record", [Measured(name="x", value=1.0, step=step)], step + 1):
            self.points[job.run_id] += 1

    @rule(job=leases)
    def renew(self, job: Job | None) -> None:
        if self.write(job, "renew"):
            self.jobs[job.run_id].lapsed = False

    @rule(job=leases)
    def let_lapse(self, job: Job | None) -> None:
        if self.write(job, "renew", -1):
            self.jobs[job.run_id].lapsed = True

    @rule(job=consumes(leases), change=st.sampled_from(["succeed", "cancel", "fail", "give_back", "release"]))
    def end(self, job: Job | None, change: str) -> None:
        arguments = {"fail": (Failure(message="It broke."),), "give_back": ("it was killed",)}.get(change, ())
        if self.write(job, change, *arguments):
            expected = self.jobs[job.run_id]
            if change == "give_back":
                expected.lose()
            elif change == "release":
                expected.tries += 1
                expected.let_go("cancelled" if expected.stop else "queued")
                expected.stop = False
            else:
                expected.let_go({"succeed": "succeeded", "cancel": "cancelled", "fail": "failed"}[change])
                expected.stop = False

    @rule()
    def sweep(self) -> None:
        lapsed = {run_id for run_id, expected in self.jobs.items() if expected.is_held and expected.lapsed}
        assert set(self.store.jobs.sweep()) == lapsed
        for run_id in lapsed:
            self.jobs[run_id].lose()

    @precondition(lambda self: self.order)
    @rule(data=st.data())
    def stop(self, data: st.DataObject) -> None:
        run_id = self.some(data)
        self.store.runs.stop(run_id)
        expected = self.jobs[run_id]
        if expected.state == "queued":
            expected.state = "cancelled"
        elif expected.is_held:
            expected.stop = True

    @precondition(lambda self: self.order)
    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        run_id = self.some(data)
        expected = self.jobs[run_id]
        try:
            self.store.runs.resume(run_id)
        except ConfigError:
            assert expected.state not in ("failed", "cancelled")
        else:
            assert expected.state in ("failed", "cancelled")
            expected.state, expected.stop, expected.tries = "queued", False, TRIES
            self.order.remove(run_id)
            self.order.append(run_id)  # whoever asks again queues again: the turn is given out anew

    @precondition(lambda self: self.order)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        run_id = self.some(data)
        expected = self.jobs[run_id]
        try:
            self.store.runs.delete(run_id)
        except ConfigError:
            assert expected.is_held or expected.state == "queued"
        else:
            assert expected.state in ("succeeded", "failed", "cancelled")
            del self.jobs[run_id], self.points[run_id]
            self.order.remove(run_id)

    @invariant()
    def the_table_is_as_the_model_says(self) -> None:
        if not hasattr(self, "jobs"):
            return
        runs = {run.id: run for run in self.store.runs.list()}
        assert set(runs) == set(self.jobs)
        for run_id, expected in self.jobs.items():
            shown = "queued" if expected.state == "leased" else expected.state
            assert (runs[run_id].status, runs[run_id].attempts) == (shown, expected.attempts)
            assert (runs[run_id].ended is not None) == (expected.state in ("succeeded", "failed", "cancelled"))
        held = {job.run_id: job.token for job in self.store.jobs.held_by("")}
        assert held == {run_id: e.token for run_id, e in self.jobs.items() if e.is_held}

    @invariant()
    def no_number_is_lost(self) -> None:
        for run_id, points in getattr(self, "points", {}).items():
            series = self.store.runs.series(run_id).get("x")
            assert (0 if series is None else len(series.steps)) == points


JobTable.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestJobTable = JobTable.TestCase
