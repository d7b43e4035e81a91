"""A real supervisor, a real run process, a real database: runs end as they should, whatever is killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from core.config import RunConfig
from storage import Store
from tests.worker.conftest import ended, supervised, wait_for
from worker import identity

pytestmark = pytest.mark.xdist_group("processes")
ROOT = Path(__file__).parent.parent.parent


def process_of(store: Store, run_id: str) -> psutil.Process | None:
    """The living process of a run, None while it has none."""
    held = [job for job in store.jobs.held_by("") if job.run_id == run_id and job.process]
    return identity.process(str(held[0].process)) if held else None


def steps_of(store: Store, run_id: str) -> int:
    """How many losses the run has reported."""
    series = store.runs.series(run_id).get("train/loss")
    return 0 if series is None else len(series.steps)


def test_a_run_goes_from_queued_to_a_model_that_answers(store: Store, make: Callable[..., RunConfig]) -> None:
    run = store.runs.queue(make(), "one")
    with supervised(store):
        run = ended(store, run.id)
    assert run.error is None
    assert run.status == "succeeded"
    assert run.evaluation is not None
    assert set(run.evaluation.baselines) == {"majority", "tfidf"}
    assert run.device
    assert steps_of(store, run.id) > 0
    assert len(store.runs.predictions(run.id).row_ids) == run.evaluation.rows
    assert (store.runs.bundle(run.id) / "model.safetensors").is_file()


def test_a_users_mistake_ends_the_run_with_a_sentence(store: Store, make: Callable[..., RunConfig]) -> None:
    run = store.runs.queue(make(**{"task.target": "lable"}), "one")
    with supervised(store):
        run = ended(store, run.id)
    assert run.status == "failed"
    assert run.error is not None
    assert "'lable'" in run.error.message
    assert "Did you mean 'label'?" in f"{run.error.message} {run.error.hint}"
    assert run.error.bug_number is None


@pytest.mark.slow
def test_a_stopped_run_saves_and_resumes_where_it_was(store: Store, make: Callable[..., RunConfig]) -> None:
    run = store.runs.queue(make(epochs=200), "one")
    with supervised(store):
        wait_for(lambda: steps_of(store, run.id) > 3, "the first steps")
        store.runs.stop(run.id)
        stopped = ended(store, run.id)
        assert stopped.status == "cancelled"
        assert any("checkpoint" in line.text for line in store.runs.log(run.id))
        store.runs.resume(run.id)
        resumed = ended(store, run.id)
    assert resumed.status == "succeeded"
    assert resumed.attempts == 2


@pytest.mark.slow
def test_a_killed_run_process_is_started_again_and_ends_well(store: Store, make: Callable[..., RunConfig]) -> None:
    run = store.runs.queue(make(epochs=200), "one")
    with supervised(store):
        wait_for(lambda: steps_of(store, run.id) > 3, "the first steps")
        process = process_of(store, run.id)
        assert process is not None
        process.kill()
        run = ended(store, run.id)
    assert run.status == "succeeded"
    assert run.attempts == 2
    assert any("was killed" in line.text for line in store.runs.log(run.id))


@pytest.mark.slow
def test_a_supervisor_that_ends_in_peace_hands_its_run_to_the_next(
    store: Store, make: Callable[..., RunConfig]
) -> None:
    run = store.runs.queue(make(epochs=200), "one")
    with supervised(store):
        wait_for(lambda: steps_of(store, run.id) > 3, "the first steps")
    assert store.runs.get(run.id).status == "queued"
    with supervised(store):
        assert ended(store, run.id).status == "succeeded"


def test_a_killed_supervisor_takes_its_child_along_and_the_next_one_resumes(
    store: Store, make: Callable[..., RunConfig]
) -> None:
    run = store.runs.queue(make(epochs=200), "one")
    environment = {**os.environ, "TUNEBOARD_HOME": str(store.home), "PYTHONPATH": str(ROOT)}
    first = subprocess.Popen([sys.executable, "-m", "worker"], env=environment, cwd=ROOT)
    wait_for(lambda: steps_of(store, run.id) > 3, "the first steps")
    child = process_of(store, run.id)
    assert child is not None
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    measured = steps_of(store, run.id)
    with supervised(store):
        run = ended(store, run.id)
    assert run.status == "succeeded"
    assert run.attempts == 2
    assert steps_of(store, run.id) >= measured
    wait_for(lambda: not child.is_running(), "the end of the orphan", 30)


def test_a_warm_process_waits_before_anybody_asks(store: Store) -> None:
    with supervised(store):
        worker = wait_for(lambda: [w for w in store.workers.list() if w.ready], "a warm process")[0]
    assert worker.device
    assert store.workers.list() == []


def test_a_run_process_knows_no_secret_of_the_supervisor(
    store: Store, make: Callable[..., RunConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "secret")
    monkeypatch.setenv("TUNEBOARD_DATABASE_URL", "secret")
    run = store.runs.queue(make(epochs=200), "one")
    with supervised(store):
        process = wait_for(lambda: process_of(store, run.id), "its process")
        assert "secret" not in process.environ().values()
        store.runs.stop(run.id)
        ended(store, run.id)


@pytest.mark.slow
def test_two_processes_of_this_machine_teach_together_and_the_loss_of_one_costs_a_try(
    store: Store, make: Callable[..., RunConfig]
) -> None:
    run = store.runs.queue(make(epochs=40, processes=2), "one")
    with supervised(store):
        wait_for(lambda: steps_of(store, run.id) > 3, "the first steps")
        first = process_of(store, run.id)
        assert first is not None
        (other,) = first.children()
        assert not {c.laddr.ip for p in (first, other) for c in p.net_connections("inet")} - {"127.0.0.1", "::1"}
        other.kill()
        run = ended(store, run.id)
    assert (run.status, run.attempts, run.error) == ("succeeded", 2, None)
    assert any("2 processes share the 4 rows" in line.text for line in store.runs.log(run.id))
    assert not psutil.pid_exists(first.pid)
