"""The compare page: who is better, said plainly; the rows that changed; a choice that stands in the address."""

import io

import pandas as pd
import pytest

from dashboard.answers.one_class.changed import frame_of
from dashboard.cached.comparable import comparables
from dashboard.cached.compared import changed_of
from dashboard.downloads import as_csv
from dashboard.parts.compare.settings import differences
from storage import Store
from tests.dashboard import seed

VIEWS = ("Who is better", "Rows that changed", "While learning", "Curves", "Confusion matrix", "Settings")


@pytest.fixture
def ids(shop: Store) -> dict[str, str]:
    return {run.name: run.id for run in shop.runs.list(status="succeeded")}


@pytest.fixture
def both(ids: dict[str, str]) -> str:
    return f"{ids['Newsdesk, quick']},{ids['Newsdesk, balanced']}"


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_with_the_simple_way_beside_the_runs(view, visitor, ids, both):
    visitor.open("compare", runs=f"{both},{ids['Newsdesk, quick']}:tfidf", view=view)
    assert "**Newsdesk, balanced** is better than the 2 others, more than chance explains." in visitor.words()


def test_without_a_choice_the_newest_runs_of_one_dataset_are_compared(visitor, ids):
    visitor.open("compare")
    assert set(visitor.app.query_params["runs"].split(",")) == {ids["Newsdesk, quick"], ids["Newsdesk, balanced"]}


def test_the_best_stands_first_with_its_interval_time_and_cost(visitor, both):
    visitor.open("compare", runs=both)
    table = visitor.app.dataframe[0].value
    assert list(table["Run"]) == ["Newsdesk, balanced", "Newsdesk, quick"]
    assert table["From"][0] < table["Accuracy"][0] < table["To"][0]
    assert {"Took", "Cost"} <= set(table.columns)
    assert list(table["Against the best"]) == ["the best here", "worse"]


def test_the_metric_stands_in_the_address(visitor, both):
    visitor.open("compare", runs=both, metric="f1_macro")
    assert "Macro F1 is" in visitor.words()


def test_another_metric_than_the_headline_is_said_to_be_held_to_more(visitor, both):
    settled = "Before training it was settled to judge these runs by accuracy."
    visitor.open("compare", runs=both, metric="log_loss")
    assert settled in visitor.words()
    visitor.open("compare", runs=both, metric="accuracy")
    assert settled not in visitor.words()


def test_one_run_alone_is_set_beside_the_simple_way(visitor, store):
    run = seed.finished(store, seed.newsdesk(store), quickly=True)
    visitor.open("compare")
    assert visitor.app.query_params["runs"] == f"{run.id},{run.id}:tfidf"


def test_runs_that_are_gone_are_said_to_be(visitor, both):
    visitor.open("compare", runs=f"{both},r0")
    assert "Not here, or not finished: r0." in visitor.words()


def test_runs_without_common_rows_are_refused_in_a_sentence(visitor, ids):
    visitor.open("compare", runs=f"{ids['Newsdesk, quick']},{ids['Tickets, first try']}")
    assert "they have no row in common" in visitor.words()


def test_runs_on_different_rows_are_compared_on_their_common_rows_and_it_is_said(visitor, store):
    news = seed.newsdesk(store)
    runs = [seed.finished(store, news, quickly=True, rows=rows, name=f"{rows} rows") for rows in (400, 300)]
    visitor.open("compare", runs=",".join(run.id for run in runs))
    assert "worked out on the 300 rows that all of them answered; left out are 100 of" in visitor.words()


def test_the_rows_that_changed_can_be_searched(visitor, both):
    visitor.open("compare", runs=both, view="Rows that changed")
    every = visitor.app.dataframe[-1].value
    visitor.app.text_input[0].set_value("OIL").run()
    found = visitor.app.dataframe[-1].value
    assert 0 < len(found) < len(every)
    assert found["Text"].str.contains("oil").all()


def test_the_changed_rows_leave_with_their_ids_and_no_formula(store):
    frame = pd.DataFrame({"text": ["=cmd|'/c calc'!A1", "<script>x</script>", "fine"] * 20, "desk": ["acq"] * 60})
    news = store.datasets.add(seed.Rows(frame), name="hostile", source="upload")
    runs = [seed.finished(store, news, quickly=True, right=right) for right in (0.5, 0.95)]
    before, after = comparables(store, [run.id for run in runs])
    rows = changed_of((before.key, after.key), before.key, after.key)
    table = frame_of(rows, after)
    assert set(table["Row id"]) == {row.row_id for row in rows}
    read = pd.read_csv(io.BytesIO(as_csv(table)))
    assert not read["Text"].str.startswith("=").any()
    assert read["Text"].str.startswith("'=cmd").any()


def test_only_settings_that_differ_are_shown(store):
    news = seed.newsdesk(store)
    asked = {"quickly": True, "preset": "balanced", "seed": 3}
    runs = [seed.finished(store, news, epochs=epochs, name=f"{epochs}", **asked) for epochs in (2, 5)]
    found = differences(comparables(store, [run.id for run in runs]))
    assert {path: values for path, (_, values) in found.items()} == {"learning.epochs": [2, 5]}


def test_a_setting_that_only_one_of_the_methods_has_differs(store):
    news = seed.newsdesk(store)
    runs = [seed.finished(store, news, quickly=True, preset=preset).id for preset in ("quick", "balanced")]
    found = {path: values for path, (_, values) in differences(comparables(store, runs)).items()}
    assert (found["learning.method"], found["learning.batch_size"]) == (["frozen", "full"], [None, 16])


def test_equal_names_are_told_apart(store):
    news = seed.newsdesk(store)
    runs = [seed.finished(store, news, quickly=True, name=name).id for name in ("A", "A", "A (2)")]
    assert len({one.name for one in comparables(store, runs)}) == 3


def test_ticked_runs_lead_to_their_comparison(visitor, shop, ids):
    visitor.open("runs")
    runs = shop.runs.list()
    names = [run.name for run in runs]
    rows = [names.index(name) for name in ("Newsdesk, quick", "Newsdesk, balanced", "Tickets, all classes")]
    visitor.app.session_state[f"runs:{runs[0].id}"] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    visitor.app.run()
    assert "2 of 3 ticked runs are finished." in visitor.words()
    visitor.button("Compare").click().run()
    assert set(visitor.app.query_params["runs"].split(",")) == {ids["Newsdesk, quick"], ids["Newsdesk, balanced"]}
