"""Two machines with homes of their own and one place for files: a run goes on where the other left it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.config import RunConfig, make_config
from core.data import Table
from core.evaluation.records import Evaluation
from storage import Job, Store
from storage.database import Database
from storage.places import FILES_URL
from storage.troubles import Busy
from tests.worker.conftest import ended, sixty_rows, supervised, wait_for
from tests.worker.test_odd_endings import Stage
from tests.worker.test_runs_for_real import steps_of
from worker import carrying
from worker.attempt import Attempt, begin
from worker.order import RunResult


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that both machines see; they look after it without waiting."""
    monkeypatch.setenv(FILES_URL, f"file://{tmp_path}/place")
    for name, seconds in (("STATE_EVERY_S", 0.0), ("AGAIN_S", 0.01), ("GIVE_UP_S", 0.1), ("RENEW_S", 0.01)):
        monkeypatch.setattr(carrying, name, seconds)
    monkeypatch.setattr("worker.endings.GIVE_UP_S", 0.1)
    return tmp_path / "place"


@pytest.fixture
def here(place: Path, store: Store) -> Store:
    return store


@pytest.fixture
def there(here: Store, tmp_path: Path) -> Store:
    """The same store on another machine, whose home is empty but for the model."""
    return another(here, tmp_path / "there")


def another(store: Store, home: Path) -> Store:
    shutil.copytree(store.models, home / "models")
    return Store(home, Database(store._database.engine), remote=store.remote)


def begun(store: Store, stage: Stage) -> Attempt:
    job = store.jobs.claim("somebody")
    assert job is not None
    attempt = begin(store, stage, job)
    assert attempt is not None
    return attempt


def save_checkpoint(store: Store, run_id: str, step: int) -> None:
    folder = store.runs.work_folder(run_id) / "checkpoints" / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_text(f"weights after {step} steps")


def checkpoints(store: Store, run_id: str) -> list[str]:
    return sorted(path.name for path in (store.runs.work_folder(run_id) / "checkpoints").glob("*"))


def see_to_its_end(attempt: Attempt) -> None:
    wait_for(lambda: not attempt.step(), "the attempt's end", 30)


def see_it_published(attempt: Attempt, step: int) -> None:
    def is_there() -> bool:
        return attempt.step() and f"checkpoint-{step}" in str(attempt._carrier._known)

    wait_for(is_there, "its publishing", 30)
    wait_for(lambda: not attempt._carrier._is_busy(), "its tidying", 30)


def take_away(store: Store, attempt: Attempt) -> None:
    """Its machine is gone: the lease runs out."""
    assert store.jobs.renew(attempt.job, lease_s=-1) is False
    store.jobs.sweep()


@pytest.fixture
def run_id(here: Store, make: Callable[..., RunConfig]) -> str:
    return here.runs.queue(make(), "one").id


def test_the_next_machine_has_the_rows_and_the_newest_checkpoint(here: Store, there: Store, run_id: str) -> None:
    stage = Stage()
    attempt = begun(here, stage)
    for step in (10, 20):
        save_checkpoint(here, run_id, step)
        see_it_published(attempt, step)
    take_away(here, attempt)
    begun(there, stage)
    assert checkpoints(there, run_id) == ["checkpoint-20"]
    order = stage.played[1].order
    assert (order.work / "checkpoints" / "checkpoint-20" / "model.safetensors").read_text() == "weights after 20 steps"
    assert order.dataset.is_relative_to(there.home)
    assert order.dataset.is_file()


def test_only_the_newest_checkpoint_takes_room_there(here: Store, run_id: str, place: Path) -> None:
    attempt = begun(here, Stage())
    for step in (10, 20):
        save_checkpoint(here, run_id, step)
        see_it_published(attempt, step)
    kept = [path.read_text() for path in (place / "runs" / run_id / "1").iterdir() if path.suffix != ".json"]
    assert kept == ["weights after 20 steps"]


def test_a_later_checkpoint_that_is_here_is_not_replaced_by_an_earlier_one(
    here: Store, there: Store, run_id: str
) -> None:
    stage = Stage()
    save_checkpoint(there, run_id, 30)
    attempt = begun(here, stage)
    save_checkpoint(here, run_id, 10)
    stage.played[0].code = -9
    see_to_its_end(attempt)
    begun(there, stage)
    assert checkpoints(there, run_id) == ["checkpoint-30"]


def test_a_run_counts_as_succeeded_only_when_its_results_can_be_found(
    here: Store, there: Store, run_id: str, place: Path
) -> None:
    stage = Stage()
    attempt = begun(here, stage)
    leave_success(stage, 0)
    while attempt.step():
        assert here.runs.get(run_id).status == "running"
    assert there.runs.get(run_id).status == "succeeded"
    assert (there.runs.bundle(run_id) / "model.safetensors").read_text() == "weights"
    wait_for(lambda: not attempt._carrier._is_busy(), "its tidying", 30)
    assert not (place / "runs" / run_id / "1" / "state.json").exists()


def test_results_that_cannot_be_put_there_fail_the_run_and_resuming_only_copies(
    here: Store, there: Store, run_id: str, place: Path
) -> None:
    stage = Stage()
    attempt = begun(here, stage)
    leave_success(stage, 0)
    shutil.rmtree(place)
    place.write_text("in the way")
    see_to_its_end(attempt)
    run = here.runs.get(run_id)
    assert run.status == "failed"
    assert run.error is not None
    assert "succeeded, but its results could not be kept" in run.error.message
    place.unlink()
    here.runs.resume(run_id)
    job = here.jobs.claim("somebody")
    assert job is not None
    assert begin(here, stage, job) is None
    assert len(stage.played) == 1
    assert (there.runs.bundle(run_id) / "model.safetensors").read_text() == "weights"


def test_a_success_that_a_lost_machine_published_is_not_done_again(here: Store, there: Store, run_id: str) -> None:
    stage = Stage()
    attempt = begun(here, stage)
    leave_success(stage, 0)
    here.runs.results.publish(run_id, 1, here.runs.work_folder(run_id))
    take_away(here, attempt)
    job = there.jobs.claim("another")
    assert job is not None
    assert begin(there, stage, job) is None
    assert len(stage.played) == 1
    assert here.runs.get(run_id).status == "succeeded"
    assert (here.runs.bundle(run_id) / "model.safetensors").is_file()


def test_a_place_that_goes_away_in_mid_run_and_comes_back_costs_nothing(
    here: Store, there: Store, run_id: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Away for a checkpoint, back for the next; away again as the run succeeds, and back within the retries' time."""
    monkeypatch.setattr(carrying, "GIVE_UP_S", 60.0)
    stage, away = Stage(), place.with_name("away")

    def is_refused() -> bool:
        return attempt.step() and attempt._carrier._failure is not None

    attempt = begun(here, stage)
    for step in (10, 20):
        save_checkpoint(here, run_id, step)
        if step == 10:
            place.rename(away)
            place.write_text("in the way")
            wait_for(is_refused, "a checkpoint that cannot be put there", 30)
            place.unlink()
            away.rename(place)
    see_it_published(attempt, 20)
    place.rename(away)
    place.write_text("in the way")
    leave_success(stage, 0)
    for _ in range(3):
        assert attempt.step()
    place.unlink()
    away.rename(place)
    see_to_its_end(attempt)
    run = here.runs.get(run_id)
    assert (run.status, run.attempts, run.error) == ("succeeded", 1, None)
    assert (there.runs.bundle(run_id) / "model.safetensors").read_text() == "weights"


def test_rows_that_cannot_be_had_fail_the_run_with_a_sentence(
    here: Store, there: Store, run_id: str, place: Path
) -> None:
    shutil.rmtree(place)
    place.write_text("in the way")
    job = there.jobs.claim("somebody")
    assert job is not None
    assert begin(there, Stage(), job) is None
    run = there.runs.get(run_id)
    assert run.status == "failed"
    assert run.error is not None
    assert f"file://{place}" in run.error.message


def test_a_run_that_waits_for_its_rows_can_be_stopped(
    here: Store, there: Store, run_id: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "GIVE_UP_S", 60.0)
    shutil.rmtree(place)
    place.write_text("in the way")
    job = there.jobs.claim("somebody")
    assert job is not None
    there.runs.stop(run_id)
    assert begin(there, Stage(), job) is None
    assert there.runs.get(run_id).status == "cancelled"


def test_a_lease_lost_while_files_come_starts_nothing(
    here: Store, there: Store, run_id: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "GIVE_UP_S", 60.0)
    shutil.rmtree(place)
    place.write_text("in the way")
    job = there.jobs.claim("somebody", lease_s=-1)
    assert job is not None
    there.jobs.sweep()
    stage = Stage()
    assert begin(there, stage, job) is None
    assert stage.played == []
    assert there.runs.get(run_id).status == "queued"


def test_a_lease_is_kept_on_when_the_database_was_busy_for_a_moment(
    here: Store, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "RENEW_S", 0.02)
    job = here.jobs.claim("me")
    assert job is not None
    renew, asked = here.jobs.renew, []

    def busy_at_first(held: Job) -> bool:
        asked.append(held)
        if len(asked) == 1:
            raise Busy("Somebody else holds it.")
        return renew(held)

    monkeypatch.setattr(here.jobs, "renew", busy_at_first)
    with carrying.lease_kept(here, job) as stopped:
        wait_for(lambda: len(asked) > 2, "the renewals after it", 30)
    assert not stopped.is_set()


def leave_success(stage: Stage, which: int) -> None:
    played = stage.played[which]
    bundle = played.order.work / "bundle"
    bundle.mkdir(parents=True)
    (bundle / "model.safetensors").write_text("weights")
    (played.order.work / "evaluation.json").write_text(Evaluation(rows=5, metrics={}).model_dump_json())
    played.leave(RunResult(status="succeeded"))


@pytest.mark.xdist_group("processes")
def test_a_run_that_one_machine_began_another_finishes_and_a_third_reads_over_s3(
    tmp_path: Path,
    tiny_model: Path,
    s3_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(FILES_URL, s3_url)
    home = tmp_path / "here"
    here = Store.open(home)
    shutil.copytree(tiny_model, here.models / tiny_model.name)
    dataset = here.datasets.add(Table(sixty_rows(), ()), name="desks", source="desks.csv")
    fields = {"preset": "balanced", "model": "local:tiny", "epochs": 80, "batch_size": 4, "task.max_tokens": 32}
    run = here.runs.queue(make_config(dataset=dataset.id, **fields), "one")
    with supervised(here):
        wait_for(lambda: steps_of(here, run.id) > 3, "the first steps")
    assert here.runs.get(run.id).status == "queued"
    there = another(here, tmp_path / "there")
    for folder in ("files", "runs"):
        shutil.rmtree(home / folder)
    with supervised(there):
        assert ended(there, run.id).status == "succeeded"
    assert any(line.text.startswith("Resumed from the checkpoint") for line in there.runs.log(run.id))
    third = another(here, tmp_path / "third")
    run = third.runs.get(run.id)
    assert run.evaluation is not None
    assert len(third.runs.predictions(run.id).row_ids) == run.evaluation.rows
    assert (third.runs.bundle(run.id) / "model.safetensors").is_file()
