import json

import pytest
from typer.testing import CliRunner

from core.errors import ConfigError
from dashboard.command_line import app
from tests.dashboard import seed, seed_numbers


def run(*words: str):
    return CliRunner().invoke(app, ["labels", *words])


def test_what_a_search_found_is_one_json_document(store):
    search = seed.searched(store, seed.newsdesk(store))
    found = json.loads(run("--of", search.id, "--home", str(store.home), "--json").output)
    assert [one["rows"] for one in found["sizes"]] == [64, 200, 800, 2400]
    assert set(found["sizes"][0]["model"]) == {"value", "low", "high"}
    assert set(found["twice"]) == {"model", "tfidf"}
    assert len(found["standings"]) == 4
    assert found["search"]["status"] == "succeeded"


def test_for_people_it_is_a_table(store):
    search = seed.searched(store, seed.newsdesk(store))
    words = run("--of", search.id, "--home", str(store.home)).output
    assert "labels a class" in words
    assert "Twice the labels" in words


def test_a_search_is_queued_with_its_sizes(store):
    seed.newsdesk(store)
    words = ("--dataset", "Newsdesk", "--target", "desk", "--text", "text", "--sizes", "4,8", "--draws", "2", "--json")
    found = json.loads(run(*words, "--home", str(store.home)).output)
    assert found["search"]["search"] == {"search": "label-curve", "sizes": [4, 8], "draws": 2}
    assert [one.id for one in store.runs.list(kind="search")] == [found["search"]["id"]]


@pytest.mark.parametrize("sizes", ["8", "8,8", "eight,9", "1,5"])
def test_sizes_that_make_no_curve_are_refused(store, sizes):
    seed.newsdesk(store)
    ended = run("--dataset", "Newsdesk", "--target", "desk", "--sizes", sizes, "--home", str(store.home))
    assert isinstance(ended.exception, ConfigError)


def test_a_run_is_no_search(store):
    one = seed.queued(store, seed.newsdesk(store))
    ended = run("--of", one.id, "--home", str(store.home))
    assert isinstance(ended.exception, ConfigError)


def test_a_curve_of_numbers_is_told_in_its_own_metric(store):
    search = seed_numbers.searched(store, seed_numbers.rated(store))
    found = json.loads(run("--of", search.id, "--home", str(store.home), "--json").output)
    assert found["metric"] == "mae"
    assert set(found["twice"]) == {"model", "tfidf_ridge"}
    assert found["sizes"][0]["model"]["value"] > found["sizes"][-1]["model"]["value"]
    words = run("--of", search.id, "--home", str(store.home)).output
    assert "Mean absolute error: lower is better." in words
    assert "labels a class" not in words
    assert "%" not in words


def test_numbers_are_asked_for_in_sizes_of_their_own(store):
    seed_numbers.rated(store)
    asked = ("--dataset", "Rated messages", "--target", "rating", "--task", "text-regression", "--json")
    found = json.loads(run(*asked, "--home", str(store.home)).output)
    assert found["search"]["search"]["sizes"] == [50, 150, 500, 1500]
