"""The wall clock is set by a day, forward and back, and leaps over daylight saving: nothing that is kept goes by it.

Leases are in tests/worker/test_leases.py; the countdown of a run reads no clock at all.
"""

import os
import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from itertools import pairwise
from types import SimpleNamespace

import pytest

from core.errors import ConfigError, NotFound
from storage import Store
from storage.copies import KEPT, copies, keep_daily_copy
from storage.copying import _refuse_while_worked_on
from tests.storage.conftest import on_sqlite

DAY_S = 86_400.0
AUTUMN = datetime(2026, 10, 25, 0, 59, 30, tzinfo=UTC).timestamp()
"""Half a minute before Berlin's clocks go from three back to two."""


class Clock:
    """The wall clock of the store, set by hand."""

    def __init__(self, at: float) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """A clock in a zone that has daylight saving, in the night in which it ends."""
    with monkeypatch.context() as patch:
        made = Clock(AUTUMN)
        patch.setattr("storage.clock.wall", made)
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield made
    time.tzset()


def alive(store: Store) -> dict[str, bool]:
    return {one.id: one.alive for one in store.workers.list()}


def beat(store: Store, worker: str) -> None:
    store.workers.say(worker, host="here", pid=1, ready=True, busy_with=None, device="cpu")


def test_a_link_ends_to_the_second_also_over_daylight_saving(store: Store, clock: Clock) -> None:
    share, token = store.shares.create("report", title="t", run_ids=(), content=b"<html>", days=1)
    began = clock.at
    clock.at = began + DAY_S - 1
    assert store.shares.find(token).state == "open"
    assert store.shares.open(token)[1] == b"<html>"
    clock.at = began + DAY_S
    for ask in (store.shares.find, store.shares.open):
        with pytest.raises(NotFound):
            ask(token)
    assert [one.state for one in store.shares.list()] == ["expired"]
    assert share.expires.timestamp() == began + DAY_S


def test_times_that_are_kept_go_on_in_the_hour_that_comes_twice(store: Store, clock: Clock) -> None:
    created = []
    for _ in range(4):
        created.append(store.shares.create("report", title="t", run_ids=(), content=b"x", days=1)[0].created)
        clock.at += 1200
    assert [(after - before).total_seconds() for before, after in pairwise(created)] == [1200.0] * 3
    assert [one.created for one in store.shares.list()] == created[::-1]


@pytest.mark.parametrize("days", [1, -1])
def test_who_is_alive_is_no_matter_of_the_clock(store: Store, clock: Clock, days: int) -> None:
    """One that beats is alive at the next look; one that is dead is not, though it was heard 'tomorrow'."""
    for worker in ("living", "dead"):
        beat(store, worker)
    assert alive(store) == {"living": True, "dead": True}
    clock.at += days * DAY_S
    beat(store, "living")
    for look in (store, Store(store.home, store._database)):
        assert alive(look)["living"]
    assert not alive(Store(store.home, store._database))["dead"], "a command's first look"


def test_a_worker_whose_heartbeat_stands_still_is_dead_after_half_a_minute_whatever_the_clock_says(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = [1000.0]
    monkeypatch.setattr("storage.workers.time", SimpleNamespace(monotonic=lambda: watch[0]))
    beat(store, "one")
    assert alive(store) == {"one": True}
    clock.at -= DAY_S
    watch[0] += 29
    assert alive(store) == {"one": True}
    watch[0] += 2
    assert alive(store) == {"one": False}
    beat(store, "one")
    assert alive(store) == {"one": True}


@on_sqlite
def test_the_daily_copy_is_made_and_kept_though_the_clock_had_run_ahead(store: Store, clock: Clock) -> None:
    """Copies 'of next year' neither keep today's from being made nor push them out."""
    real = time.time()
    clock.at = real + 400 * DAY_S
    for _ in range(KEPT):
        made = keep_daily_copy(store.home)
        assert made is not None
        os.utime(made, (clock.at, clock.at))
        clock.at += DAY_S
    clock.at = real
    mine = keep_daily_copy(store.home)
    assert mine is not None
    assert copies(store.home)[0] == mine
    assert keep_daily_copy(store.home) is None
    assert len(copies(store.home)) == KEPT


@on_sqlite
@pytest.mark.parametrize(("days", "is_refused"), [(0, True), (1, False), (-1, False)])
def test_a_dead_worker_of_tomorrow_does_not_keep_a_store_from_being_copied(
    store: Store, clock: Clock, days: int, is_refused: bool
) -> None:
    beat(store, "one")
    clock.at += days * DAY_S
    with store._database.engine.connect() as source, pytest.raises(ConfigError) if is_refused else nullcontext():
        _refuse_while_worked_on(source)
