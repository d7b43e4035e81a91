"""The queue: one worker a job, every write fenced by the lease's token, every ending recorded."""

import threading
from pathlib import Path

import pytest

from core.config import RunConfig
from core.evaluation.records import Evaluation, Interval
from core.events import CheckpointSaved, DeviceChosen, LogEvent, Measured, Progress, StageBegan
from storage import Failure, Job, Store
from storage.jobs import LeaseLost
from storage.tables import TRIES


@pytest.fixture
def job(store: Store, config: RunConfig) -> Job:
    store.runs.queue(config, "one")
    claimed = store.jobs.claim("host 1/1/1 a")
    assert claimed is not None
    return claimed


def test_a_request_sent_twice_is_one_run(store: Store, config: RunConfig) -> None:
    assert store.runs.queue(config, "same").id == store.runs.queue(config, "same").id
    assert len(store.runs.list()) == 1


def test_two_dashboards_sending_the_same_request_at_once_make_one_run(store: Store, config: RunConfig) -> None:
    other = Store.open(store.home)
    threads = [threading.Thread(target=s.runs.queue, args=(config, "same")) for s in (store, other) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.runs.list()) == 1


def test_the_config_comes_back_equal_with_its_nested_types(store: Store, config: RunConfig) -> None:
    assert store.runs.get(store.runs.queue(config, "one").id).config == config


def test_a_job_is_claimed_once_and_in_order(store: Store, config: RunConfig) -> None:
    runs = [store.runs.queue(config, str(n)).id for n in range(3)]
    claimed = [store.jobs.claim("me") for _ in range(4)]
    assert [job.run_id if job else None for job in claimed] == [*runs, None]


def test_many_claimers_never_share_a_job(store: Store, config: RunConfig) -> None:
    for n in range(20):
        store.runs.queue(config, str(n))
    taken: list[str] = []

    def claim_all() -> None:
        mine = Store.open(store.home)
        while job := mine.jobs.claim("me"):
            taken.append(job.run_id)

    threads = [threading.Thread(target=claim_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 20


def test_events_change_what_pages_see(store: Store, job: Job) -> None:
    store.jobs.start(job, "1/1/1")
    events = [
        DeviceChosen(device="2 CPU cores"),
        StageBegan(stage="train", text="Learning."),
        Progress(done=3, total=10, epoch=0.5, seconds_left=7.0),
        Measured(name="train/loss", value=0.5, step=3),
        CheckpointSaved(step=3),
        LogEvent(text="All is well."),
    ]
    store.jobs.record(job, list(events), 100)
    run = store.runs.get(job.run_id)
    assert (run.status, run.stage, run.done, run.total, run.seconds_left) == ("running", "train", 3, 10, 7.0)
    assert run.device == "2 CPU cores"
    assert store.runs.series(job.run_id)["train/loss"].last == 0.5
    lines = [line.text for line in store.runs.log(job.run_id)]
    assert lines == ["Learning.", "Saved a checkpoint at step 3.", "All is well."]


def test_a_stop_reaches_the_worker_with_the_next_batch(store: Store, job: Job) -> None:
    store.jobs.start(job, "1/1/1")
    assert store.jobs.record(job, [], 0) is False
    store.runs.stop(job.run_id)
    assert store.runs.get(job.run_id).stopping
    assert store.jobs.record(job, [], 0) is True
    assert store.jobs.renew(job) is True


def test_stopping_a_queued_run_cancels_it_at_once(store: Store, config: RunConfig) -> None:
    run = store.runs.queue(config, "one")
    store.runs.stop(run.id)
    assert store.runs.get(run.id).status == "cancelled"
    assert store.jobs.claim("me") is None


def test_stopping_twice_or_after_the_end_changes_nothing(store: Store, job: Job) -> None:
    store.runs.stop(job.run_id)
    store.runs.stop(job.run_id)
    store.jobs.cancel(job)
    store.runs.stop(job.run_id)
    run = store.runs.get(job.run_id)
    assert (run.status, run.stopping) == ("cancelled", False)


def test_success_keeps_the_evaluation(store: Store, job: Job) -> None:
    store.jobs.start(job, "1/1/1")
    evaluation = Evaluation(rows=10, metrics={"accuracy": Interval(value=0.9, low=0.8, high=1.0)})
    store.jobs.succeed(job, evaluation)
    run = store.runs.get(job.run_id)
    assert run.status == "succeeded"
    assert run.evaluation == evaluation
    assert run.ended is not None


def test_failure_keeps_its_words(store: Store, job: Job) -> None:
    store.jobs.fail(job, Failure(message="The column 'x' is missing.", hint="Choose another."))
    error = store.runs.get(job.run_id).error
    assert error is not None
    assert (error.message, error.hint) == ("The column 'x' is missing.", "Choose another.")


def test_whoever_lost_the_lease_can_write_nothing(store: Store, job: Job) -> None:
    store.jobs.start(job, "1/1/1")
    store.jobs.renew(job, lease_s=-1)
    assert store.jobs.sweep() == [job.run_id]
    second = store.jobs.claim("another")
    assert second is not None
    evaluation = Evaluation(rows=1, metrics={})
    for write in (
        lambda: store.jobs.renew(job),
        lambda: store.jobs.record(job, [Measured(name="x", value=1.0, step=1)], 10),
        lambda: store.jobs.succeed(job, evaluation),
        lambda: store.jobs.cancel(job),
        lambda: store.jobs.give_back(job, "why"),
    ):
        with pytest.raises(LeaseLost):
            write()
    assert store.runs.series(job.run_id) == {}
    assert store.jobs.renew(second) is False


def test_a_lapsed_lease_goes_back_to_the_queue_with_a_limit(store: Store, config: RunConfig) -> None:
    run = store.runs.queue(config, "one")
    for _ in range(TRIES):
        assert store.jobs.claim("me", lease_s=-1) is not None
        store.jobs.sweep()
    ended = store.runs.get(run.id)
    assert ended.status == "failed"
    assert ended.error is not None
    assert "lost 3 times" in ended.error.message
    assert store.jobs.claim("me") is None


def test_a_living_lease_is_not_swept(store: Store, job: Job) -> None:
    assert store.jobs.sweep() == []


def test_a_stopped_run_that_loses_its_worker_is_cancelled_not_retried(store: Store, job: Job) -> None:
    store.runs.stop(job.run_id)
    store.jobs.renew(job, lease_s=-1)
    store.jobs.sweep()
    assert store.runs.get(job.run_id).status == "cancelled"


def test_a_worker_that_ends_in_peace_costs_no_try(store: Store, config: RunConfig) -> None:
    run = store.runs.queue(config, "one")
    for _ in range(TRIES + 2):
        job = store.jobs.claim("me")
        assert job is not None
        store.jobs.release(job)
    assert store.runs.get(run.id).status == "queued"


def test_a_stop_that_meets_a_worker_ending_in_peace_is_an_end(store: Store, job: Job) -> None:
    store.runs.stop(job.run_id)
    store.jobs.release(job)
    run = store.runs.get(job.run_id)
    assert run.status == "cancelled"
    assert run.ended is not None
    store.runs.resume(job.run_id)
    again = store.jobs.claim("another")
    assert again is not None
    assert not store.jobs.stop_asked(again)


def test_resume_queues_again_and_gives_fresh_tries(store: Store, job: Job) -> None:
    store.jobs.cancel(job)
    resumed = store.runs.resume(job.run_id)
    assert resumed.status == "queued"
    again = store.jobs.claim("me")
    assert again is not None
    assert again.attempts == 2


def test_a_dead_supervisors_jobs_are_found_by_its_machine(store: Store, job: Job) -> None:
    assert [held.run_id for held in store.jobs.held_by("host ")] == [job.run_id]
    assert store.jobs.held_by("other ") == []


def test_deleting_a_run_takes_its_numbers_and_files_along(store: Store, job: Job) -> None:
    store.jobs.record(job, [Measured(name="x", value=1.0, step=1), LogEvent(text="hello")], 1)
    folder = store.runs.work_folder(job.run_id)
    folder.mkdir(parents=True)
    (folder / "model").write_text("weights")
    store.jobs.cancel(job)
    store.runs.delete(job.run_id)
    assert store.runs.list() == []
    assert not Path(folder).exists()
    assert store.runs.series(job.run_id) == {}
    assert store.runs.log(job.run_id) == []
