"""A real Ray cluster of two nodes on this machine: runs end there as they should, whatever is lost."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
import pytest
from safetensors.numpy import load_file

from core.config import RunConfig
from storage import Job, Run, Store
from tests.worker.conftest import ended, supervised, wait_for
from worker.attempt import begin
from worker.executor import NotReady
from worker.ray_cluster import RayCluster, RayJob, Unreachable
from worker.ray_executor import Needs, RayExecutor

pytest.importorskip("ray", reason="Ray is an extra: pip install tuneboard[ray]")
pytestmark = [pytest.mark.xdist_group("ray"), pytest.mark.timeout(600)]
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
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Two nodes that ask for a token. What a run must not know stands in their environment."""
    ports = free_port(), free_port(), free_port()
    folder = tmp_path_factory.mktemp("ray")
    environment = {
        **os.environ,
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": TOKEN,
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
        "RAY_TMPDIR": "/tmp",  # noqa: S108  # a socket's path may have no more than 107 bytes
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


def answers(nodes: Nodes) -> bool:
    try:
        return RayCluster(nodes.address, TOKEN).size().nodes == 2 and RayCluster(nodes.address, TOKEN).jobs() is not None
    except Unreachable:
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
        if "worker.ray_run" in words and any(run_id in word for word in words) and "/bin/sh" not in words[0]:
            return process
    return None


def steps_of(store: Store, run_id: str) -> int:
    series = store.runs.series(run_id).get("train/loss")
    return 0 if series is None else len(series.steps)


def leased(store: Store, config: RunConfig, owner: str = "me") -> Job:
    store.runs.queue(config, os.urandom(4).hex())
    job = store.jobs.claim(owner)
    assert job is not None
    return job


def test_a_run_goes_from_queued_to_a_model_on_the_cluster(
    store: Store, make: Callable[..., RunConfig], executor: RayExecutor, cluster: RayCluster
) -> None:
    run = store.runs.queue(make(epochs=8), "one")
    with supervised(store, executor):
        process = wait_for(lambda: steps_of(store, run.id) > 0 and process_of(run.id), "its first steps")
        assert "secret" not in process.environ().values()
        assert TOKEN not in process.environ().values()
        worker = store.workers.list()[0]
        assert worker.device == "Ray, 2 nodes, 4 CPU cores"
        run = ended(store, run.id)
    assert run.error is None
    assert run.status == "succeeded"
    assert run.device
    assert (store.runs.bundle(run.id) / "model.safetensors").is_file()
    assert [job.status for job in jobs_of(cluster, run.id)] == ["SUCCEEDED"]
