"""Runs that cannot be read, and runs judged otherwise than by right answers, beside the others on every page."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from core.evaluation.records import Evaluation, Interval
from dashboard.command_line import app
from dashboard.doors import DOORS
from storage import Dataset, Run, Store
from tests.dashboard import seed
from tests.storage.test_unreadable import damage

NEWER = '{"schema_version": 99}'


def judged_by_error(store: Store, dataset: Dataset, error: float, name: str = "Prices") -> Run:
    """A finished run of numbers: how far its answers are off, and those of the baselines."""
    run = seed.queued(store, dataset, name=name)
    job = store.jobs.claim("tests-1")
    assert job is not None
    store.jobs.start(job, process="0")

    def off(value: float) -> dict[str, Interval]:
        return {"mae": Interval(value=value, low=value * 0.9, high=value * 1.1)}

    found = Evaluation(
        kind="number", headline="mae", rows=80, metrics=off(error), baselines={"mean": off(9.0), "tfidf": off(1300.0)}
    )
    store.jobs.succeed(job, found)
    return store.runs.get(run.id)


@pytest.fixture
def broken(store: Store) -> Run:
    """A run of a newer Tuneboard, beside one that can be read."""
    dataset = seed.newsdesk(store)
    seed.finished(store, dataset, quickly=True, name="Sound one")
    run = seed.finished(store, dataset, quickly=True, name="Broken one")
    damage(store, run.id, "config", NEWER)
    return store.runs.get(run.id)


@pytest.mark.parametrize("page", DOORS)
def test_every_page_opens_beside_it(page: str, visitor: Any, broken: Run) -> None:
    visitor.open(page)
    assert "went wrong" not in visitor.words()


@pytest.mark.parametrize("page", ["home", "evaluate", "predict", "compare", "inspect", "payoff", "labels", "share"])
def test_it_stands_on_the_page_with_the_reason_and_a_way_to_delete_it(page: str, visitor: Any, broken: Run) -> None:
    visitor.open(page)
    assert "written by a newer Tuneboard" in visitor.words()
    assert visitor.button("Delete")


@pytest.mark.parametrize("page", ["evaluate", "predict", "inspect", "payoff"])
def test_asked_for_by_its_address_it_says_why(page: str, visitor: Any, broken: Run) -> None:
    visitor.open(page, run=broken.id)
    assert "Broken one cannot be read." in visitor.words()


def test_the_list_of_runs_has_it_in_its_place_and_by_its_state(visitor: Any, broken: Run) -> None:
    visitor.open("runs")
    table = visitor.app.dataframe[0].value
    assert dict(zip(table["name"], table["state"], strict=True)) == {
        "Broken one": "Cannot be read",
        "Sound one": "Done",
    }


def test_runs_that_cannot_be_read_can_be_listed_alone(visitor: Any, broken: Run) -> None:
    visitor.open("runs", state="Cannot be read")
    assert list(visitor.app.dataframe[0].value["name"]) == ["Broken one"]


def test_its_own_page_says_why_and_asks_before_it_deletes(visitor: Any, broken: Run) -> None:
    visitor.open("runs", run=broken.id)
    assert "written by a newer Tuneboard" in visitor.words()
    assert not [button for button in visitor.app.button if button.label in ("Run again", "Change and run", "Resume")]
    visitor.button("Delete").click().run()
    assert "Its model, its predictions, its curves and its log are deleted." in visitor.words()
    assert {"Cancel", "Delete"} <= {button.label for button in visitor.app.button}


def test_a_search_that_cannot_be_read_has_its_page(visitor: Any, store: Store, broken: Run) -> None:
    damage(store, broken.id, "search", "{")
    visitor.open("labels", search=broken.id)
    assert "What it asks cannot be read." in visitor.words()


def test_where_nothing_else_is_there_the_page_says_so_too(visitor: Any, store: Store) -> None:
    run = seed.finished(store, seed.newsdesk(store), quickly=True)
    damage(store, run.id, "config", NEWER)
    for page in DOORS:
        visitor.open(page)
        assert "went wrong" not in visitor.words()


def test_the_command_line_lists_it_with_the_reason(broken: Run, store: Store) -> None:
    said = CliRunner().invoke(app, ["runs", "--home", str(store.home)])
    assert f"{broken.id} cannot be read." in said.output
    assert "newer Tuneboard" in said.output
    told = json.loads(CliRunner().invoke(app, ["runs", "--json", "--home", str(store.home)]).output)["runs"]
    assert [(one["status"], one["config"] is None) for one in told] == [("unreadable", True), ("succeeded", False)]
    shown = CliRunner().invoke(app, ["runs", "show", broken.id, "--home", str(store.home)])
    assert "newer Tuneboard" in shown.output
    CliRunner().invoke(app, ["runs", "delete", broken.id, "--home", str(store.home)])
    assert [run.name for run in store.runs.list()] == ["Sound one"]


@pytest.fixture
def both(store: Store) -> tuple[Run, Run]:
    """The better one of two runs of numbers, and a run of classes, of one dataset."""
    dataset = seed.newsdesk(store)
    classes = seed.finished(store, dataset, quickly=True)
    better, _ = (judged_by_error(store, dataset, error) for error in (1234.5, 1300.0))
    return better, classes


def test_home_shows_the_best_by_each_metric(visitor: Any, both: tuple[Run, Run]) -> None:
    visitor.open("home")
    right = both[1].evaluation.metrics["accuracy"].value
    shown = {metric.value: metric for metric in visitor.app.metric}
    assert set(shown) == {"1,234", f"{right:.1%} right"}
    assert not any(metric.delta for metric in shown.values())
    assert "off by 1,300" in visitor.words()


def test_the_list_of_runs_says_each_result_by_its_metric(visitor: Any, both: tuple[Run, Run]) -> None:
    visitor.open("runs")
    table = visitor.app.dataframe[0].value
    assert list(table["result"])[:2] == ["off by 1,300", "off by 1,234"]
    assert list(table["simple"])[:2] == ["9.000", "9.000"]
    visitor.open("runs", run=both[0].id)
    assert "Mean absolute error: **1,234 (1,111 to 1,358)** on 80 test rows." in visitor.words()


def test_the_command_line_says_each_result_by_its_metric(both: tuple[Run, Run], store: Store) -> None:
    said = CliRunner().invoke(app, ["runs", "--home", str(store.home)]).output
    assert "mae 1,234 (1,111 to 1,358)" in said
