"""A flood of lines or numbers is kept up to its bounds; the run's own log says where they are, and it goes on."""

import math

import pytest

from core.config import RunConfig
from core.events import CheckpointSaved, LogEvent, Measured, Progress, StageBegan
from storage import Job, Limits, Store
from storage.heard import LONGEST_LINE

FEW = Limits(log_lines=100, metric_names=10, metric_points=1_000)


@pytest.fixture
def small(store: Store) -> Store:
    return Store.open(store.home, FEW)


@pytest.fixture
def job(small: Store, config: RunConfig) -> Job:
    small.runs.queue(config, "one")
    claimed = small.jobs.claim("me")
    assert claimed is not None
    return claimed


def loss(steps: range, name: str = "loss") -> list[Measured]:
    return [Measured(name=name, value=float(step), step=step) for step in steps]


def lines(store: Store, job: Job) -> list[str]:
    return [line.text for line in store.runs.log(job.run_id, 10_000)]


def test_every_line_below_the_bound_is_kept_and_the_bound_is_said_once(small: Store, job: Job) -> None:
    for start in range(0, 300, 50):
        small.jobs.record(job, [LogEvent(text=f"line {n}") for n in range(start, start + 50)], start + 50)
    kept = lines(small, job)
    assert kept[:100] == [f"line {n}" for n in range(100)]
    assert kept[100:] == ["It has said 100 lines. No more of them are kept; it goes on."]


def test_stages_checkpoints_and_progress_are_heard_beyond_the_bound(small: Store, job: Job) -> None:
    small.jobs.record(job, [LogEvent(text="x")] * 200, 1)
    small.jobs.record(
        job, [StageBegan(stage="save", text="Saving."), CheckpointSaved(step=9), Progress(done=3, total=4)], 2
    )
    assert lines(small, job)[-2:] == ["Saving.", "Saved a checkpoint at step 9."]
    assert small.runs.get(job.run_id).stage == "save"


def test_a_line_of_a_megabyte_is_cut(small: Store, job: Job) -> None:
    small.jobs.record(job, [LogEvent(text="x" * 1_000_000)], 1)
    (kept,) = lines(small, job)
    assert len(kept) == LONGEST_LINE
    assert kept.endswith("x…")


def test_every_point_below_the_bound_is_kept_and_beyond_it_the_summary_goes_on(small: Store, job: Job) -> None:
    for start in range(0, 1_500, 300):
        small.jobs.record(job, list(loss(range(start, start + 300))), start + 300)
    series = small.runs.series(job.run_id)["loss"]
    assert series.steps.tolist() == list(range(1_000))
    with small._database.read() as session:
        found = session.connection().exec_driver_sql("SELECT last, greatest FROM metric_summary").one()
    assert tuple(found) == (1499.0, 1499.0)
    assert [text for text in lines(small, job) if "points" in text] == [
        "It has measured 1,000 points. Curves end here; last, least and greatest go on."
    ]


def test_steps_measured_again_by_a_resumed_run_use_up_no_room(small: Store, job: Job) -> None:
    for _ in range(4):
        small.jobs.record(job, list(loss(range(400))), 1)
    small.jobs.record(job, list(loss(range(400, 1_000))), 2)
    assert small.runs.series(job.run_id)["loss"].steps.tolist() == list(range(1_000))
    assert lines(small, job) == []


def test_the_first_names_are_kept_and_the_thousands_after_them_are_not(small: Store, job: Job) -> None:
    names = [f"m{n:05}" for n in range(12_000)]
    small.jobs.record(job, [Measured(name=name, value=1.0, step=1) for name in names], 1)
    small.jobs.record(job, [Measured(name=name, value=2.0, step=2) for name in names], 2)
    found = small.runs.series(job.run_id)
    assert sorted(found) == names[:10]
    assert all(series.values.tolist() == [1.0, 2.0] for series in found.values())
    assert len(lines(small, job)) == 1
    assert "more than 10 different things" in lines(small, job)[0]


def test_what_is_no_number_and_steps_out_of_order_are_kept_as_they_came(small: Store, job: Job) -> None:
    values = {5: math.nan, 3: math.inf, 4: -math.inf, 1: 0.5, 2**62: 1.0}
    small.jobs.record(job, [Measured(name="loss", value=value, step=step) for step, value in values.items()], 1)
    series = small.runs.series(job.run_id)["loss"]
    assert series.steps.tolist() == sorted(values)
    assert [str(value) for value in series.values] == [str(values[step]) for step in sorted(values)]
    assert (series.least, series.greatest) == (0.5, 1.0)
