"""A real Ray cluster of two nodes on this machine: runs end there as they should, whatever is lost."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
import pytest
from safetensors.numpy import load_file

from core.config import RunConfig
from core.execute import execute
from storage import Job, Run, Store
from tests.worker.conftest import dead_supervisor, ended, sixty_rows, supervised, wait_for
from worker.attempt import begin
from worker.ray.cluster import ClusterUnreachable, RayCluster, RayJob
from worker.ray.executor import Needs, RayExecutor

pytestmark = [
    pytest.mark.skipif(find_spec("ray") is None, reason="Ray is an extra: pip install 'tuneboard[ray]'"),
    pytest.mark.timeout(1200),
]
ROOT = Path(__file__).parents[2]
TOKEN = "c0ffee" * 8
STEADY = {"dropout": 0.0, "precision": "fp32"}
"""So that several processes make the very model that one makes."""


@dataclass
class Nodes:
    """The cluster's own process, and where it listens."""

    address: str
    popen: "subprocess.Popen[str]"

    def told(self, line: str) -> dict[str, Any]:
        assert self.popen.stdin is not None
        self.popen.stdin.write(line + "\n")
        self.popen.stdin.flush()
        return self.heard()

    def heard(self) -> dict[str, Any]:
        assert self.popen.stdout is not None
        return json.loads(self.popen.stdout.readline())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    """Two nodes that ask for a token. What a run must not know stands in their environment."""
    ports = free_port(), free_port(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="ray"))  # short: a socket's path may have no more than 107 bytes
    environment = {
        **os.environ,
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": TOKEN,
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
        "RAY_TMPDIR": str(folder),
        "PYTHONPATH": str(ROOT),
        "TUNEBOARD_DATABASE_URL": "secret",
        "HF_TOKEN": "secret",
    }
    with (folder / "said").open("w") as said:
        popen = subprocess.Popen(
            [sys.executable, "-m", "tests.worker.ray_two_nodes", *map(str, ports)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
    started = Nodes(f"http://127.0.0.1:{ports[1]}", popen)
    started.heard()
    wait_for(lambda: answers(started), "the cluster's answer")
    yield started
    assert popen.stdin is not None
    popen.stdin.close()
    try:
        popen.wait(60)
    finally:
        popen.kill()
        shutil.rmtree(folder, ignore_errors=True)


def answers(nodes: Nodes) -> bool:
    try:
        return (
            RayCluster(nodes.address, TOKEN).size().nodes == 2 and RayCluster(nodes.address, TOKEN).jobs() is not None
        )
    except ClusterUnreachable:
        return False


@pytest.fixture
def cluster(nodes: Nodes) -> RayCluster:
    return RayCluster(nodes.address, TOKEN)


@pytest.fixture
def executor(store: Store, cluster: RayCluster) -> RayExecutor:
    return RayExecutor(store, cluster, Needs(cpus=1, gpus=0))


def jobs_of(cluster: RayCluster, run_id: str) -> list[RayJob]:
    return [job for job in cluster.jobs() if (job.metadata or {}).get("run") == run_id]


def going_on(cluster: RayCluster, run_id: str) -> list[RayJob]:
    return [job for job in jobs_of(cluster, run_id) if not job.has_ended]


def process_of(run_id: str) -> psutil.Process | None:
    """The process of the run itself, on whichever node."""
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "worker.ray.run" in words and any(run_id in word for word in words) and "/bin/sh" not in words[0]:
            return process
    return None


def steps_of(store: Store, run_id: str) -> int:
    series = store.runs.series(run_id).get("train/loss")
    return 0 if series is None else len(series.steps)


def said(store: Store, run_id: str) -> str:
    return "\n".join(line.text for line in store.runs.log(run_id))


def leased(store: Store, config: RunConfig, owner: str = "me") -> Job:
    store.runs.queue(config, os.urandom(4).hex())
    job = store.jobs.claim(owner)
    assert job is not None
    return job


@pytest.mark.slow
def test_a_run_whose_process_is_killed_is_tried_again_and_becomes_a_model(
    store: Store, make: Callable[..., RunConfig], executor: RayExecutor, cluster: RayCluster
) -> None:
    run = store.runs.queue(make(epochs=200), "one")
    with supervised(store, executor):
        process = wait_for(lambda: steps_of(store, run.id) > 3 and process_of(run.id), "the first steps")
        assert not {"secret", TOKEN} & set(process.environ().values()), "it knows no secret of its node"
        assert store.workers.list()[0].device == "Ray, 2 nodes, 4 CPU cores"
        process.kill()
        run = ended(store, run.id)
    assert (run.status, run.attempts, run.error) == ("succeeded", 2, None)
    assert "its Ray job failed" in said(store, run.id)
    assert run.device
    assert (store.runs.bundle(run.id) / "model.safetensors").is_file()
    assert sorted(job.status for job in jobs_of(cluster, run.id)) == ["FAILED", "SUCCEEDED"]


@pytest.mark.slow
def test_a_stopped_run_saves_and_resumes_where_it_was(
    store: Store, make: Callable[..., RunConfig], executor: RayExecutor
) -> None:
    run = store.runs.queue(make(epochs=200), "one")
    with supervised(store, executor):
        wait_for(lambda: steps_of(store, run.id) > 3, "the first steps")
        store.runs.stop(run.id)
        assert ended(store, run.id).status == "cancelled"
        assert "Saved a checkpoint" in said(store, run.id)
        store.runs.resume(run.id)
        run = ended(store, run.id)
    assert (run.status, run.attempts) == ("succeeded", 2)
    assert "Resumed from the checkpoint" in said(store, run.id)


@pytest.mark.slow
def test_two_processes_on_two_nodes_stop_and_go_on_together_and_make_the_model_that_one_makes(
    store: Store, make: Callable[..., RunConfig], cluster: RayCluster, tmp_path: Path
) -> None:
    """Ray Train places them: each asks for two cores, which is all that a node has."""
    config = make(**STEADY, epochs=40, batch_size=8)
    alone = tmp_path / "alone"
    alone.mkdir()
    places = {"models": store.models, "cache": store.cache}
    execute(config, sixty_rows(), alone, **places, report=lambda _event: None)
    run = store.runs.queue(config.model_copy(update={"processes": 2}), "one")
    with supervised(store, RayExecutor(store, cluster, Needs(cpus=2, gpus=0))):
        wait_for(lambda: steps_of(store, run.id) > 0, "the first step", timeout_s=500.0)
        store.runs.stop(run.id)
        assert ended(store, run.id).status == "cancelled"
        assert said(store, run.id).count("Saved a checkpoint") == 1
        store.runs.resume(run.id)
        run = wait_for(lambda: (r := store.runs.get(run.id)).has_ended and r, "its end", timeout_s=500.0)
    assert (run.status, run.error) == ("succeeded", None)
    assert "2 processes share the 8 rows" in said(store, run.id)
    assert "Resumed from the checkpoint" in said(store, run.id)
    first, second = (
        load_file(folder / "model.safetensors") for folder in (alone / "bundle", store.runs.bundle(run.id))
    )
    for name, weights in first.items():
        if not name.endswith("key.bias"):  # see tests/core/training/test_together.py
            np.testing.assert_allclose(second[name], weights, atol=1e-3 * max(np.abs(weights).max(), 1e-6))


@pytest.mark.slow
def test_what_a_dead_supervisor_left_behind_saves_and_goes_on_with_the_next(
    store: Store, make: Callable[..., RunConfig], executor: RayExecutor, cluster: RayCluster
) -> None:
    job = leased(store, make(epochs=200), dead_supervisor())
    attempt = begin(store, executor, job)
    assert attempt is not None
    wait_for(lambda: attempt.step() and steps_of(store, job.run_id) > 3, "the first steps")
    # From here on nobody carries the attempt: its supervisor is dead.
    with supervised(store, executor):
        wait_for(lambda: store.runs.get(job.run_id).attempts == 2, "the second attempt")
        begun = [one.submission_id for one in going_on(cluster, job.run_id)]
        assert begun in ([], [attempt.handle.process[4:-1] + "2"])
        wait_for(
            lambda: "Resumed from the checkpoint" in said(store, job.run_id),
            "its resumption",
        )
        store.runs.stop(job.run_id)
        ended(store, job.run_id)


def test_the_sweep_ends_what_nobody_holds_and_never_live_work(
    store: Store, make: Callable[..., RunConfig], executor: RayExecutor, cluster: RayCluster, tmp_path: Path
) -> None:
    live, orphan = (begin(store, executor, leased(store, make(epochs=200, seed=n))) for n in range(2))
    assert live is not None
    assert orphan is not None
    strangers = [f"stranger-{os.urandom(3).hex()}", f"another-store-{os.urandom(3).hex()}"]
    about = [{}, {"tuneboard": "another", "run": orphan.job.run_id, "attempt": "1"}]
    for name, metadata in zip(strangers, about, strict=True):
        cluster.submit(name, entrypoint="sleep 600", metadata=metadata, entrypoint_num_cpus=0)
    both = live, orphan
    wait_for(lambda: min(one.step() and bool(process_of(one.job.run_id)) for one in both), "their processes")
    store.jobs.renew(orphan.job, lease_s=-1)
    store.jobs.sweep()
    left = orphan.handle.process.removeprefix("ray/")
    assert executor.sweep() == [left]
    wait_for(lambda: live.step() and getattr(cluster.job(left), "has_ended", True), "the orphan's end")
    assert executor.sweep() == []
    assert live.step()
    assert process_of(live.job.run_id) is not None
    assert [getattr(cluster.job(name), "has_ended", None) for name in strangers] == [False, False]
    for name in strangers:
        cluster.stop(name)
    live.handle.end()


def test_a_lost_reply_makes_no_second_job(cluster: RayCluster) -> None:
    losing = Losing(cluster._client, times=1)
    name = f"once-{os.urandom(3).hex()}"
    with pytest.raises(ClusterUnreachable):
        cluster.submit(name, entrypoint="echo begun")
    cluster.submit(name, entrypoint="echo begun")  # as RayRun.start does until it knows
    assert losing.lost == 1
    wait_for(lambda: getattr(cluster.job(name), "has_ended", False), "its end")
    assert [job.submission_id for job in cluster.jobs()].count(name) == 1
    assert cluster.printed(name).splitlines().count("begun") == 1


def test_a_submission_nobody_answered_costs_no_try_and_what_arrived_ends_by_itself(
    store: Store, make: Callable[..., RunConfig], executor: RayExecutor, cluster: RayCluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("worker.ray.handle.SUBMIT_S", 0.0)
    losing = Losing(cluster._client, times=10_000)
    job = leased(store, make(epochs=200))
    assert begin(store, executor, job) is None
    losing.times = 0
    assert losing.lost
    run = store.runs.get(job.run_id)
    assert run.status == "queued"
    wait_for(lambda: jobs_of(cluster, run.id) and not going_on(cluster, run.id), "the end of what had arrived")
    assert steps_of(store, run.id) == 0
    again = store.jobs.claim("me")
    assert again is not None
    assert again.attempts == 2
    store.jobs.release(again)
    with store._database.read() as session:  # three tries from the start, and three now
        from storage.tables import TRIES, JobRow

        assert [row.tries_left for row in session.query(JobRow)] == [TRIES]


class Losing:
    """Loses replies to submissions, after the cluster has had them."""

    def __init__(self, client: httpx.Client, times: int) -> None:
        self.times, self.lost = times, 0
        self._request = client.request
        client.request = self.request  # type: ignore[method-assign]

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        answer = self._request(method, path, **more)
        if method == "POST" and path == "/api/jobs/" and self.lost < self.times:
            self.lost += 1
            raise httpx.ReadTimeout("the reply is lost")
        if self.lost and self.times > self.lost:
            raise httpx.ConnectError("and so is everything after it")
        return answer


def test_a_run_that_finds_no_place_waits_and_can_be_stopped(
    store: Store, make: Callable[..., RunConfig], cluster: RayCluster
) -> None:
    run = store.runs.queue(make(), "one")
    with supervised(store, RayExecutor(store, cluster, Needs(cpus=64, gpus=0))):
        wait_for(lambda: "Waiting for a place" in said(store, run.id), "its word")
        assert store.runs.get(run.id).status == "running"
        store.runs.stop(run.id)
        assert ended(store, run.id).status == "cancelled"


def test_a_node_that_does_not_see_the_store_is_named_as_the_reason(
    store: Store, make: Callable[..., RunConfig], cluster: RayCluster, executor: RayExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    job = leased(store, make())
    honest = executor._request

    def elsewhere(order: Any) -> dict[str, Any]:
        request = honest(order)
        return {**request, "entrypoint": request["entrypoint"].replace("order.json", "not-mounted/order.json")}

    monkeypatch.setattr(executor, "_request", elsewhere)
    attempt = begin(store, executor, job)
    assert attempt is not None
    wait_for(lambda: not attempt.step(), "its end")
    assert "does not see the store's folder" in said(store, job.run_id)
    assert "not-mounted" in (store.runs.attempt_folder(job.run_id, 1) / "output.log").read_text()


@pytest.mark.slow
def test_a_lost_head_costs_the_time_it_is_away(
    store: Store, make: Callable[..., RunConfig], executor: RayExecutor, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last test of this file: the head takes all that the cluster knew along, and another comes up."""
    monkeypatch.setattr("worker.ray.handle.SILENT_S", 15.0)
    monkeypatch.setattr("worker.ray.executor.LOOK_S", 1.0)
    run = store.runs.queue(make(epochs=200, batch_size=1), "one")
    with supervised(store, executor):
        process = wait_for(lambda: steps_of(store, run.id) > 0 and process_of(run.id), "the first step")
        nodes.told("head down")
        with suppress(psutil.NoSuchProcess):  # the nodes are gone; a run that outlived them would just go on
            process.kill()
        wait_for(lambda: store.runs.get(run.id).status == "queued", "its return into the queue")
        assert "has given no sign of life" in said(store, run.id)
        waiting: Run = store.runs.get(run.id)
        nodes.told("head up")
        wait_for(lambda: answers(nodes), "the new head")
        wait_for(lambda: process_of(run.id), "its second attempt")
        store.runs.stop(run.id)
        run = ended(store, run.id)
    assert waiting.attempts == 1, "while there is no cluster, nothing is tried"
    assert (run.status, run.attempts) == ("cancelled", 2)
