"""`tuneboard worker`: which executors it takes, and which clusters."""

from pathlib import Path

import pytest

from core.errors import UserError
from dashboard.server.processes import serve_worker
from worker.ray.cluster import RayCluster


def test_one_run_at_a_time_on_one_machine(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="one run at a time"):
        serve_worker(tmp_path, executor="local", at_once=2)


def test_a_cluster_that_must_not_be_used_ends_the_worker_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: RayCluster) -> None:
        raise UserError("takes jobs from anybody")

    monkeypatch.setattr(RayCluster, "check", refuse)
    monkeypatch.setenv("TUNEBOARD_RAY_ADDRESS", "http://ray.example:8265")
    with pytest.raises(UserError, match="takes jobs from anybody"):
        serve_worker(tmp_path, executor="ray", at_once=1)
