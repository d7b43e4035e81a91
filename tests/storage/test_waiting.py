"""Why a run has not begun: the first thing that keeps it."""

import pytest

from core.config import RunConfig
from storage import Actor, Limits, Store, Wait


@pytest.fixture
def queued(store: Store, config: RunConfig) -> list[str]:
    return [store.runs.queue(config, name).id for name in ("first", "second", "third")]


def worker(store: Store, *, device: str | None, busy_with: str | None = None) -> None:
    store.workers.say("w", host="here", pid=1, ready=device is not None, busy_with=busy_with, device=device)


def test_with_no_worker_nothing_begins(store: Store, queued: list[str]) -> None:
    assert store.why_waiting(queued[0]) == Wait(why="worker")


def test_a_worker_that_is_not_ready_is_waited_for(store: Store, queued: list[str]) -> None:
    worker(store, device=None)
    assert store.why_waiting(queued[0]) == Wait(why="warming")


def test_runs_that_come_before_are_counted(store: Store, queued: list[str]) -> None:
    worker(store, device="fingers")
    assert [store.why_waiting(one) for one in queued] == [Wait(why="turn", ahead=n) for n in range(3)]
    claimed = store.jobs.claim("w")
    assert claimed is not None
    worker(store, device=None, busy_with=claimed.run_id)
    assert [store.why_waiting(one).ahead for one in queued[1:]] == [0, 1]


def test_a_full_disk_is_named(store: Store, queued: list[str]) -> None:
    worker(store, device="fingers")
    assert Store.open(store.home, Limits(min_free_gb=1e9)).why_waiting(queued[0]) == Wait(why="disk")


def test_whoever_has_as_many_at_work_as_she_may_waits_for_herself(store: Store, config: RunConfig) -> None:
    worker(store, device="fingers")
    bounded = Store.open(store.home, Limits(running=1))
    anna, ben = (bounded.acting(Actor(name=name, role="editor")) for name in ("anna", "ben"))
    anna.runs.queue(config, "one")
    bounded.jobs.claim("w")
    second, his = anna.runs.queue(config, "two"), ben.runs.queue(config, "his")
    assert anna.why_waiting(second.id) == Wait(why="own", ahead=1)
    assert ben.why_waiting(his.id).why == "turn"
