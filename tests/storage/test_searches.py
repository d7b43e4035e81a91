"""Searches in the store: jobs like runs, and never taken for one."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from core.config import RunConfig
from core.errors import NotFound
from core.searches import SEARCHES, LabelCurve, Point, Search, SearchQuestion
from storage import Store

QUESTION = LabelCurve(sizes=(8, 25), draws=2)


def test_a_search_comes_back_with_its_question(store: Store, config: RunConfig) -> None:
    found = store.runs.get(store.runs.queue_search(config, QUESTION, "one").id)
    assert found.search == QUESTION
    assert found.config == config


def test_a_request_sent_twice_is_one_search(store: Store, config: RunConfig) -> None:
    assert store.runs.queue_search(config, QUESTION, "one").id == store.runs.queue_search(config, QUESTION, "one").id


def test_a_limit_on_labels_is_left_to_the_search(store: Store, config: RunConfig) -> None:
    limited = config.model_copy(update={"rows_per_class": 5})
    assert store.runs.queue_search(limited, QUESTION, "one").config.rows_per_class is None


def test_a_list_of_runs_holds_no_search_unless_it_is_asked_for(store: Store, config: RunConfig) -> None:
    run, search = store.runs.queue(config, "run"), store.runs.queue_search(config, QUESTION, "search")
    assert [one.id for one in store.runs.list()] == [run.id]
    assert [one.id for one in store.runs.list(status="queued")] == [run.id]
    assert [one.id for one in store.runs.list(kind="search")] == [search.id]
    assert {one.id for one in store.runs.list(kind=None)} == {run.id, search.id}


def test_a_worker_is_told_the_question(store: Store, config: RunConfig) -> None:
    store.runs.queue_search(config, QUESTION, "one")
    store.runs.queue(config, "two")
    first, second = store.jobs.claim("me"), store.jobs.claim("me")
    assert first is not None
    assert second is not None
    assert (first.search, second.search) == (QUESTION, None)


def test_a_search_ends_well_without_an_evaluation(store: Store, config: RunConfig) -> None:
    search = store.runs.queue_search(config, QUESTION, "one")
    job = store.jobs.claim("me")
    assert job is not None
    store.jobs.start(job, "p")
    store.jobs.succeed(job)
    ended = store.runs.get(search.id)
    assert (ended.status, ended.evaluation) == ("succeeded", None)
    with pytest.raises(NotFound, match="is a search"):
        store.runs.bundle(search.id)
    with pytest.raises(NotFound, match="no predictions"):
        store.runs.predictions(search.id)


def test_points_are_read_from_the_searchs_own_folder(store: Store, config: RunConfig) -> None:
    search = store.runs.queue_search(config, QUESTION, "one")
    assert store.runs.points(search.id) == ()
    losses = {"model": np.array([0.0, 1.0]), "tfidf": np.array([0.0, 0.0])}
    Point(8, 0, 16, losses, "accuracy").write(store.runs.work_folder(search.id) / "points")
    (point,) = store.runs.points(search.id)
    assert point.reached("model") == 0.5


def test_a_search_run_again_is_a_search(store: Store, config: RunConfig) -> None:
    search = store.runs.queue_search(config, QUESTION, "one")
    assert store.runs.rerun(search.id, "two").search == QUESTION


class Lottery(SearchQuestion):
    search: Literal["lottery"] = "lottery"
    tickets: int = 3

    def read(self, place: Path) -> tuple[Any, ...]:
        return tuple(path.name for path in place.glob("*"))


def draw_the_lots(config: RunConfig, question: Lottery, frame: Any, folder: Path, **_: Any) -> None:
    """Leaves as many findings as there are tickets."""
    (folder / question.place).mkdir(parents=True)
    for ticket in range(question.tickets):
        (folder / question.place / f"{ticket}-{len(frame)}").touch()


def test_a_second_kind_goes_through_store_and_process(
    store: Store, config: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    from worker.order import RunOrder
    from worker.run_process import carry_out

    monkeypatch.setitem(SEARCHES, "lottery", Search(Lottery, "tests.storage.test_searches:draw_the_lots"))
    search = store.runs.queue_search(config, Lottery(tickets=2), "one")
    job = store.jobs.claim("me")
    assert job is not None
    order = RunOrder(
        run_id=search.id,
        config=job.config,
        dataset=store.datasets.path(config.dataset),
        attempt=store.runs.attempt_folder(search.id, 1),
        work=store.runs.work_folder(search.id),
        models=store.models,
        cache=store.home / "cache",
        search=job.search,
    )
    carry_out(RunOrder.model_validate_json(order.model_dump_json()), lambda _event: None, None)
    assert store.runs.get(search.id).search == Lottery(tickets=2)
    assert len(store.runs.points(search.id)) == 2
