"""A run that cannot be read says why, hides no other, is never used by mistake, and can be deleted."""

import json

import pytest
from sqlalchemy import text

from core.config import RunConfig
from core.errors import ConfigError
from core.evaluation.records import Evaluation, Interval
from core.explanations import ModelWords
from core.payoff import Decision
from core.searches import LabelCurve
from storage import PruneOptions, Run, Store
from tests.storage.test_pruning import age


def newer(config: RunConfig) -> str:
    return json.dumps(config.model_dump(mode="json") | {"schema_version": 99})


def other_task(config: RunConfig) -> str:
    fields = config.model_dump(mode="json")
    return json.dumps(fields | {"task": fields["task"] | {"task": "weather"}})


DAMAGES = {
    "half": ("config", lambda config: config.model_dump_json()[:40], "damaged"),
    "empty": ("config", lambda _: "", "damaged"),
    "newer": ("config", newer, "written by a newer Tuneboard: in version 99"),
    "task": ("config", other_task, "does not know their task 'weather'"),
    "field": ("config", lambda _: '{"mood": "good"}', "does not know their field 'mood'"),
    "value": ("config", lambda _: '{"dataset": "d", "seed": -1}', "'seed' does not fit"),
    "evaluation": ("evaluation", lambda _: '{"rows": "many"}', "What it found cannot be read"),
    "decision": ("decision", lambda _: "[]", "The decision kept for it cannot be read"),
    "search": ("search", lambda _: '{"search": "mood"}', "What it asks cannot be read"),
}


def damage(store: Store, run_id: str, column: str, value: str) -> None:
    """What is stored of a run becomes something else, as by a broken disk or a newer Tuneboard."""
    with store._database.write() as session:
        session.execute(text(f"UPDATE run SET {column} = :value WHERE id = :id"), {"value": value, "id": run_id})  # noqa: S608


def stored(store: Store, run_id: str, column: str) -> str:
    with store._database.read() as session:
        return str(session.execute(text(f"SELECT {column} FROM run WHERE id = :id"), {"id": run_id}).scalar_one())  # noqa: S608


def succeeded(store: Store, config: RunConfig, request: str) -> Run:
    run = store.runs.queue(config, request)
    job = store.jobs.claim("me")
    assert job is not None
    store.jobs.succeed(job, Evaluation(rows=9, metrics={"accuracy": Interval(value=0.5, low=0.4, high=0.6)}))
    return store.runs.get(run.id)


@pytest.mark.parametrize("how", DAMAGES)
def test_it_says_why_and_hides_no_other(store: Store, config: RunConfig, how: str) -> None:
    good, bad = succeeded(store, config, "good"), succeeded(store, config, "bad")
    column, make, why = DAMAGES[how]
    damage(store, bad.id, column, make(config))
    found = {run.id: run for run in store.runs.list(kind=None)}
    assert found[good.id] == good
    assert found[bad.id].status == "unreadable"
    assert why in found[bad.id].unreadable
    assert (found[bad.id].name, found[bad.id].evaluation, found[bad.id].decision) == (bad.name, None, None)
    assert [run.id for run in store.runs.list(status="succeeded")] == [good.id]
    assert {run.id for run in store.runs.list(status="succeeded", kind=None, and_unreadable=True)} == {good.id, bad.id}
    assert [run.id for run in store.runs.list(status="unreadable", kind=None)] == [bad.id]


def test_however_many_cannot_be_read_as_many_as_asked_for_are_listed(store: Store, config: RunConfig) -> None:
    runs = [succeeded(store, config, str(n)) for n in range(7)]
    for run in runs[2:]:
        damage(store, run.id, "config", "{")
    assert {run.id for run in store.runs.list(limit=2, status="succeeded")} == {run.id for run in runs[:2]}
    assert len(store.runs.list(limit=1, status="succeeded")) == 1
    assert len(store.runs.list(limit=9, status="succeeded")) == 2


@pytest.mark.parametrize("how", DAMAGES)
def test_what_is_stored_of_it_stays_as_it_is_and_it_can_be_renamed_and_deleted(
    store: Store, config: RunConfig, how: str
) -> None:
    run = succeeded(store, config, "one")
    column, make, _ = DAMAGES[how]
    damage(store, run.id, column, make(config))
    store.runs.rename(run.id, "Another name")
    assert stored(store, run.id, column) == make(config)
    store.runs.delete(run.id)
    assert store.runs.list() == []


def test_nothing_is_made_of_it(store: Store, config: RunConfig) -> None:
    run = succeeded(store, config, "one")
    damage(store, run.id, "config", newer(config))
    decision = Decision(currency="EUR", labels=("yes", "no"), worths=((1, -1), (-1, 1)))
    for use in (
        lambda: store.runs.rerun(run.id, "again"),
        lambda: store.runs.resume(run.id),
        lambda: store.runs.bundle(run.id),
        lambda: store.runs.predictions(run.id),
        lambda: store.runs.explanation(run.id, ModelWords),
        lambda: store.runs.points(run.id),
        lambda: store.runs.decide(run.id, decision),
    ):
        with pytest.raises(ConfigError, match="cannot be read"):
            use()


def test_a_waiting_one_fails_with_the_reason_and_the_next_begins(store: Store, config: RunConfig) -> None:
    bad, good = store.runs.queue(config, "bad"), store.runs.queue(config, "good")
    before = stored(store, bad.id, "config")
    damage(store, bad.id, "config", newer(config))
    assert store.jobs.claim("me") is None
    job = store.jobs.claim("me")
    assert job is not None
    assert job.run_id == good.id
    damage(store, bad.id, "config", before)  # an update reads it
    failed = store.runs.get(bad.id)
    assert (failed.status, failed.attempts) == ("failed", 1)
    assert failed.error is not None
    assert "newer Tuneboard" in failed.error.message
    assert store.runs.resume(bad.id).status == "queued"


def test_a_search_that_cannot_be_read_stands_among_the_searches(store: Store, config: RunConfig) -> None:
    run = store.runs.queue_search(config, LabelCurve(sizes=(2, 4), draws=2), "one")
    damage(store, run.id, "search", "{")
    (found,) = store.runs.list(kind="search")
    assert (found.id, found.status) == (run.id, "unreadable")
    assert store.runs.list() == []


def test_a_search_of_a_kind_that_is_not_known_is_unreadable(store: Store, config: RunConfig) -> None:
    run = store.runs.queue_search(config, LabelCurve(sizes=(2, 4), draws=2), "one")
    damage(store, run.id, "search", '{"search": "lottery", "tickets": 7}')
    (found,) = store.runs.list(kind="search")
    assert found.status == "unreadable"
    assert "does not know the search 'lottery'" in found.unreadable
    with pytest.raises(ConfigError, match="lottery"):
        store.runs.points(run.id)


def test_it_is_never_pruned_whole(store: Store, config: RunConfig) -> None:
    runs = [succeeded(store, config, name) for name in "abc"]
    for run, (column, value) in zip(runs, (("config", "{"), ("evaluation", "{"), ("name", "read")), strict=True):
        age(store, run.id, 90)
        damage(store, run.id, column, value)
    plan = store.pruning.plan(PruneOptions(keep_best=0))
    assert [loss.subject for loss in plan if loss.kind == "run"] == [runs[2].id]
