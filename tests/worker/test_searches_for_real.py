"""A search by a real supervisor and a real run process: watched, stopped, killed, gone on with."""

from collections.abc import Callable

import pytest

from core.config import RunConfig
from core.searches import LabelCurve
from storage import Store
from tests.worker.conftest import ended, supervised, wait_for
from tests.worker.test_runs_for_real import process_of

pytestmark = pytest.mark.xdist_group("processes")
QUESTION = LabelCurve(sizes=(3, 6, 9), draws=3)


def measured(store: Store, run_id: str) -> int:
    """How many points the store has heard of."""
    series = store.runs.series(run_id)
    return sum(len(one.steps) for name, one in series.items() if name.startswith("labels/model/"))


def test_a_search_is_watched_stopped_and_gone_on_with_to_its_end(store: Store, make: Callable[..., RunConfig]) -> None:
    run = store.runs.queue_search(make(epochs=6), QUESTION, "one")
    with supervised(store):
        wait_for(lambda: measured(store, run.id) > 1, "the first points")
        store.runs.stop(run.id)
        stopped = ended(store, run.id)
        kept = len(store.runs.points(run.id))
        store.runs.resume(run.id)
        again = ended(store, run.id)
    assert stopped.status == "cancelled"
    assert 1 < kept < 9
    assert again.status == "succeeded"
    assert again.evaluation is None
    assert again.attempts == 2
    assert measured(store, run.id) == len(store.runs.points(run.id)) == 9
    assert (again.done, again.total) == (9, 9)


@pytest.mark.slow
def test_a_search_whose_process_is_killed_loses_no_point(store: Store, make: Callable[..., RunConfig]) -> None:
    run = store.runs.queue_search(make(epochs=6), QUESTION, "one")
    with supervised(store):
        wait_for(lambda: measured(store, run.id) > 1, "the first points")
        process = process_of(store, run.id)
        assert process is not None
        process.kill()
        run = ended(store, run.id)
    assert run.status == "succeeded"
    assert len(store.runs.points(run.id)) == 9


def test_a_users_mistake_ends_the_search_with_a_sentence(store: Store, make: Callable[..., RunConfig]) -> None:
    run = store.runs.queue_search(make(**{"task.target": "lable"}), QUESTION, "one")
    with supervised(store):
        run = ended(store, run.id)
    assert run.status == "failed"
    assert run.error is not None
    assert "'lable'" in run.error.message
