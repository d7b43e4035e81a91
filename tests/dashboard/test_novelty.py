"""A row unlike the training rows is warned of wherever an answer is shown."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.novelty import FALSE_ALARMS
from core.payoff import simple
from dashboard.answers.number.asked import NumberReplies
from dashboard.answers.one_class.asked import ClassReplies, replies
from dashboard.answers.summary import summarised
from dashboard.commands.answering import summed_up
from dashboard.commands.speaking import remarks
from dashboard.parts.novelty import flagged
from dashboard.predictor import answering
from dashboard.predictor.answering import with_answers
from dashboard.sentences.novelty import leave_it
from tests.dashboard import seed

WARNING = "unlike what the model learned from"


def said(*unlike: bool | None) -> ClassReplies:
    rows = [{"label": "Oil", "scores": {"Oil": 0.9, "Grain": 0.1}, "is_unlike": one} for one in unlike]
    return replies({"labels": ["Oil", "Grain"], "predictions": rows})


@pytest.fixture
def page(visitor, store, monkeypatch):
    """The Predict page of a run whose model finds texts with a cat unlike those that it learned from."""

    def ask(_address: object, _run: str, rows: list[dict[str, str]]) -> ClassReplies:
        return said(*(None if "?" in row["text"] else "cat" in row["text"] for row in rows))

    monkeypatch.setattr(answering, "ask", ask)
    run = seed.finished(store, seed.newsdesk(store), quickly=True)
    visitor.open("predict", run=run.id)

    def asked(text: str) -> str:
        visitor.app.text_area[0].set_value(text)
        visitor.button("Ask the model").click().run()
        assert not visitor.app.exception
        return str(visitor.words())

    return asked


def test_a_text_unlike_the_training_texts_is_warned_of_and_shows_its_neighbours_on_demand(page, visitor):
    assert WARNING in page("the cat sat")
    assert visitor.button("Show the nearest training rows")


def test_a_text_like_them_is_answered_without_a_word(page):
    words = page("oil rose")
    assert WARNING not in words
    assert "does not say whether" not in words


def test_a_model_that_does_not_tell_says_so(page):
    assert "does not say whether a row is unlike" in page("what?")


def test_where_a_person_may_take_the_case_the_warning_gives_it_to_her():
    assert leave_it(simple(("Oil", "Grain"), person=1.0)) == "This one is a case for a person."
    assert leave_it(simple(("Oil", "Grain"))) == ""
    assert leave_it(None) == ""


def test_a_file_has_a_column_and_a_summary():
    parts = [said(False, True), said(True, False)]
    table = with_answers(pd.DataFrame({"text": ["a", "b", "c", " "]}), parts)
    assert table["unlike the training rows"].tolist() == [False, True, True, False]
    found = summarised(parts, [False, False, False, True])
    assert (found.rows, found.unread, found.unlike, found.counts) == (4, 1, 2, {"Oil": 3})
    assert summed_up(found) == "Rows: 4; unlike the training rows: 2; nothing to read: 1; Oil: 3."


def test_a_model_that_does_not_tell_adds_no_column_and_counts_none():
    parts = [said(None, None)]
    table = with_answers(pd.DataFrame({"text": ["a", "b"]}), parts)
    assert "unlike the training rows" not in table
    assert summarised(parts, [False, False]).unlike is None
    one = np.array([1.0])
    assert summarised([NumberReplies(one, one, one, one)], [False]).counts == {}


def test_the_commands_line_says_it():
    assert remarks(SimpleNamespace(unread="", is_unlike=True)) == ", unlike the training rows"
    assert remarks(SimpleNamespace(unread="end", is_unlike=None)) == ", end not read"
    assert remarks(SimpleNamespace(unread="beginning", is_unlike=None)) == ", beginning not read"


def test_what_was_counted_stands_where_it_is_explained(visitor, store):
    own = [one for one in flagged() if one.is_own]
    assert own
    assert all(one.value <= FALSE_ALARMS for one in own)
    visitor.open("truth", about="unlike the training rows")
    assert not visitor.app.exception
    words = visitor.words()
    assert "distance to the fifth nearest" in words
    others = [one for one in flagged() if not one.is_own]
    assert f"{sum(one.value >= 0.8 for one in others)} of {len(others)} pairs" in words


def test_an_older_predictors_reply_is_read(store):
    old = {"labels": ["a", "b"], "predictions": [{"label": "a", "scores": {"a": 0.6, "b": 0.4}}]}
    assert replies(json.loads(json.dumps(old))).unlike == (None,)
