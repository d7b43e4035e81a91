"""Who may do what with the store. Every public method is asked of everybody, so that a new one cannot be forgotten."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from sqlmodel import SQLModel

from core.config import RunConfig
from core.errors import Forbidden, NotFound, UserError
from core.explanations import ModelWords
from core.searches import LabelCurve
from storage import Actor, Dataset, PredictorAddress, Role, Run, Share, Store, VisitorSentence
from storage.unneeded import PruneOptions
from tests.storage.conftest import Rows

PLACES = {"runs.work_folder", "runs.attempt_folder", "store.check_schema"}
"""Methods that only say where something lies, or that all is as it was, and touch nothing."""
WITHIN = {"datasets.forget_unused", "bounds.take_in", "bounds.queue", "bounds.has_free_disk"}
"""Parts of what others do, in a transaction that somebody was let in with."""
MACHINE = {"jobs", "workers", "limits", "remote"}
"""What the worker alone writes, people may look; and what holds no rows."""


class World(NamedTuple):
    """A store in which Olga, an editor, made one of everything."""

    store: Store
    dataset: Dataset
    running: Run
    ended: Run
    share: Share
    token: str
    config: RunConfig


def person(store: Store, name: str, role: Role) -> Actor:
    """Somebody who is signed in."""
    actor = store.accounts.arrive("https://id.example", name, f"nonce of {name}", name=name, role="editor")
    if role != "editor":
        store.accounts.give_role(name, role)
    return actor.model_copy(update={"role": role})


@pytest.fixture
def world(store: Store, rows: Rows) -> World:
    from core.config import make_config

    olga = store.acting(person(store, "olga", "editor"))
    dataset = olga.datasets.add(rows, name="answers", source="answers.csv")
    config = make_config(dataset=dataset.id, epochs=2)
    ended = olga.runs.queue(config, "ended")
    olga.runs.stop(ended.id)
    running = olga.runs.queue(config, "running")
    store.runs.work_folder(running.id).mkdir(parents=True)
    share, token = olga.shares.create("report", title="A report", run_ids=(), content=b"<p>hello</p>")
    return World(store, dataset, running, ended, share, token, config)


OTHER_ROWS = Rows(pd.DataFrame({"text": ["new"], "label": ["yes"]}))
WORDS = ModelWords.model_construct()
WISH = PruneOptions()


def calls(w: World) -> dict[str, Callable[[Store], Any]]:
    """Every public method, called as somebody would call it."""
    return {
        "datasets.add": lambda s: s.datasets.add(OTHER_ROWS, name="new", source="new.csv"),
        "datasets.add_version": lambda s: s.datasets.add_version(w.dataset.id, OTHER_ROWS),
        "datasets.get": lambda s: s.datasets.get(w.dataset.id),
        "datasets.original": lambda s: s.datasets.original(w.dataset.id),
        "datasets.path": lambda s: s.datasets.path(w.dataset.id),
        "datasets.frame": lambda s: s.datasets.frame(w.dataset.id),
        "datasets.head": lambda s: s.datasets.head(w.dataset.id),
        "datasets.pictures": lambda s: s.datasets.pictures(w.dataset.id),
        "datasets.rename": lambda s: s.datasets.rename(w.dataset.id, "Mine now"),
        "datasets.delete": lambda s: s.datasets.delete(w.dataset.id),
        "datasets.list": lambda s: s.datasets.list(),
        "datasets.hashes": lambda s: s.datasets.hashes(),
        "datasets.hashes_of": lambda s: s.datasets.hashes_of(w.dataset.id),
        "datasets.measure_all": lambda s: s.datasets.measure_all(),
        "runs.queue": lambda s: s.runs.queue(w.config, "another"),
        "runs.queue_search": lambda s: s.runs.queue_search(w.config, LabelCurve(), "a search"),
        "runs.get": lambda s: s.runs.get(w.ended.id),
        "runs.stop": lambda s: s.runs.stop(w.running.id),
        "runs.resume": lambda s: s.runs.resume(w.ended.id),
        "runs.rerun": lambda s: s.runs.rerun(w.ended.id, "once more"),
        "runs.repeat": lambda s: s.runs.repeat(w.ended.id, 2, "twice"),
        "runs.repeats": lambda s: s.runs.repeats(w.ended.id),
        "runs.started_from": lambda s: s.runs.started_from(w.ended.id),
        "runs.rename": lambda s: s.runs.rename(w.ended.id, "Mine now"),
        "runs.note": lambda s: s.runs.note(w.ended.id, "Ask Olga"),
        "runs.star": lambda s: s.runs.star(w.ended.id, True),
        "runs.decide": lambda s: s.runs.decide(w.ended.id, None),
        "runs.delete": lambda s: s.runs.delete(w.ended.id),
        "runs.series": lambda s: s.runs.series(w.ended.id),
        "runs.log": lambda s: s.runs.log(w.ended.id),
        "runs.predictions": lambda s: s.runs.predictions(w.ended.id),
        "runs.explanation": lambda s: s.runs.explanation(w.ended.id, ModelWords),
        "runs.keep_explanation": lambda s: s.runs.keep_explanation(w.ended.id, WORDS),
        "runs.points": lambda s: s.runs.points(w.ended.id),
        "runs.bundle": lambda s: s.runs.bundle(w.ended.id),
        "runs.list": lambda s: s.runs.list(),
        "runs.measure": lambda s: s.runs.measure(w.ended.id),
        "runs.measure_all": lambda s: s.runs.measure_all(),
        "runs.several": lambda s: s.runs.several([w.ended.id]),
        "ledger.asked_of": lambda s: s.ledger.asked_of([w.ended.id]),
        "ledger.asked": lambda s: s.ledger.asked(w.ended.id),
        "remeasuring.one": lambda s: s.remeasuring.one(),
        "shares.create": lambda s: s.shares.create("report", title="x", run_ids=(), content=b"x"),
        "shares.open": lambda s: s.shares.open(w.token),
        "shares.find": lambda s: s.shares.find(w.token),
        "shares.content": lambda s: s.shares.content(w.share),
        "shares.list": lambda s: s.shares.list(),
        "shares.revoke": lambda s: s.shares.revoke(w.share.id),
        "shares.forget_ended": lambda s: s.shares.forget_ended(),
        "shares.keep_said": lambda s: s.shares.keep_said(
            w.share.id, VisitorSentence(at=w.share.created, text="t", answer="a")
        ),
        "shares.publish": lambda s: s.shares.publish(w.share),
        "shares.said": lambda s: s.shares.said(w.share.id),
        "accounts.arrive": lambda s: s.accounts.arrive("i", "s", "n", name="new", role="admin"),
        "accounts.actor": lambda s: s.accounts.actor("x"),
        "accounts.leave": lambda s: s.accounts.leave("x"),
        "accounts.give_role": lambda s: s.accounts.give_role("olga", "viewer"),
        "accounts.disable": lambda s: s.accounts.disable("olga"),
        "accounts.enable": lambda s: s.accounts.enable("olga"),
        "accounts.list": lambda s: s.accounts.list(),
        "accounts.deeds": lambda s: s.accounts.deeds(),
        "store.health": lambda s: s.health(),
        "store.why_waiting": lambda s: s.why_waiting(w.running.id),
        "store.predictor": lambda s: s.predictor(),
        "store.in_preparation": lambda s: s.in_preparation(),
        "store.announce_preparation": lambda s: s.announce_preparation("A story"),
        "store.announce_predictor": lambda s: s.announce_predictor(PredictorAddress(url="http://x", token="t")),
        "store.incoming": lambda s: s.incoming(),
        "store.keep_daily_copy": lambda s: s.keep_daily_copy(),
        "store.tidy": lambda s: s.tidy(),
        "bounds.use": lambda s: s.bounds.use(),
        "pruning.plan": lambda s: s.pruning.plan(WISH),
        "pruning.carry_out": lambda s: s.pruning.carry_out((), WISH),
        "store.demand": lambda s: s.demand("editor", "model.add", "local:x"),
    }


def public(store: Store) -> Iterator[str]:
    """The public methods of the store and of its repositories."""
    for room, repository in {"store": store, **vars(store)}.items():
        if room.startswith("_") or not type(repository).__module__.startswith("storage."):
            continue
        for name, _method in inspect.getmembers(type(repository), callable):
            if (
                not name.startswith("_") and name not in ("open", "acting", "close")
            ) or f"{room}.{name}" == "shares.open":
                yield f"{room}.{name}"


def contents(store: Store) -> tuple[list[str], list[tuple[str, int]]]:
    """Everything that is kept, save what people did: rows and files."""
    tables = [table for table in SQLModel.metadata.sorted_tables if table.name != "audit"]
    with store._database.engine.connect() as connection:
        rows = sorted(f"{table.name} {row}" for table in tables for row in connection.execute(table.select()))
    kept = [path for path in store.home.rglob("*") if path.is_file() and path.parent != store.home]
    return rows, sorted((str(path), path.stat().st_mtime_ns) for path in kept)


def test_no_public_method_is_without_a_rule(world: World) -> None:
    known = set(calls(world)) | PLACES | WITHIN
    found = {name for name in public(world.store) if name.split(".")[0] not in MACHINE}
    assert found == known, "say in this file what a new method demands of whom"


def attempts(world: World, actor: Actor) -> Iterator[tuple[str, Exception | None, bool]]:
    """Each method tried by `actor`: what was raised, and whether anything was changed."""
    as_her = world.store.acting(actor)
    for name, call in calls(world).items():
        before, raised = contents(world.store), None
        try:
            call(as_her)
        except UserError as error:
            raised = error
        yield name, raised, contents(world.store) != before


def nobody_in(store: Store, state: str) -> Actor:
    """Somebody whose account is closed, waits, has signed out or was never there."""
    gone = person(store, "gone", "editor")
    if state == "closed":
        store.accounts.disable("gone")
    elif state == "waiting":
        store.accounts.give_role("gone", "none")
    elif state == "signed out":
        store.accounts.leave(gone.sign_in)
    else:
        gone = gone.model_copy(update={"account": "invented"})
    return gone


@pytest.mark.parametrize("state", ["closed", "waiting", "signed out", "invented"])
def test_whoever_has_no_rights_left_may_not_even_look(world: World, state: str) -> None:
    for name, raised, changed in attempts(world, nobody_in(world.store, state)):
        assert isinstance(raised, Forbidden), name
        assert not changed, name


def test_a_viewer_changes_nothing(world: World) -> None:
    for name, raised, changed in attempts(world, person(world.store, "vera", "viewer")):
        if name in ("shares.open", "shares.keep_said"):  # what anybody with the link may do
            continue
        assert not changed, name
        if getattr(getattr(world.store.runs, name.removeprefix("runs."), None), "action", ""):
            assert isinstance(raised, Forbidden), name


def test_a_visitor_of_a_link_reaches_what_the_link_shows_and_nothing_else(world: World) -> None:
    reached = {name for name, raised, _ in attempts(world, Actor(role="visitor")) if not isinstance(raised, Forbidden)}
    assert reached == {"shares.open", "shares.find", "shares.content", "shares.keep_said", "store.predictor"}


CHANGES = {
    "runs.stop", "runs.resume", "runs.rename", "runs.note", "runs.star", "runs.decide", "runs.delete",
    "runs.keep_explanation", "datasets.delete", "datasets.rename", "shares.revoke",
}  # fmt: skip


def test_an_editor_changes_nothing_that_another_made(world: World) -> None:
    for name, raised, changed in attempts(world, person(world.store, "eve", "editor")):
        if name in CHANGES or name.startswith("accounts."):
            assert isinstance(raised, Forbidden), name
            assert not changed, name


@pytest.mark.parametrize("name", sorted(CHANGES - {"datasets.delete", "runs.keep_explanation"}))
def test_the_owner_and_an_admin_may_change_it_and_it_is_written_down(world: World, name: str) -> None:
    for who, role in (("olga", "editor"), ("root", "admin")):
        actor = person(world.store, who, role)
        before = len(world.store.accounts.deeds())
        calls(world)[name](world.store.acting(actor))
        written = world.store.accounts.deeds()[: len(world.store.accounts.deeds()) - before]
        assert [deed.who for deed in written] == [who]
        if name == "runs.delete":
            break
        if name == "runs.resume":
            world.store.runs.stop(world.ended.id)


def test_people_never_do_what_is_the_workers(world: World) -> None:
    root = world.store.acting(person(world.store, "root", "admin"))
    for forbidden in (
        lambda: root.jobs.claim("root"),
        root.jobs.sweep,
        lambda: root.workers.leave("x"),
        lambda: root.workers.say("x", host="h", pid=1, ready=True, busy_with=None, device=None),
        lambda: root.announce_predictor(None),
    ):
        with pytest.raises(Forbidden):
            forbidden()


def test_a_method_that_forgot_to_say_what_it_demands_is_refused_to_people(world: World) -> None:
    root = world.store.acting(person(world.store, "root", "admin"))
    with pytest.raises(Forbidden), root._database.write():
        pass


def test_what_failed_is_not_written_down(world: World) -> None:
    before = world.store.accounts.deeds()
    with pytest.raises(UserError):
        world.store.runs.delete(world.running.id)
    assert world.store.accounts.deeds() == before


def test_what_this_machine_did_is_written_down_too(world: World) -> None:
    world.store.runs.rename(world.ended.id, "By hand")
    (newest,) = world.store.accounts.deeds(last=1)
    assert (newest.who, newest.action, newest.subject) == ("", "run.rename", world.ended.id)


def test_rights_taken_away_are_gone_within_a_store_that_is_open(world: World) -> None:
    ben = person(world.store, "ben", "editor")
    as_ben = world.store.acting(ben)
    run = as_ben.runs.queue(world.config, "ben's")
    world.store.accounts.give_role("ben", "viewer")
    with pytest.raises(Forbidden, match="Your role is viewer; this needs editor"):
        as_ben.runs.delete(run.id)
    assert as_ben.runs.get(run.id).created_by == "ben"
    world.store.accounts.disable("ben")
    with pytest.raises(Forbidden):
        as_ben.runs.get(run.id)


def test_nothing_of_a_row_is_in_what_is_written_down(world: World, tmp_path: Path) -> None:
    rows = Rows(pd.DataFrame({"text": ["secret-of-a-row"], "label": ["yes"]}))
    world.store.datasets.add(rows, name="secrets", source="s.csv")
    assert all("secret-of-a-row" not in deed.model_dump_json() for deed in world.store.accounts.deeds())


@pytest.mark.parametrize("wrong", ["../../etc", "/etc/passwd", "..\\..\\x", "r1/../../x", "%2e%2e", "", "\x00"])
def test_ids_that_are_paths_name_nothing(world: World, wrong: str) -> None:
    before = contents(world.store)
    for call in (
        lambda: world.store.runs.delete(wrong),
        lambda: world.store.runs.predictions(wrong),
        lambda: world.store.runs.bundle(wrong),
        lambda: world.store.runs.keep_explanation(wrong, WORDS),
        lambda: world.store.datasets.path(wrong),
        lambda: world.store.datasets.delete(wrong),
        lambda: world.store.shares.find(wrong),
    ):
        with pytest.raises(NotFound):
            call()
    assert contents(world.store) == before
