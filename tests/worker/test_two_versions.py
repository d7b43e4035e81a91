"""Two versions of Tuneboard at one store: a program that is replaced while its worker runs costs no run a try.

Another schema is in tests/storage (`test_a_process_that_an_other_version_overtook_says_so_instead_of_writing`).
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from core.config import RunConfig
from storage import Store
from tests.chaos.house import ROOT, House
from tests.worker.conftest import wait_for
from tests.worker.test_odd_endings import Stage
from tests.worker.test_sigterm import tries_left
from worker.attempt import begin
from worker.endings import finish_earlier
from worker.executor import LocalExecutor
from worker.order import OtherRelease, result_path
from worker.supervisor import Supervisor

pytestmark = pytest.mark.xdist_group("processes")
NEWER = """
from tests.chaos import light
from worker import order, run_process

class RunOrder(order.RunOrder):
    deadline: float

run_process.RunOrder = RunOrder
light._run()
"""


def test_a_run_process_of_another_version_ends_the_worker_and_costs_no_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever starts the worker again, as `up` does, has both of one version."""
    house = House(tmp_path / "home")
    run = house.store.runs.queue(house.config(epochs=1), "one")
    (tmp_path / "newer.py").write_text(NEWER)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    with pytest.raises(OtherRelease, match="replaced by another version"):
        Supervisor(house.store, LocalExecutor(house.store.logs, "newer")).work()
    assert (house.store.runs.get(run.id).status, tries_left(house.store)) == ("queued", 3)
    assert house.store.workers.list() == []
    with house.supervisor():
        wait_for(lambda: house.store.runs.get(run.id).has_ended, "its end")
    assert house.store.runs.get(run.id).status == "succeeded"


def test_a_result_of_another_version_is_left_for_it(store: Store, make: Callable[..., RunConfig]) -> None:
    run, stage = store.runs.queue(make(), "one"), Stage()
    job = store.jobs.claim("me")
    assert job is not None
    attempt = begin(store, stage, job)
    assert attempt is not None
    result_path(stage.played[0].order.attempt).write_text('{"status": "succeeded", "shades": 3}')
    stage.played[0].code = 0
    with pytest.raises(OtherRelease):
        attempt.step()
    assert store.runs.get(run.id).status == "running"
    (held,) = store.jobs.held_by("me")
    assert not finish_earlier(store, held)
