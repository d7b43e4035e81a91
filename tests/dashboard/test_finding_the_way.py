"""The tour, the glossary, the tab's title, the saved charts, and what is said while an example is prepared."""

import pytest
from sqlmodel import select

from dashboard.charts.show import FORMAT, file_name, options
from dashboard.parts.activity import ASKED
from storage import Store
from storage.tables import JobRow
from tests.dashboard import seed


def test_the_tour_has_three_steps_and_an_end(visitor, store):
    visitor.open("home")
    for step in (1, 2, 3):
        assert f"A short tour: {step} of 3" in visitor.words()
        if step < 3:
            visitor.app.button(key="tour-next").click().run()
    visitor.button("Done").click().run()
    assert "A short tour" not in visitor.words()


def test_the_glossary_explains_terms_metrics_and_baselines_and_finds_them(visitor, store):
    visitor.open("glossary")
    assert "Validation set" in visitor.words()
    visitor.app.text_input[0].set_value("rows kept aside judge").run()
    assert "Test set" in visitor.words()
    assert "Validation set" not in visitor.words()
    visitor.app.text_input[0].set_value("no such thing").run()
    assert "No term holds these words." in visitor.words()


def test_home_says_which_example_is_being_prepared(visitor, store: Store):
    store.announce_preparation("Which desk gets *this* story?")
    visitor.open("home")
    assert "The example is being prepared: Which desk gets *this* story?" in visitor.words()
    store.announce_preparation("")
    visitor.open("home")
    assert "being prepared" not in visitor.words()


def test_the_end_of_a_run_is_marked_where_it_was_asked_for(visitor, store: Store):
    run = seed.running(store, seed.newsdesk(store, 40), name="Mine")
    visitor.open("runs", run=run.id)
    visitor.button("Tell me when it ends").click().run()
    assert visitor.app.session_state[ASKED] == {run.id}
    assert "You will be told when it ends" in visitor.words()
    store.runs.stop(run.id)
    with store._database.write() as session:
        session.exec(select(JobRow).where(JobRow.run_id == run.id)).one().state = "cancelled"
    visitor.app.run()
    marks = [one.proto.body for one in visitor.app.get("html")]
    assert any(f'data-run-ended="{run.id}">Mine: Stopped' in mark for mark in marks)


@pytest.mark.parametrize(("chosen", "scale"), [("png", 2), ("svg", 1)])
def test_a_chart_is_saved_in_the_chosen_format(monkeypatch, chosen, scale):
    import streamlit as st

    monkeypatch.setattr(st, "session_state", {FORMAT: chosen})
    asked = options("Accuracy and F1")["toImageButtonOptions"]
    assert asked == {"format": chosen, "filename": "accuracy-and-f1", "scale": scale}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Finding: **a\\_b** (area 0.9)", "finding-a-b-area-0-9"),
        ("准确率", "准确率"),
        ("***", "chart"),
        ("x" * 200, "x" * 60),
    ],
)
def test_the_name_of_a_saved_chart_comes_from_its_title(title, name):
    assert file_name(title) == name
