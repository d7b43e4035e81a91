import numpy as np
import pytest

from core.answers import ClassAnswers
from core.data import row_ids
from core.inspection import likely_wrong, suspects
from dashboard.answers.one_class.labels import fixes
from tests.dashboard import seed

TABS = ("Slices", "Fairness", "Labels", "Calibration")


@pytest.fixture
def run(store):
    return seed.looked_into(store)


def opened(visitor, run, tab: str):
    return visitor.open("inspect", run=run.id, inside=tab)


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_by_its_address(tab, visitor, run):
    opened(visitor, run, tab)
    assert not visitor.app.error


def test_the_weak_region_is_found_with_its_shares(visitor, run):
    app = opened(visitor, run, "Slices")
    assert "do worse than the rest" in visitor.words()
    table = app.dataframe[0].value.set_index("Group")
    assert table.loc["region: south", "Right"] < table.loc["region: south", "All others"] - 10
    assert table.loc["region: south", "Rows"] > 300


def test_choosing_a_weak_spot_shows_its_wrong_rows(visitor, run):
    visitor.app.run()
    visitor.app.session_state[f"slices-{run.id}"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app = opened(visitor, run, "Slices")
    wrong = app.dataframe[1].value
    assert len(wrong) == app.dataframe[0].value["Wrong answers"].iloc[0]
    assert (wrong["True class"] != wrong["The model answered"]).all()


def test_rows_can_be_grouped_by_what_a_person_chooses(visitor, run):
    app = opened(visitor, run, "Slices")
    way = app.selectbox(key=f"way-{run.id}")
    way.set_value(("confidence", "")).run()
    assert not app.exception
    assert "confidence you can use" in visitor.words()


def test_where_nothing_is_weak_the_page_says_so(visitor, store):
    dataset = seed.newsdesk(store, 400)
    run = seed.finished(store, dataset, quickly=True, right=0.9, rows=400)
    opened(visitor, run, "Slices")
    assert "No weak spot was found" in visitor.words()


def test_fairness_says_each_gap_and_what_luck_would_do(visitor, run):
    app = opened(visitor, run, "Fairness")
    app.selectbox(key=f"fair-way-{run.id}").set_value(("column", "region"))
    app.selectbox(key=f"fair-label-{run.id}").set_value("earn").run()
    assert "**Gets it when it should** (equal opportunity):" in visitor.words()
    assert "(demographic parity)" in visitor.words()
    assert "(equalised odds): the wider of these two gaps" in visitor.words()
    assert "The true gap is likely about" in visitor.words()
    rates, pairs = (frame.value for frame in app.dataframe)
    assert {"north", "south", "east"} == set(rates["Group"])
    assert len(pairs) == 3
    assert (pairs["From"] <= pairs["Difference"]).all()


def test_fairness_is_corrected_for_every_column_and_answer_on_offer(visitor, run):
    app = opened(visitor, run, "Fairness")
    columns, answers = (app.selectbox(key=f"fair-{what}-{run.id}").options for what in ("way", "label"))
    assert f"all {len(columns) * len(answers) * 3} comparisons" in visitor.words()


def test_rows_without_groups_say_what_is_missing(visitor, store):
    run = seed.finished(store, seed.newsdesk(store), quickly=True)
    opened(visitor, run, "Fairness")
    assert "no column that names groups" in visitor.words()


def test_doubted_labels_say_how_many_are_likely_wrong(visitor, run, store):
    opened(visitor, run, "Labels")
    answers = store.runs.predictions(run.id)
    doubted = {one.row_id for one in suspects(answers)}
    likely = likely_wrong(answers, doubted)
    assert f"**{len(doubted)} labels are worth a look**, of 1,200 rows." in visitor.words()
    assert f"about {round(likely.value)} (" in visitor.words()
    assert "firmly" not in visitor.words()


def test_judged_rows_are_decided_one_by_one_before_the_label_and_the_answer_are_seen(visitor, run, store):
    app = opened(visitor, run, "Labels")
    first = suspects(store.runs.predictions(run.id))[0]
    text = store.datasets.frame(run.dataset_id)["text"]
    ids = list(row_ids(store.datasets.frame(run.dataset_id)))
    assert text[ids.index(first.row_id)] in visitor.words()
    assert not app.dataframe
    assert not [button for button in app.button if button.label == "Make the mended dataset"]
    assert "Start with" not in [control.label for control in app.segmented_control]
    assert visitor.button("Decide").disabled
    decide(visitor, run, first, first.suggested)
    (shown,) = app.dataframe
    assert shown.value.iloc[0].tolist()[1:] == [first.suggested, first.given, first.suggested]


def decide(visitor, run, one, label: str) -> None:
    visitor.app.selectbox(key=f"blind-label-{one.row_id}-{run.id}").set_value(label).run()
    visitor.button("Decide").click().run()


def test_decisions_on_judged_rows_make_a_mended_dataset_and_leave_the_old_one(visitor, run, store):
    opened(visitor, run, "Labels")
    first, second, third = suspects(store.runs.predictions(run.id))[:3]
    decide(visitor, run, first, first.suggested)
    visitor.button("I cannot tell").click().run()
    decide(visitor, run, third, third.given)
    assert "To relabel: 1. To drop: 0." in visitor.words()
    visitor.button("Make the mended dataset").click().run()
    (version,) = [one for one in store.datasets.list() if one.parent_id]
    assert version.parent_id == run.dataset_id
    assert version.notes == ("Gave 1 row another label.",)
    old, new = store.datasets.frame(run.dataset_id), store.datasets.frame(version.id)
    assert len(new) == len(old)
    ids = list(row_ids(old))
    for one, label in ((first, first.suggested), (second, second.given), (third, third.given)):
        assert new["desk"][ids.index(one.row_id)] == label


def test_decisions_on_training_rows_make_a_mended_dataset(visitor, run, store):
    app = opened(visitor, run, "Labels")
    app.segmented_control[0].set_value("Training set").run()
    visitor.button("Read the training rows").click().run(timeout=90)
    table = app.dataframe[0].value
    assert table["Believed"].is_monotonic_increasing
    assert set(table["Decision"]) == {"Keep"}
    assert visitor.button("Make the mended dataset").disabled
    edits = {"edited_rows": {0: {"Decision": "Relabel"}, 1: {"Decision": "Drop"}}, "added_rows": [], "deleted_rows": []}
    app.session_state[f"suspects-Keep-{run.id}"] = edits
    app.run(timeout=90)
    assert "To relabel: 1. To drop: 1." in visitor.words()
    app.session_state[f"suspects-Keep-{run.id}"] = edits
    visitor.button("Make the mended dataset").click().run(timeout=90)
    (version,) = [one for one in store.datasets.list() if one.parent_id]
    assert version.notes == ("Gave 1 row another label. Left out 1 row.",)
    old, new = store.datasets.frame(run.dataset_id), store.datasets.frame(version.id)
    assert len(new) == len(old) - 1
    mended = new[new["text"] == table["Text"][0]]
    assert mended["desk"].tolist() == [table["The model says"][0]]


def test_a_mended_dataset_names_its_parent(visitor, run, store):
    frame = store.datasets.frame(run.dataset_id)
    version = store.datasets.add_version(run.dataset_id, seed.Rows(frame.head(100), "Left out 1,100 rows."))
    visitor.open("data", dataset=version.id)
    assert any("A mended version of" in link.label for link in visitor.app.get("page_link"))


def test_a_row_set_to_the_label_it_has_is_not_mended():
    answers = seed.predictions(0.5, rows=200)
    shown = suspects(answers)[:3]
    decided = fixes(shown, ["Relabel", "Keep", "Drop"], [shown[0].given, "acq", "acq"])
    assert [(row, fix.action) for row, fix in decided.items()] == [(shown[2].row_id, "drop")]


def test_training_rows_are_read_only_when_asked(visitor, run):
    app = opened(visitor, run, "Labels")
    app.segmented_control[0].set_value("Training set").run()
    assert visitor.button("Read the training rows")
    visitor.button("Read the training rows").click().run(timeout=90)
    assert not app.exception
    assert "worth" in visitor.words()


def test_confidence_is_corrected_when_asked_and_says_where_from(visitor, run):
    app = opened(visitor, run, "Calibration")
    app.toggle[0].set_value(True).run()
    assert "too sure of itself" in visitor.words()
    assert "one half of the test rows" in visitor.words()


def test_validation_rows_teach_the_correction_where_the_run_kept_them(visitor, run, store):
    answers = store.runs.predictions(run.id)
    half = len(answers.targets) // 2
    validation = ClassAnswers(answers.row_ids[:half], answers.targets[:half], answers.labels, answers.scores[:half])
    validation.write(store.runs.work_folder(run.id) / "predictions" / "validation.parquet")
    app = opened(visitor, run, "Calibration")
    app.toggle[0].set_value(True).run()
    assert f"learnt from {half} validation rows" in visitor.words()


@pytest.mark.parametrize("tab", TABS)
def test_hostile_names_and_rows_are_text_on_every_tab(tab, visitor, store):
    run = seed.looked_into(store, 900, hostile=seed.HOSTILE, name=seed.HOSTILE[:200])
    app = opened(visitor, run, tab)
    if tab == "Calibration":
        app.toggle[0].set_value(True).run()
    assert not app.exception
    spoken = [str(element.value) for kind in ("markdown", "caption", "success") for element in app.get(kind)]
    assert not [text for text in spoken if "<script" in text.replace("\\<", "")]
    assert not [text for text in spoken if "[x](" in text]


def test_predictions_of_rows_that_are_gone_still_show_their_classes(visitor, store):
    run = seed.finished(store, seed.newsdesk(store), quickly=True)
    answers = seed.predictions(0.8, rows=300)
    answers.write(store.runs.work_folder(run.id) / "predictions" / "model.parquet")
    for tab in TABS:
        opened(visitor, run, tab)
    assert np.isfinite(answers.scores).all()
