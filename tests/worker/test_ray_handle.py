"""What the supervisor thinks of a run on a cluster that waits, works, or falls silent; the cluster is played."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from core.config import make_config
from worker.order import RunOrder
from worker.ray.cluster import ClusterUnreachable, RayJob
from worker.ray.handle import RayRun
from worker.tie import Hold, pulse_path

MINUTES = 60.0


class Clock:
    """A clock that goes on when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        for module in ("worker.tie", "worker.ray.handle"):
            monkeypatch.setattr(f"{module}.time", SimpleNamespace(monotonic=lambda: self.now))

    def wait(self, minutes: float) -> None:
        self.now += minutes * MINUTES


class Cluster:
    """A cluster that says of the one job what the test says; None: it does not answer."""

    def __init__(self) -> None:
        self.status: str | None = "PENDING"
        self.stopped = 0

    def submit(self, *_: object, **__: object) -> None: ...

    def job(self, job_id: str) -> RayJob:
        if self.status is None:
            raise ClusterUnreachable("no answer")
        return RayJob(submission_id=job_id, status=self.status)

    def printed(self, _job_id: str) -> str:
        return ""

    def stop(self, _job_id: str) -> None:
        self.stopped += 1
        self.status = "STOPPED"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


@pytest.fixture
def run(clock: Clock, cluster: Cluster, tmp_path: Path) -> RayRun:  # its time
    attempt = tmp_path / "attempts" / "1"
    attempt.mkdir(parents=True)
    folders = dict.fromkeys(("dataset", "work", "models", "cache"), tmp_path)
    order = RunOrder(run_id="r1", config=make_config(dataset="d"), attempt=attempt, **folders)
    started = RayRun(cluster, order, {}, Hold(attempt), "mark")  # type: ignore[arg-type]
    started.start()
    return started


def test_a_run_that_waited_long_for_a_place_is_not_taken_for_hung_when_it_gets_one(
    clock: Clock, cluster: Cluster, run: RayRun
) -> None:
    clock.wait(20)
    assert run.exit_code() is None
    cluster.status = "RUNNING"
    clock.wait(0.1)
    assert run.exit_code() is None
    clock.wait(6)
    assert run.exit_code() == 1
    assert cluster.stopped == 1


def test_while_the_cluster_is_silent_a_run_that_never_began_is_waited_for(
    clock: Clock, cluster: Cluster, run: RayRun
) -> None:
    assert run.exit_code() is None
    cluster.status = None
    clock.wait(20)
    assert run.exit_code() is None
    pulse_path(run._order.attempt).write_text("1 1")
    clock.wait(0.1)
    assert run.exit_code() is None
    clock.wait(2)
    assert run.exit_code() == 1, "it had begun, and gives no sign of life"


def test_a_stopped_run_whose_cluster_stays_silent_ends_all_the_same(
    clock: Clock, cluster: Cluster, run: RayRun
) -> None:
    assert run.exit_code() is None
    cluster.status = None
    run.end()
    clock.wait(2)
    assert run.exit_code() == 1
