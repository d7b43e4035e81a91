"""A worker that does several runs at a time, as one with a cluster does; its executor is played."""

import threading
from collections.abc import Callable

import pytest

from core.config import RunConfig
from storage import Store
from tests.worker.conftest import dead_supervisor, wait_for
from worker.__main__ import work_together
from worker.executor import OnIdentity
from worker.order import RunOrder, RunResult, result_path
from worker.supervisor import Supervisor


class Slow:
    """A process that ends when it is let go."""

    def __init__(self, order: RunOrder, process: str) -> None:
        self.order = order
        self.process = process

    def exit_code(self) -> int | None:
        return 0 if result_path(self.order.attempt).exists() else None

    def ask_to_stop(self) -> None:
        self.leave("stopped")

    def end(self, *, now: bool = False) -> None: ...

    def leave(self, status: str) -> None:
        result_path(self.order.attempt).write_text(RunResult(status=status, message="Played.").model_dump_json())  # type: ignore[arg-type]


class Cluster:
    """An executor whose readiness the test decides."""

    def __init__(self) -> None:
        self.started: list[Slow] = []
        self.ready = True
        self.broken = False
        self.met: threading.Barrier | None = None

    def submit(self, order: RunOrder, known: OnIdentity) -> Slow:
        known(f"played/{len(self.started)}")
        self.started.append(Slow(order, f"played/{len(self.started)}"))
        return self.started[-1]

    def is_ready(self) -> bool:
        if self.broken:
            raise RuntimeError("it broke down")
        return self.ready

    def recover(self, process: str) -> None:
        if met := self.met:
            met.wait(60)

    def keep_warm(self) -> None: ...
    def device(self) -> str | None: ...
    def close(self) -> None: ...


def test_each_run_is_done_once_and_as_many_at_a_time_as_asked(store: Store, make: Callable[..., RunConfig]) -> None:
    cluster, stop = Cluster(), threading.Event()
    runs = [store.runs.queue(make(seed=n), f"{n}") for n in range(5)]
    worker = threading.Thread(target=work_together, args=([Supervisor(store, cluster) for _ in range(3)], stop))
    worker.start()
    wait_for(lambda: len(cluster.started) == 3, "three at once")
    for number in range(5):
        wait_for(lambda n=number: len(cluster.started) > n, "the next")
        cluster.started[number].leave("failed")
    wait_for(lambda: all(store.runs.get(run.id).has_ended for run in runs), "the end of all")
    stop.set()
    worker.join(60)
    assert sorted(one.order.run_id for one in cluster.started) == sorted(run.id for run in runs)


def test_several_that_start_at_once_take_back_what_a_dead_one_left_once(
    store: Store, make: Callable[..., RunConfig]
) -> None:
    run = store.runs.queue(make(), "one")
    dead = store.jobs.claim(dead_supervisor())
    assert dead is not None
    cluster, stop = Cluster(), threading.Event()
    cluster.met = threading.Barrier(3, action=lambda: setattr(cluster, "met", None))
    store.jobs.start(dead, "played/0")
    worker = threading.Thread(target=work_together, args=([Supervisor(store, cluster) for _ in range(3)], stop))
    worker.start()
    wait_for(lambda: cluster.started, "the second attempt")
    stop.set()
    worker.join(60)
    assert len(cluster.started) == 1
    assert (store.runs.get(run.id).status, store.runs.get(run.id).attempts) == ("queued", 2)


def test_nothing_is_claimed_while_the_executor_is_not_ready(store: Store, make: Callable[..., RunConfig]) -> None:
    cluster, stop = Cluster(), threading.Event()
    cluster.ready = False
    run = store.runs.queue(make(), "one")
    worker = threading.Thread(target=work_together, args=([Supervisor(store, cluster)], stop))
    worker.start()
    wait_for(store.workers.list, "a sign of the worker")
    assert store.runs.get(run.id).attempts == 0
    cluster.ready = True
    wait_for(lambda: cluster.started, "the run")
    stop.set()
    worker.join(60)
    assert store.runs.get(run.id).status == "queued"


def test_when_one_supervisor_breaks_down_the_others_end_in_peace_and_it_is_said(
    store: Store, make: Callable[..., RunConfig]
) -> None:
    sound, broken = Cluster(), Cluster()
    run = store.runs.queue(make(), "one")
    supervisors = [Supervisor(store, sound), Supervisor(store, broken)]
    broken.ready = False
    stop = threading.Event()
    failures: list[Exception] = []

    def work() -> None:
        with pytest.raises(RuntimeError, match="it broke down") as failure:
            work_together(supervisors, stop)
        failures.append(failure.value)

    worker = threading.Thread(target=work)
    worker.start()
    wait_for(lambda: sound.started, "the run")
    broken.broken = True
    worker.join(60)
    assert len(failures) == 1
    assert store.runs.get(run.id).status == "queued"
