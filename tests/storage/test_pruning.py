"""What is pruned is what nobody needs: shown first, looked at again, and never beside a run that works or may again."""

import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from core.config import RunConfig
from core.errors import NotFound
from core.evaluation.records import Evaluation, Interval
from core.events import LogEvent, Measured
from core.payoff import Decision
from core.searches import LabelCurve
from storage import Dataset, Failure, Job, Prunable, PruneOptions, Run, Store
from storage.clock import now
from tests.storage.conftest import Rows

KB = 1000


def queued(store: Store, config: RunConfig) -> Job:
    """A claimed job whose folder holds what a run in the middle of its work leaves."""
    run = store.runs.queue(config, secrets.token_hex(8))
    job = store.jobs.claim("me")
    assert job is not None
    assert job.run_id == run.id
    for place in ("work/checkpoints/checkpoint-5/weights", "work/bundle/model", "attempts/1/events.jsonl"):
        path = store.runs.folder / run.id / place
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x" * 4 * KB)
    store.jobs.record(job, [LogEvent(text="hello"), Measured(name="loss", value=1.0, step=1)], 1)
    return job


def age(store: Store, run_id: str, days: float) -> None:
    """As if the run had ended so long ago."""
    with store._database.write() as session:
        moment = (now() - timedelta(days=days)).replace(tzinfo=None)
        session.execute(text("UPDATE run SET ended = :moment WHERE id = :id"), {"moment": f"{moment}", "id": run_id})


def ended(store: Store, config: RunConfig, *, right: float | None = None, days: float = 90, **judged: str) -> Run:
    """A run that failed, or succeeded with this quality, so long ago."""
    job = queued(store, config)
    if right is None:
        store.jobs.fail(job, Failure(message="It broke."))
    else:
        measured = Interval(value=right, low=right, high=right)
        name = judged.get("headline", "accuracy")
        store.jobs.succeed(job, Evaluation(rows=9, metrics={name: measured}, **judged))
    store.runs.measure(job.run_id)
    age(store, job.run_id, days)
    return store.runs.get(job.run_id)


def prune(store: Store, **wish: float) -> list[tuple[str, str]]:
    asked = PruneOptions(**wish)
    return [(loss.kind, loss.subject) for loss in store.pruning.carry_out(store.pruning.plan(asked), asked)]


def old(path: Path, days: float = 90) -> Path:
    moment = (now() - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_a_plan_says_what_would_go_and_touches_nothing(store: Store, config: RunConfig) -> None:
    run = ended(store, config)
    plan = store.pruning.plan(PruneOptions())
    assert [(loss.kind, loss.subject, loss.bytes, loss.rows) for loss in plan] == [
        ("checkpoints", run.id, 4 * KB, 0),
        ("attempts", run.id, 4 * KB, 0),
        ("lines", run.id, 0, 1),
    ]
    assert plan == store.pruning.plan(PruneOptions())
    assert store.runs.measure(run.id) == 12 * KB


def test_checkpoints_attempts_and_lines_go_and_the_run_its_curves_and_its_model_stay(
    store: Store, config: RunConfig
) -> None:
    run = ended(store, config, right=0.9)
    assert prune(store) == [("checkpoints", run.id), ("attempts", run.id), ("lines", run.id)]
    assert store.runs.get(run.id).evaluation == run.evaluation
    assert store.runs.series(run.id)["loss"].last == 1.0
    assert (store.runs.bundle(run.id) / "model").exists()
    assert store.runs.log(run.id) == []
    assert store.runs.get(run.id).bytes == 4 * KB
    assert not any((store.home / "incoming").iterdir())
    assert prune(store) == []


def test_what_ended_lately_stays(store: Store, config: RunConfig) -> None:
    ended(store, config, days=29)
    assert prune(store) == []
    assert len(prune(store, older_than_days=28)) == 3


def test_what_waits_or_works_is_not_touched_however_old(store: Store, config: RunConfig) -> None:
    working, waiting = queued(store, config), store.runs.queue(config, "waits")
    for run_id in (working.run_id, waiting.id):
        age(store, run_id, 400)
    assert prune(store, older_than_days=0, keep_best=0) == []
    store.jobs.renew(working)


def test_of_each_dataset_the_best_stay_and_the_rest_go_with_everything(
    store: Store, config: RunConfig, rows: Rows
) -> None:
    other = store.datasets.add(Rows(rows.frame.head(2)), name="other", source="x")
    runs = {right: ended(store, config, right=right) for right in (0.7, 0.9, 0.8)}
    lonely = ended(store, config.model_copy(update={"dataset": other.id}), right=0.1)
    failed = ended(store, config)
    young = ended(store, config, right=0.2, days=1)
    gone = prune(store, keep_best=2)
    assert {subject for kind, subject in gone if kind == "run"} == {runs[0.7].id, failed.id}
    assert {run.id for run in store.runs.list()} == {runs[0.9].id, runs[0.8].id, lonely.id, young.id}
    assert not (store.runs.folder / failed.id).exists()


def test_the_best_by_each_headline_metric_stay_and_the_lowest_error_is_the_best(
    store: Store, config: RunConfig
) -> None:
    right = {value: ended(store, config, right=value) for value in (0.7, 0.9)}
    error = {value: ended(store, config, right=value, kind="number", headline="mae") for value in (1.2, 0.4, 90.0)}
    bias = {value: ended(store, config, right=value, kind="number", headline="bias") for value in (-0.5, 0.1, 0.2)}
    unknown = ended(store, config, right=0.0, headline="applause")
    gone = prune(store, keep_best=1)
    left = {right[0.9].id, error[0.4].id, bias[0.1].id, unknown.id}
    assert {run.id for run in store.runs.list()} == left
    assert {subject for kind, subject in gone if kind == "run"} == {
        *(right[0.7].id, error[1.2].id, error[90.0].id, bias[-0.5].id, bias[0.2].id),
    }


def test_a_run_that_a_decision_a_share_or_a_search_needs_stays(store: Store, config: RunConfig) -> None:
    decided, shared, closed = (ended(store, config, right=0.5) for _ in range(3))
    store.runs.decide(decided.id, Decision(currency="EUR", labels=("yes", "no"), worths=((1, -1), (-1, 1))))
    store.shares.create("demo", title="Try it", run_ids=(shared.id,), content=b"{}")
    share, _ = store.shares.create("demo", title="Closed", run_ids=(closed.id,), content=b"{}")
    store.shares.revoke(share.id)
    search = store.runs.queue_search(config, LabelCurve(sizes=(2, 4), draws=2), "search")
    job = store.jobs.claim("me")
    assert job is not None
    store.jobs.succeed(job)
    age(store, search.id, 90)
    gone = prune(store, keep_best=0)
    assert {subject for kind, subject in gone if kind == "run"} == {closed.id}
    assert (store.runs.bundle(shared.id) / "model").exists()


def test_files_that_no_dataset_names_go_and_the_others_stay(store: Store, dataset: Dataset) -> None:
    named = old(store.datasets.path(dataset.id))
    lost = old(store.datasets.files.path(_keep(store, b"lost")))
    half = old(_file(store.home / "files" / "ab" / ".new-0123456789abcdef"))
    young = store.datasets.files.path(_keep(store, b"on its way in"))
    folder = old(_folder(store.runs.folder / "r0123456789"))
    tokens = old(_file(store.home / "cache" / "tokens" / "ab" / "abc.safetensors"))
    _file(store.home / "cache" / "vectors" / "ab" / "new.safetensors")
    assert {kind for kind, _ in prune(store)} == {"file", "folder", "cache"}
    assert named.exists()
    assert young.exists()
    assert not any(place.exists() for place in (lost, half, folder, tokens))


def test_what_cannot_be_written_down_takes_no_folder_along(
    store: Store, config: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    best, other = ended(store, config, right=0.9), ended(store, config, right=0.5)
    write = store.pruning._database.write

    @contextmanager
    def full_at_the_end(*given: Any, **more: Any) -> Iterator[Any]:
        with write(*given, **more) as session:
            yield session
            raise OSError("No space left on device")

    monkeypatch.setattr(store.pruning._database, "write", full_at_the_end)
    wish = PruneOptions(keep_best=1)
    (loss,) = [one for one in store.pruning.plan(wish) if one.kind == "run"]
    with pytest.raises(OSError, match="No space"):
        store.pruning._let_go(loss, wish)
    assert {run.id for run in store.runs.list()} == {best.id, other.id}
    assert (store.runs.work_folder(other.id) / "bundle" / "model").exists()


def test_what_a_killed_fetch_left_goes(store: Store, dataset: Dataset) -> None:
    left = store.datasets.files.place(store.datasets.get(dataset.id).sha256).parent / ".arriving-abc"
    left.write_bytes(b"half")
    os.utime(left, (1, 1))
    prune(store)
    assert not left.exists()


def test_what_lies_where_nothing_names_it_is_listed_and_goes(store: Store, dataset: Dataset, config: RunConfig) -> None:
    shown, _ = store.shares.create("report", title="A", run_ids=(), content=b"shown")
    strays = ("files/notes.txt", "shares/ab/" + "ab" * 32, "models/.arriving-x/model", ".new-predictor")
    for name in strays:
        path = _file(store.home / name)
        os.utime(path, (1, 1))
        os.utime(path.parent, (1, 1))
    _file(store.home / "files" / ".new-young")
    plan = store.pruning.plan(PruneOptions())
    assert {one.subject for one in plan if one.kind == "stray"} == {*strays[:2], "models/.arriving-x", strays[3]}
    assert len(store.pruning.carry_out(plan, PruneOptions())) == 4
    assert not any((store.home / name).exists() for name in strays)
    assert store.shares.content(shown) == b"shown"


def test_a_run_resumed_after_the_plan_keeps_everything(store: Store, config: RunConfig) -> None:
    run = ended(store, config)
    plan = store.pruning.plan(PruneOptions(keep_best=0))
    store.runs.resume(run.id)
    assert store.pruning.carry_out(plan, PruneOptions(keep_best=0)) == ()
    assert store.runs.measure(run.id) == 12 * KB


def test_a_loss_that_no_plan_would_find_is_not_let_go(store: Store, config: RunConfig) -> None:
    run = ended(store, config, right=0.9)
    outside = _file(store.home / "tuneboard.txt")
    made_up = (
        Prunable(kind="run", subject=run.id, name="x"),
        Prunable(kind="cache", subject="../tuneboard.txt", name="x"),
    )
    assert store.pruning.carry_out(made_up, PruneOptions()) == ()
    assert outside.exists()
    assert store.runs.get(run.id)


def test_pruning_beside_people_who_resume_loses_nothing_that_waits_or_works(store: Store, config: RunConfig) -> None:
    runs = [ended(store, config).id for _ in range(6)]
    resumed: list[str] = []
    failures: list[Exception] = []

    def resume() -> None:
        mine = Store.open(store.home)
        for run_id in runs:
            try:
                mine.runs.resume(run_id)
                resumed.append(run_id)
                mine.jobs.claim("me")
            except NotFound:
                continue
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=resume), threading.Thread(target=prune, args=(store,), kwargs={"keep_best": 0})]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {run.id for run in store.runs.list()} == set(resumed)
    assert {path.name for path in store.runs.folder.iterdir()} == set(resumed)
    assert all(run.status == "queued" for run in store.runs.list()), "leased, and so not ended"


def test_the_same_rows_coming_in_while_others_delete_them_are_there_afterwards(store: Store, rows: Rows) -> None:
    failures: list[Exception] = []

    def add_and_delete(n: int) -> None:
        mine = Store.open(store.home)
        try:
            for _ in range(8):
                kept = mine.datasets.add(rows, name=f"d{n}", source="x")
                mine.datasets.frame(kept.id)
                mine.datasets.delete(kept.id)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=add_and_delete, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [path for path in (store.home / "files").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(("days", "stays"), [(400, False), (300, True)])
def test_who_did_what_stays_for_a_year_whatever_else_goes(store: Store, days: int, stays: bool) -> None:
    with store._database.write() as session:
        moment = (now() - timedelta(days=days)).replace(tzinfo=None)
        line = "INSERT INTO audit (at, who, action, subject) VALUES (:at, 'anna', 'deleted', 'r1')"
        session.execute(text(line), {"at": f"{moment}"})
    prune(store, older_than_days=0)
    with store._database.read() as session:
        assert session.execute(text("SELECT count(*) FROM audit WHERE who = 'anna'")).scalar_one() == int(stays)


def _keep(store: Store, content: bytes) -> str:
    source = _file(store.home / "incoming" / secrets.token_hex(4), content)
    sha256 = store.datasets.files.keep(source)
    source.unlink()
    return sha256


def _file(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _folder(path: Path) -> Path:
    _file(path / "work" / "left")
    return path
