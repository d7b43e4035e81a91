"""A process that prints or measures without end: the disk stays free, the lease is kept, a stop is heard."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.config import RunConfig
from core.events import CheckpointSaved, LogEvent, Measured
from storage import Limits, Store
from tests.worker.test_odd_endings import Stage, attempt, stage
from worker.event_file import EventWriter, read_events
from worker.order import RunResult, events_path, output_path
from worker.supervisor import Supervisor

__all__ = ["attempt", "stage"]


def test_output_that_grows_too_long_is_cut_and_its_last_words_are_kept(
    store: Store, attempt, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.attempt.OUTPUT_BYTES", 100_000)
    monkeypatch.setattr("worker.attempt.LAST_WORDS_BYTES", 1_000)
    output = output_path(stage.played[0].order.attempt)
    for n in range(20):
        with output.open("ab") as file:
            file.write(b"\r 42% |####    |" * 10_000 + bytes(range(256)) + f"flood {n}".encode())
        attempt.step()
        assert output.stat().st_size == 0
    earlier = output.with_suffix(".earlier.log").read_bytes()
    assert len(earlier) == 1_000
    assert earlier.endswith(b"flood 19")


def test_a_flood_of_numbers_does_not_keep_the_supervisor_from_the_lease_or_a_stop(
    store: Store, attempt, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.event_file.READ_BYTES", 2_000)
    monkeypatch.setattr("worker.attempt.AT_ONCE", 3)
    monkeypatch.setattr("worker.attempt.RENEW_S", -1.0)
    renewed: list[str] = []
    renew = store.jobs.renew
    monkeypatch.setattr(store.jobs, "renew", lambda job: renewed.append(job.run_id) or renew(job))
    flood = EventWriter(events_path(stage.played[0].order.attempt))
    for n in range(500):
        flood.write(Measured(name="loss", value=1.0, step=n))
    assert attempt.step()
    assert renewed
    assert 0 < len(store.runs.series(attempt.job.run_id)["loss"].steps) < 500
    store.runs.stop(attempt.job.run_id)
    assert attempt.step()
    assert stage.played[0].asked == 1
    stage.played[0].code = -9
    assert not attempt.step()
    assert len(store.runs.series(attempt.job.run_id)["loss"].steps) == 500, "nothing that was said is lost"


def test_an_event_file_that_grows_too_long_takes_only_what_tells_how_the_run_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.event_file.MOST_BYTES", 50_000)
    path = tmp_path / "events.jsonl"
    writer = EventWriter(path)
    for n in range(5_000):
        writer.write(LogEvent(text=f"{n} " + "x" * 100))
    writer.write(CheckpointSaved(step=7))
    EventWriter(path).write(Measured(name="loss", value=1.0, step=8))
    assert path.stat().st_size < 51_000
    events, _ = read_events(path, 0)
    assert isinstance(events[-2], LogEvent)
    assert "not heard any more" in events[-2].text
    assert events[-1] == CheckpointSaved(step=7)


def test_a_number_that_fits_no_column_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(
        b'{"kind":"metric","name":"loss","value":1,"step":%d}\n' % 10**30
        + b'{"kind":"metric","name":"loss","value":1,"step":1}\n'
    )
    events, end = read_events(path, 0)
    assert [event.step for event in events] == [1]
    assert end == path.stat().st_size


def test_what_a_run_keeps_is_counted_when_its_attempt_ends(store: Store, attempt, stage: Stage) -> None:
    work = stage.played[0].order.work
    work.mkdir(parents=True)
    (work / "weights").write_bytes(b"x" * 5_000)
    stage.played[0].leave(RunResult(status="stopped"))
    attempt.step()
    assert store.runs.get(attempt.job.run_id).bytes >= 5_000


def test_on_a_disk_that_is_nearly_full_no_waiting_run_begins_and_it_does_when_there_is_room(
    store: Store, make: Callable[..., RunConfig], stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.attempt.STOP_S", -1.0)  # this process of ours hears no stop
    store.runs.queue(make(), "one")
    for floor, begun in ((10**9, 0), (0, 1)):
        bounded = Store.open(store.home, Limits(min_free_gb=floor))
        ticks = iter([False, False, True])
        Supervisor(bounded, stage).work(until=lambda ticks=ticks: next(ticks))
        assert len(stage.played) == begun
