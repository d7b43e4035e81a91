"""Processes that will not end, or end oddly: each is ended, and the run's story goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.config import RunConfig
from core.events import Measured
from storage import Store
from storage.jobs import LeaseLost
from tests.worker.conftest import ended, supervised, wait_for
from worker import identity
from worker.event_file import EventWriter
from worker.executor import LocalExecutor, LocalProcess
from worker.order import events_path

pytestmark = pytest.mark.xdist_group("processes")
ROOT = Path(__file__).parent.parent.parent

Make = Callable[..., RunConfig]
LIGHT = "from tests.chaos import light\nimport time, signal, os, sys\n"
AFTER_ITS_RESULT = LIGHT + "from worker import run_process\nrun_process._leave = lambda: time.sleep(300)\nlight._run()"
IGNORES = LIGHT + (
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nlight.newest_whole = lambda *_, **__: time.sleep(300)\nlight._run()"
)
WITHOUT_A_RESULT = LIGHT + "light._bundle = lambda _: os._exit(0)\nlight._run()"
POISON = LIGHT + "light.newest_whole = lambda *_, **__: os.kill(os.getpid(), signal.SIGSEGV)\nlight._run()"
FLOOD = LIGHT + (
    "from core.events import Measured\n"
    "def flood(order, report):\n"
    "    for n in range(60_000): report(Measured(name=f'm{n % 40}', value=n, step=n // 40))\n"
    "    late = Measured(name='late', value=1, step=1)\n"
    "    while True: time.sleep(.001); os.write(1, os.urandom(1 << 16)); report(late)\n"
    "light.count = flood\nlight._run()"
)


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store) -> Callable[[str], LocalExecutor]:
    """An executor whose processes run this text."""
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{ROOT}")

    def executor(text: str) -> LocalExecutor:
        (tmp_path / "played_process.py").write_text(text)
        return LocalExecutor(store.logs, "played_process")

    return executor


def test_a_process_that_hangs_after_its_result_is_ended_and_the_run_has_succeeded(
    store: Store,
    make: Callable[..., RunConfig],
    played: Callable[[str], LocalExecutor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("worker.attempt.LINGER_S", 0.5)
    run = store.runs.queue(make(), "one")
    with supervised(store, played(AFTER_ITS_RESULT)):
        assert ended(store, run.id).status == "succeeded"


def test_a_process_that_ignores_the_stop_and_sigterm_is_killed(
    store: Store,
    make: Callable[..., RunConfig],
    played: Callable[[str], LocalExecutor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("worker.attempt.STOP_S", 0.2)
    monkeypatch.setattr("worker.executor.TERMINATE_S", 0.5)
    run = store.runs.queue(make(), "one")
    with supervised(store, played(IGNORES)):
        wait_for(lambda: store.runs.get(run.id).device, "its first word")
        process = store.jobs.held_by("")[0].process
        store.runs.stop(run.id)
        assert ended(store, run.id).status == "cancelled"
    assert identity.process(str(process)) is None


def test_a_process_that_leaves_without_a_result_three_times_has_failed_and_says_so(
    store: Store, make: Callable[..., RunConfig], played: Callable[[str], LocalExecutor]
) -> None:
    run = store.runs.queue(make(), "one")
    with supervised(store, played(WITHOUT_A_RESULT)):
        failed = ended(store, run.id)
    assert failed.status == "failed"
    assert failed.error is not None
    assert "lost 3 times" in failed.error.message
    assert "left no result" in failed.error.message


def test_a_run_that_crashes_its_process_stops_after_three_tries_and_keeps_nobody_waiting(
    store: Store, make: Make, played: Callable[[str], LocalExecutor]
) -> None:
    poison = store.runs.queue(make(), "poison")
    with supervised(store, played(POISON)):
        failed = ended(store, poison.id)
    assert (failed.status, failed.attempts) == ("failed", 3)
    assert store.jobs.claim("me") is None


def test_a_flood_of_numbers_and_noise_keeps_the_lease_hears_the_stop_and_loses_nothing(
    store: Store, make: Callable[..., RunConfig], played: Callable[[str], LocalExecutor]
) -> None:
    run = store.runs.queue(make(), "one")
    with supervised(store, played(FLOOD)):
        wait_for(lambda: "late" in store.runs.series(run.id, points=10), "the flood to be in storage")
        store.runs.stop(run.id)
        assert ended(store, run.id).status == "cancelled"
    series = store.runs.series(run.id, points=100_000)
    assert sum(len(one.steps) for name, one in series.items() if name != "late") == 60_000
    output = store.runs.attempt_folder(run.id, 1) / "output.log"
    assert output.stat().st_size < 50_000_000


def test_an_end_that_is_written_down_twice_counts_once(store: Store, make: Callable[..., RunConfig]) -> None:
    run = store.runs.queue(make(), "one")
    job = store.jobs.claim("me")
    assert job is not None
    store.jobs.succeed(job)
    with pytest.raises(LeaseLost):
        store.jobs.succeed(job)
    with pytest.raises(LeaseLost):
        store.jobs.give_back(job, "again")
    assert store.runs.get(run.id).status == "succeeded"


def test_a_stop_that_comes_when_the_run_has_just_succeeded_changes_nothing(
    store: Store, make: Callable[..., RunConfig]
) -> None:
    run = store.runs.queue(make(), "one")
    job = store.jobs.claim("me")
    assert job is not None
    store.jobs.start(job, "1/1/1")
    store.runs.stop(run.id)
    store.jobs.succeed(job)
    assert (store.runs.get(run.id).status, store.runs.get(run.id).stopping) == ("succeeded", False)


def test_a_run_that_was_stopped_while_leased_hears_it_with_its_first_word(
    store: Store, make: Callable[..., RunConfig]
) -> None:
    run = store.runs.queue(make(), "one")
    job = store.jobs.claim("me")
    assert job is not None
    store.runs.stop(run.id)
    store.jobs.start(job, "1/1/1")
    assert store.jobs.record(job, [], 0) is True


def test_a_spare_process_that_dies_is_replaced(store: Store) -> None:
    executor = LocalExecutor(store.logs, "tests.chaos.light")
    executor.keep_warm()
    first = executor._spare
    assert isinstance(first, LocalProcess)
    first._popen.kill()
    first._popen.wait()
    executor.keep_warm()
    assert executor._spare is not first
    executor.close()


def test_two_writers_of_one_event_file_do_not_mix_their_lines(tmp_path: Path) -> None:
    path = events_path(tmp_path)
    one, other = EventWriter(path), EventWriter(path)
    for n in range(200):
        (one if n % 2 else other).write(Measured(name="x", value=n, step=n))
    assert len(path.read_text().splitlines()) == 200
