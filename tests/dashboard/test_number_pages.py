"""Pages on runs whose answers are numbers: as much at home as classes are, in the target's own unit."""

import numpy as np
import pytest
import streamlit as st

from core.evaluation import evaluate
from dashboard.cached.comparable import comparables
from dashboard.parts.compare.choice import _baseline_key
from dashboard.sentences.verdict import Judgement, judge
from storage import Run, Store
from tests.dashboard import seed, seed_numbers

EVALUATE = (
    *("Beside the baselines", "Predicted against actual", "Errors"),
    *("Prediction intervals", "Largest errors", "Words"),
)
INSPECT = ("Slices", "Prediction intervals", "Fairness", "Labels")
COMPARE = ("Who is better", "Rows that changed", "While learning", "Predicted against actual", "Settings")
METRICS = ("mae", "rmse", "r2", "median_error", "bias")


@pytest.fixture
def runs(store: Store) -> list[Run]:
    """Two runs of one dataset, the second clearly nearer to the truth, but weak on mails."""
    rated = seed_numbers.rated(store, 1600)
    return [
        seed_numbers.finished(store, rated, off=0.9, name="Ratings, quick", preset="quick"),
        seed_numbers.finished(store, rated, off=0.35, drawn=2, weak="mail", name="Ratings, balanced"),
    ]


def judgement(off: float, simple: float, rows: int = 800) -> Judgement:
    import pandas as pd

    frame = pd.DataFrame({"rating": np.linspace(-4, 4, rows), "channel": "mail", "text": [str(i) for i in range(rows)]})
    model, other = (seed_numbers.numbers(frame, size, drawn=drawn) for drawn, size in ((1, off), (2, simple)))
    others = {"tfidf_ridge": other, "mean": seed_numbers.mean(model)}
    return judge(evaluate(model, others), model, others)


@pytest.mark.parametrize(
    ("off", "simple", "rows", "kind", "said"),
    [
        (0.5, 1.0, 800, "better", " nearer to the truth"),
        (1.0, 0.5, 800, "worse", "On these rows, use the baseline."),
        (0.5, 0.505, 30_000, "same", "about the same**"),
        (0.5, 0.55, 60, "unknown", "too early to tell** which is better: the model may be "),
    ],
)
def test_the_verdict_says_how_much_nearer_the_model_is(off, simple, rows, kind, said):
    found = judgement(off, simple, rows)
    assert found.kind == kind
    assert said in found.sentence
    assert "{" not in found.sentence
    assert "right" not in found.sentence


@pytest.mark.parametrize("view", EVALUATE)
def test_every_view_of_evaluate_opens(view, visitor, runs):
    visitor.open("evaluate", run=runs[1].id, view=view)
    words = visitor.words()
    assert "It is off by **" in words
    assert {"Mean absolute error", "Median absolute error", "Bias"} <= {metric.label for metric in visitor.app.metric}
    assert "went wrong" not in words


def test_the_ranges_are_measured_beside_their_promise(visitor, runs):
    visitor.open("evaluate", run=runs[0].id, view="Prediction intervals")
    assert "should hold the truth in **90 of 100** cases" in visitor.words()
    outside = visitor.app.dataframe[-1].value
    off = (outside["True number"] < outside["Interval from"]) | (outside["True number"] > outside["Interval to"])
    assert off.all()
    assert 40 < len(outside) < 120
    assert "by luck alone" in visitor.words()


def test_a_run_without_ranges_says_why(visitor, store, runs):
    bare = store.runs.predictions(runs[0].id)
    type(bare)(bare.row_ids, bare.targets, bare.values).write(
        store.runs.work_folder(runs[0].id) / "predictions" / "model.parquet"
    )
    visitor.open("evaluate", run=runs[0].id, view="Prediction intervals")
    assert "These answers carry no prediction intervals" in visitor.words()


def test_intervals_that_one_row_outweighs_are_not_left_unsaid(visitor, store, runs):
    visitor.open("evaluate", run=runs[0].id)
    assert "A single row makes up" not in visitor.words()
    even = store.runs.predictions(runs[1].id)
    values = even.values.copy()
    values[0] += 60
    type(even)(even.row_ids, even.targets, values, even.low, even.high).write(
        store.runs.work_folder(runs[1].id) / "predictions" / "model.parquet"
    )
    st.cache_resource.clear()  # pages keep what a finished run answered
    share = np.square(values - even.targets)[0] / np.square(values - even.targets).sum()
    visitor.open("evaluate", run=runs[1].id)
    assert f"A single row makes up {share:.1%} of all squared errors." in visitor.words()


def test_the_largest_errors_stand_first(visitor, runs):
    visitor.open("evaluate", run=runs[0].id, view="Largest errors")
    found = visitor.app.dataframe[-1].value
    assert (np.diff(found["Off by"].abs()) <= 0).all()
    assert found["Off by"].to_numpy() == pytest.approx(found["Answered"] - found["True number"])


@pytest.mark.parametrize("tab", INSPECT)
def test_every_tab_of_looking_inside_opens(tab, visitor, runs):
    visitor.open("inspect", run=runs[1].id, inside=tab)
    assert "went wrong" not in visitor.words()


def test_a_weak_channel_is_found_with_how_far_off_it_is(visitor, runs):
    visitor.open("inspect", run=runs[1].id)
    assert "worse than the rest" in visitor.words()
    assert "channel: mail**, where the answers are off by" in visitor.words()
    first = visitor.app.dataframe[0].value.iloc[0]
    assert first["Group"] == "channel: mail"
    assert 0 < first["More, from"] < first["More, to"]
    assert first["All others"] < first["From"]


def test_numbers_can_be_grouped_by_what_is_true_and_by_the_width_of_their_ranges(visitor, runs):
    visitor.open("inspect", run=runs[1].id)
    box = next(box for box in visitor.app.selectbox if box.label == "Group the rows by")
    assert box.options == ["True number", "channel", "Length of the text", "Interval width"]
    for option in box.options:
        box.select(option).run()
        assert not visitor.app.exception


def test_what_means_nothing_for_numbers_says_why(visitor, runs):
    visitor.open("inspect", run=runs[0].id, inside="Fairness")
    assert "a number is given to everybody" in visitor.words()
    visitor.open("inspect", run=runs[0].id, inside="Labels")
    assert "which needs classes" in visitor.words()


@pytest.mark.parametrize("view", COMPARE)
def test_every_view_of_compare_opens_with_the_simple_way_beside_the_runs(view, visitor, runs):
    keys = ",".join([*(run.id for run in runs), f"{runs[0].id}:tfidf_ridge"])
    visitor.open("compare", runs=keys, view=view)
    assert "**Ratings, balanced** is better than the 2 others" in visitor.words()
    assert "nearer to the truth on average" in visitor.words()


@pytest.mark.parametrize("metric", METRICS)
def test_runs_are_compared_by_any_metric_of_numbers(metric, visitor, runs):
    visitor.open("compare", runs=",".join(run.id for run in runs), metric=metric)
    assert not visitor.app.exception
    box = next(box for box in visitor.app.selectbox if box.label == "Judge by")
    assert box.options[0] == "Mean absolute error"
    assert "points of 100" not in visitor.words() or metric == "r2"


def test_the_smaller_error_stands_first(visitor, runs):
    visitor.open("compare", runs=",".join(run.id for run in runs))
    table = visitor.app.dataframe[0].value
    assert list(table["Run"]) == ["Ratings, balanced", "Ratings, quick"]
    assert list(table["Against the best"]) == ["the best here", "worse"]
    assert "R²" in table


def test_rows_that_came_nearer_can_be_searched_and_the_largest_change_stands_first(visitor, runs):
    visitor.open("compare", runs=",".join(run.id for run in runs), view="Rows that changed")
    every = visitor.app.dataframe[-1].value
    assert (np.diff(every["Nearer by"].abs()) <= 0).all()
    gain = (every["Before"] - every["True number"]).abs() - (every["After"] - every["True number"]).abs()
    assert every["Nearer by"].to_numpy() == pytest.approx(gain.to_numpy())
    visitor.app.text_input[0].set_value("AWFUL").run()
    some = visitor.app.dataframe[-1].value
    assert 0 < len(some) < len(every)
    assert some["Text"].str.contains("awful").all()


def test_the_simple_way_beside_numbers_is_the_one_that_learns(store, runs):
    known = {run.id: run for run in runs}
    key = _baseline_key([run.id for run in runs], known)
    assert key is not None
    assert key.endswith(":tfidf_ridge")
    assert comparables(store, [runs[0].id, key])[1].name == "TF-IDF baseline"


def test_runs_of_classes_and_of_numbers_on_one_dataset_are_not_mixed(visitor, store, runs):
    rated = store.datasets.get(runs[0].dataset_id)
    settings = {"task.target": "channel", "name": "Channels"}
    classes = seed.finished(store, rated, quickly=True, labels=("chat", "mail", "post"), **settings)
    visitor.open("compare")
    assert visitor.app.query_params["runs"].startswith(classes.id)
    assert runs[0].id not in visitor.app.query_params["runs"]
    box = next(box for box in visitor.app.selectbox if box.label == "Data")
    assert box.options == ["Rated messages · Text classification", "Rated messages · Text regression"]


def test_lists_name_the_error_and_the_fixed_answers(visitor, runs):
    visitor.open("runs")
    table = visitor.app.dataframe[0].value
    assert table["result"].str.startswith("off by ").all()
    visitor.open("runs", run=runs[0].id)
    assert "Mean absolute error: **" in visitor.words()


def test_home_shows_the_best_run_by_its_error(visitor, runs):
    visitor.open("home")
    assert "off by 0." in visitor.words()
    best = next(metric for metric in visitor.app.metric if metric.label == "Rated messages")
    found = runs[1].evaluation.metrics["mae"].value
    assert float(best.value) == pytest.approx(found, abs=0.01)
    assert "Mean absolute error, lower is better" in visitor.words()
    assert best.delta == ""
    assert "better than the TF-IDF baseline" in visitor.words()


def test_the_error_is_drawn_while_a_run_learns(visitor, runs):
    visitor.open("runs", run=runs[0].id)
    assert "Error on the validation set" in visitor.words()
    assert "Accuracy and F1" not in visitor.words()
