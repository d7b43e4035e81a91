"""`tuneboard compare`: the same engine as the page, for scripts and for people."""

import json

import pytest
from typer.testing import CliRunner

from core.errors import ConfigError, NotFound
from dashboard.command_line import app
from tests.dashboard import seed


@pytest.fixture
def two_runs(store) -> list[str]:
    news = seed.newsdesk(store)
    return [seed.finished(store, news, quickly=True, right=right, drawn=7, name=f"{right}").id for right in (0.8, 0.97)]


def said(*words: str) -> str:
    ended = CliRunner().invoke(app, ["compare", *words])
    if ended.exception:
        raise ended.exception
    return ended.stdout


def test_scripts_get_the_runs_the_metric_and_every_pair(two_runs):
    weak, strong = two_runs
    found = json.loads(said(weak, strong, f"{weak}:tfidf", "--json"))
    assert found["metric"] == "accuracy"
    assert found["runs"][0]["id"] == strong
    assert len(found["pairs"]) == 3
    pair = next(pair for pair in found["pairs"] if {pair["a"], pair["b"]} == {weak, strong})
    assert pair["difference"]["low"] <= pair["difference"]["value"] <= pair["difference"]["high"]
    assert 0 <= pair["p_value"] <= pair["adjusted_p_value"] <= 1
    assert pair["sentence"].startswith("0.97 is better than 0.8: ")


def test_people_get_a_table_and_a_sentence(two_runs):
    text = said(*two_runs, "--metric", "f1_macro")
    assert "f1_macro" in text
    assert "0.97 is better than 0.8" in text
    assert "Among 12 other metrics, one can look good by luck" in text
    assert "other metrics" not in said(*two_runs)


def test_what_cannot_be_compared_is_said(store, two_runs):
    waiting = seed.queued(store, seed.newsdesk(store))
    with pytest.raises(ConfigError, match="has no evaluation"):
        said(two_runs[0], waiting.id)
    with pytest.raises(NotFound, match="There is no run 'r0'"):
        said(two_runs[0], "r0")
    with pytest.raises(ConfigError, match="1 to compare"):
        said(two_runs[0])


def test_a_loss_is_no_share_in_the_table(two_runs):
    from core.evaluation import METRICS

    table = said(*two_runs, "--metric", "log_loss")
    assert METRICS["log_loss"].unit == "nats"
    assert "%" not in table.split("\n\n")[0].splitlines()[1]


def test_what_counts_as_the_same_is_what_was_set_before_training(store):
    """The command and the report say what Evaluate and Compare say, by the margin of the runs."""
    from dashboard.report.facts import gather

    dataset = seed.newsdesk(store, 2000)
    for margin, kind in ((20.0, "same"), (0.1, "unknown")):
        one, other = (
            seed.finished(
                store, dataset, rows=500, right=0.94, drawn=n, quickly=True, name=f"{n}", margin=margin, seed=n
            )
            for n in (1, 2)
        )
        (pair,) = json.loads(said(one.id, other.id, "--json"))["pairs"]
        assert ("are about the same" in pair["sentence"]) == (kind == "same")
        assert gather(store, [one.id, other.id]).comparison.pairs[0].stands == kind
