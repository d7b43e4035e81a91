"""Workers whose queue is in PostgreSQL: a real run, a server that goes away and comes back, many workers at once."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.config import RunConfig
from core.events import Measured
from storage import Store
from tests.postgres import WHY_NOT, Server, binaries, server
from tests.worker.conftest import ended, supervised, wait_for
from tests.worker.test_odd_endings import Stage
from tests.worker.test_runs_for_real import process_of, steps_of
from worker import attempt, supervisor
from worker.event_file import read_events
from worker.order import events_path

pytestmark = [pytest.mark.xdist_group("processes"), pytest.mark.usefixtures("fragile")]


@pytest.fixture
def fragile(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of this test alone, in which stores keep their rows."""
    if binaries() is None:
        pytest.skip(WHY_NOT)
    with server() as one:
        monkeypatch.setenv("TUNEBOARD_DATABASE_URL", one.url(one.new_database()))
        yield one


def test_a_run_goes_on_while_the_server_is_away_and_no_number_is_lost(
    store: Store, make: Callable[..., RunConfig], fragile: Server
) -> None:
    run = store.runs.queue(make(epochs=100), "one")
    with supervised(store):
        wait_for(lambda: steps_of(store, run.id) > 3, "the first numbers")
        process = process_of(store, run.id)
        assert process is not None
        assert "TUNEBOARD_DATABASE_URL" not in process.environ()
        fragile.stop()
        assert process.is_running()
        fragile.start()
        run = ended(store, run.id)
    assert (run.status, run.attempts, run.error) == ("succeeded", 1, None)
    assert not (store.home / "tuneboard.db").exists()
    said, _ = read_events(events_path(store.runs.attempt_folder(run.id, 1)), 0)
    losses = {event.step: event.value for event in said if isinstance(event, Measured) and event.name == "train/loss"}
    kept = store.runs.series(run.id)["train/loss"]
    assert dict(zip(kept.steps.tolist(), kept.values.tolist(), strict=True)) == losses


def test_a_worker_that_cannot_renew_its_lease_ends_its_process(
    store: Store, make: Callable[..., RunConfig], fragile: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt, "LEASE_S", 1.0)
    monkeypatch.setattr(attempt, "RENEW_S", 0.3)
    monkeypatch.setattr("storage.troubles.FIRST_WAIT_S", 0.01)
    stage = Stage()
    run = store.runs.queue(make(), "one")
    with supervised(store, stage) as working:
        wait_for(lambda: store.runs.get(run.id).status == "running", "its start")
        fragile.stop()
        wait_for(lambda: stage.played and stage.played[0].ended, "the end of a process whose run may be another's")
        assert working._attempt is None
        fragile.start()
        wait_for(lambda: working._out_of_touch_since is None, "the worker's return")
    assert store.runs.get(run.id).attempts == 1


def test_two_workers_with_homes_of_their_own_share_one_queue(
    store: Store, make: Callable[..., RunConfig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "TICK_S", 0.01)
    runs = [store.runs.queue(make(seed=n), str(n)).id for n in range(6)]
    stages = [Stage(), Stage()]
    shutil.copytree(store.home / "files", tmp_path / "other" / "files")
    with (
        Store.open(tmp_path / "other") as other,
        supervised(store, stages[0]),
        supervised(other, stages[1]),
    ):
        wait_for(lambda: all(stage.played for stage in stages), "one run each")
        while any(not store.runs.get(run).has_ended for run in runs):
            for stage in stages:
                for one in stage.played:
                    if one.code is None:
                        store.runs.stop(one.order.run_id)
                        one.code = 0
    done = [one.order.run_id for stage in stages for one in stage.played]
    assert sorted(done) == sorted(runs)
