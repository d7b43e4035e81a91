"""Two machines with homes of their own share a database and a place for files: what one leaves, the other finds."""

import hashlib
import json
import shutil
import socket
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from core.answers import ClassAnswers
from core.config import RunConfig, make_config
from core.errors import ConfigError, Forbidden, NotFound
from core.evaluation.records import Evaluation
from core.explanations import ModelWords
from dashboard.command_line import app
from storage import Actor, Run, Store
from storage.backup import back_up, restore
from storage.clock import now
from storage.database import Database
from storage.gathering import bring_home, publish
from storage.places import FILES_URL
from storage.remote import FileDamaged, FilesOutOfReach, Remote
from storage.tables import ShareRow
from tests.storage.conftest import Rows


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that all machines see."""
    monkeypatch.setenv(FILES_URL, f"file://{tmp_path}/place")
    return tmp_path / "place"


@pytest.fixture
def store(place: Path, tmp_path: Path) -> Store:
    return Store.open(tmp_path / "home")


@pytest.fixture
def other(store: Store, tmp_path: Path) -> Store:
    """The same store on another machine, whose home is empty."""
    return another(store, tmp_path / "other")


def another(store: Store, home: Path) -> Store:
    home.mkdir()
    return Store(home, Database(store._database.engine), remote=store.remote)


def answers(seed: int = 0) -> ClassAnswers:
    scores = np.random.default_rng(seed).dirichlet((1, 1), 5).astype(np.float32)
    return ClassAnswers(tuple("abcde"), ("yes",) * 5, ("no", "yes"), scores)


def leave_results(store: Store, run: Run) -> None:
    work = store.runs.work_folder(run.id)
    for who in ("model", "tfidf"):
        answers().write(work / "predictions" / f"{who}.parquet")
    (work / "bundle").mkdir()
    (work / "bundle" / "model.safetensors").write_bytes(b"weights" * 1000)
    (work / "bundle" / "config.json").write_text("{}")
    (work / "checkpoints" / "checkpoint-3").mkdir(parents=True)
    (work / "checkpoints" / "checkpoint-3" / "optimizer.pt").write_bytes(b"big")
    (work / "evaluation.json").write_text(Evaluation(rows=5, metrics={}).model_dump_json())


def succeed(store: Store, config: RunConfig, request: str = "one") -> Run:
    run = store.runs.queue(config, request)
    job = store.jobs.claim("me")
    assert job is not None
    leave_results(store, run)
    store.runs.results.publish(run.id, job.attempts, store.runs.work_folder(run.id))
    store.jobs.succeed(job, Evaluation(rows=5, metrics={}))
    return store.runs.get(run.id)


def test_a_dataset_added_here_is_read_there(store: Store, other: Store, dataset, tmp_path: Path) -> None:
    assert other.datasets.frame(dataset.id).equals(store.datasets.frame(dataset.id))
    assert len(other.datasets.head(dataset.id)) == 3


def test_a_deleted_dataset_is_gone_everywhere_but_what_another_needs(
    store: Store, other: Store, rows: Rows, place: Path
) -> None:
    first, second = (store.datasets.add(rows, name=name, source="x") for name in ("one", "two"))
    other.datasets.delete(first.id)
    assert len(another(store, place.parent / "third").datasets.frame(second.id)) == 3
    other.datasets.delete(second.id)
    assert [path for path in (place / "files").rglob("*") if path.is_file()] == []


def test_a_run_that_succeeded_here_is_evaluated_and_served_there(store: Store, other: Store, config: RunConfig) -> None:
    run = succeed(store, config)
    assert other.runs.predictions(run.id).scores.tolist() == answers().scores.tolist()
    assert not (other.runs.work_folder(run.id) / "bundle").exists()
    bundle = other.runs.bundle(run.id)
    assert {path.name for path in bundle.iterdir()} == {"model.safetensors", "config.json"}
    with pytest.raises(NotFound, match="no predictions by 'validation'"):
        other.runs.predictions(run.id, "validation")


def test_once_fetched_nothing_is_asked_any_more(store: Store, other: Store, config: RunConfig, place: Path) -> None:
    run = succeed(store, config)
    other.runs.bundle(run.id)
    other.runs.predictions(run.id)
    shutil.rmtree(place)
    for machine in (store, other):
        assert machine.runs.predictions(run.id).row_ids == tuple("abcde")
        assert machine.runs.bundle(run.id).is_dir()


def test_what_an_earlier_attempt_left_here_gives_way_to_what_succeeded_there(
    store: Store, other: Store, config: RunConfig
) -> None:
    run = store.runs.queue(config, "one")
    stale = other.runs.work_folder(run.id) / "predictions" / "model.parquet"
    answers(seed=9).write(stale)
    job = store.jobs.claim("me")
    assert job is not None
    leave_results(store, run)
    store.runs.results.publish(run.id, job.attempts, store.runs.work_folder(run.id))
    store.jobs.succeed(job, Evaluation(rows=5, metrics={}))
    assert other.runs.predictions(run.id).scores.tolist() == answers().scores.tolist()


def test_a_worker_that_lost_its_lease_cannot_change_what_is_read(store: Store, other: Store, config: RunConfig) -> None:
    run = store.runs.queue(config, "one")
    lost = other.jobs.claim("lost", lease_s=-1)
    assert lost is not None
    store.jobs.sweep()
    job = store.jobs.claim("me")
    assert job is not None
    assert job.attempts == 2
    leave_results(store, run)
    store.runs.results.publish(run.id, job.attempts, store.runs.work_folder(run.id))
    store.jobs.succeed(job, Evaluation(rows=5, metrics={}))
    answers(seed=9).write(other.runs.work_folder(run.id) / "predictions" / "model.parquet")
    other.runs.results.publish(run.id, lost.attempts, other.runs.work_folder(run.id))
    for machine in (store, other):
        assert machine.runs.predictions(run.id).scores.tolist() == answers().scores.tolist()


def test_a_damaged_result_is_refused_until_it_is_published_again(
    store: Store, other: Store, config: RunConfig, place: Path
) -> None:
    run = succeed(store, config)
    name = hashlib.sha256(b"weights" * 1000).hexdigest()
    (place / "runs" / run.id / "1" / name).write_bytes(b"weighty" * 1000)
    with pytest.raises(FileDamaged, match="is damaged"):
        other.runs.bundle(run.id)
    assert publish(store, check=True)["runs"] == 1
    assert (other.runs.bundle(run.id) / "model.safetensors").read_bytes() == b"weights" * 1000


def test_a_list_that_names_a_file_outside_is_refused(
    store: Store, other: Store, config: RunConfig, place: Path
) -> None:
    run = succeed(store, config)
    listing = place / "runs" / run.id / "1" / "results.json"
    listing.write_text(listing.read_text().replace("bundle/config.json", "../../../outside.json"))
    with pytest.raises(FileDamaged, match="outside its folder"):
        other.runs.bundle(run.id)


def test_words_found_on_one_machine_are_read_on_the_other(store: Store, other: Store, config: RunConfig) -> None:
    run = succeed(store, config)
    assert other.runs.explanation(run.id, ModelWords) is None
    words = ModelWords(method="integrated_gradients", rows=3, rows_per_class=2, error=0.1, classes=())
    store.runs.keep_explanation(run.id, words)
    assert other.runs.explanation(run.id, ModelWords) == words


def test_a_deleted_run_leaves_nothing_there(store: Store, config: RunConfig, place: Path) -> None:
    run = succeed(store, config)
    store.runs.delete(run.id)
    assert [path for path in place.rglob("*") if run.id in str(path) and path.is_file()] == []


def test_who_may_not_delete_a_run_takes_nothing_of_it_away(store: Store, config: RunConfig, place: Path) -> None:
    run = succeed(store, config)
    stranger = store.acting(Actor(name="ben", role="editor"))
    before = sorted(place.rglob("*"))
    with pytest.raises(Forbidden):
        stranger.runs.delete(run.id)
    assert sorted(place.rglob("*")) == before


def test_a_backup_says_what_another_machine_never_published(store: Store, other: Store, config: RunConfig) -> None:
    run = store.runs.queue(config, "one")
    job = store.jobs.claim("me")
    assert job is not None
    leave_results(store, run)
    store.jobs.succeed(job, Evaluation(rows=5, metrics={}))
    assert bring_home(store) == []
    assert any("never published" in line for line in bring_home(other))


def test_a_share_made_here_opens_there_and_a_revoked_one_is_gone_from_both(
    store: Store, other: Store, place: Path
) -> None:
    share, token = store.shares.create("report", title="A", run_ids=(), content=b"<p>hello</p>")
    twin, twin_token = store.shares.create("report", title="A", run_ids=(), content=b"<p>hello</p>")
    assert other.shares.open(token)[1] == b"<p>hello</p>"
    other.shares.revoke(share.id)
    with pytest.raises(NotFound):
        store.shares.open(token)
    third = another(store, place.parent / "third")
    assert third.shares.open(twin_token)[1] == b"<p>hello</p>"
    store.shares.revoke(twin.id)
    assert [path for path in (place / "shares").iterdir() if path.is_file()] == []


def test_an_expired_snapshot_is_tidied_away_there_too(store: Store, place: Path) -> None:
    share, _ = store.shares.create("report", title="A", run_ids=(), content=b"old")
    with store._database.write() as session:
        session.get_one(ShareRow, share.id).expires = now() - timedelta(seconds=1)
    fresh, _ = store.shares.create("report", title="A", run_ids=(), content=b"new")
    assert [path.name for path in (place / "shares").iterdir()] == [fresh.id]


def test_a_backup_holds_what_only_the_place_has_and_a_restored_store_needs_it_no_more(
    store: Store, other: Store, config: RunConfig, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = succeed(store, config)
    _, token = store.shares.create("report", title="A", run_ids=(run.id,), content=b"<p>hello</p>")
    shutil.copy(store.home / "tuneboard.db", other.home / "tuneboard.db")
    assert bring_home(other) == []
    back_up(other.home, tmp_path / "b.zip")
    shutil.rmtree(place)
    monkeypatch.delenv(FILES_URL)
    restore(tmp_path / "b.zip", tmp_path / "new")
    again = Store.open(tmp_path / "new")
    assert again.runs.predictions(run.id).row_ids == tuple("abcde")
    assert again.runs.bundle(run.id).is_dir()
    assert len(again.datasets.frame(config.dataset)) == 3
    assert again.shares.open(token)[1] == b"<p>hello</p>"


def test_a_backup_says_what_is_nowhere(store: Store, other: Store, config: RunConfig, place: Path) -> None:
    run = succeed(store, config)
    shutil.rmtree(place / "files")
    (place / "runs" / run.id / "1" / hashlib.sha256(b"{}").hexdigest()).unlink()
    missing = bring_home(other)
    assert len(missing) == 2
    assert run.name in missing[1]


def test_a_store_of_one_machine_moves_to_a_place_for_files(
    tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = Store.open(tmp_path / "home")
    dataset = alone.datasets.add(rows, name="answers", source="answers.csv")
    run = succeed(alone, make_config(dataset=dataset.id))
    _, token = alone.shares.create("report", title="A", run_ids=(), content=b"<p>hello</p>")
    with pytest.raises(ConfigError, match="no place to publish"):
        publish(alone)
    monkeypatch.setenv(FILES_URL, f"file://{tmp_path}/place")
    store = Store.open(tmp_path / "home")
    assert publish(store) == {"files": 1, "shares": 1, "runs": 1, "missing": 0}
    other = another(store, tmp_path / "other")
    assert other.runs.bundle(run.id).is_dir()
    assert len(other.datasets.frame(dataset.id)) == 3
    assert other.shares.open(token)[1] == b"<p>hello</p>"
    assert publish(other)["missing"] == 0


def test_the_health_page_says_where_files_are_and_whether_it_answers(
    store: Store, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {check.name: check for check in store.health().checks}["Files"]
    assert said.ok
    assert said.text.startswith(f"file://{place} keeps what it is given")
    (tmp_path / "in the way").write_text("")
    monkeypatch.setenv(FILES_URL, f"file://{tmp_path}/in the way/place")
    said = {check.name: check for check in Store.open(tmp_path / "home").health().checks}["Files"]
    assert not said.ok
    assert "cannot be reached" in said.text


def test_a_place_that_swallows_questions_does_not_hold_up_the_health_page(
    tmp_path: Path, s3_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.health.ANSWER_S", 0.3)
    monkeypatch.setattr("storage.places.ANSWER_S", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setenv(FILES_URL, s3_url)
        said = {check.name: check for check in Store.open(tmp_path / "home").health().checks}["Files"]
    assert not said.ok
    assert "did not answer within" in said.text


def test_the_commands_publish_a_restored_store_again(
    store: Store, config: RunConfig, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    succeed(store, config)
    say = CliRunner().invoke
    assert say(app, ["backup", str(tmp_path / "b.zip"), "--home", str(store.home)]).exit_code == 0
    monkeypatch.setenv(FILES_URL, f"file://{tmp_path}/second")
    new = str(tmp_path / "new")
    assert say(app, ["restore", str(tmp_path / "b.zip"), "--home", new]).exit_code == 0
    said = say(app, ["publish", "--check", "--json", "--home", new])
    assert json.loads(said.output) == {"files": 1, "shares": 0, "runs": 1, "missing": 0}
    shutil.rmtree(tmp_path / "second" / "files")
    shutil.rmtree(Path(new) / "files")
    assert say(app, ["publish", "--json", "--home", new]).exit_code == 1


def test_a_row_whose_file_cannot_be_put_is_not_kept(
    tmp_path: Path, rows: Rows, s3_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FILES_URL, s3_url)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    store = Store.open(tmp_path / "home")
    with pytest.raises(FilesOutOfReach):
        store.datasets.add(rows, name="answers", source="answers.csv")
    with pytest.raises(FilesOutOfReach):
        store.shares.create("report", title="A", run_ids=(), content=b"x")
    assert store.datasets.list() == []
    assert store.shares.list() == []


def test_what_cannot_be_removed_there_stays_and_is_said(
    store: Store, config: RunConfig, rows: Rows, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = succeed(store, config)
    unused = store.datasets.add(Rows(rows.frame.head(2)), name="unused", source="x")
    place.rename(place.with_name("away"))
    place.write_text("in the way")
    with pytest.raises(FilesOutOfReach):
        store.runs.delete(run.id)
    assert store.runs.get(run.id).status == "succeeded"
    with pytest.raises(FilesOutOfReach):
        store.datasets.delete(unused.id)
    assert len(store.datasets.frame(unused.id)) == 2


def test_all_of_it_goes_over_s3(tmp_path: Path, rows: Rows, s3_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FILES_URL, s3_url)
    store = Store.open(tmp_path / "home")
    dataset = store.datasets.add(rows, name="answers", source="answers.csv")
    run = succeed(store, make_config(dataset=dataset.id))
    share, token = store.shares.create("report", title="A", run_ids=(), content=b"<p>hello</p>")
    other = another(store, tmp_path / "other")
    assert len(other.datasets.frame(dataset.id)) == 3
    assert other.runs.bundle(run.id).is_dir()
    assert other.shares.open(token)[1] == b"<p>hello</p>"
    assert {check.name: check for check in store.health().checks}["Files"].ok
    other.shares.revoke(share.id)
    other.runs.delete(run.id)
    other.datasets.delete(dataset.id)
    remote = Remote.open(s3_url)
    assert remote._system.find(remote._root) == []
