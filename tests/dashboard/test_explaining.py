"""Why? on the Predict page, Words on the Evaluate page, and the HTML of a coloured text."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from core.errors import ModelError
from core.explanations import Explanation, ModelWords, Push
from core.explanations.orders import AlikeOrder, WhyOrder, WordsOrder
from dashboard.charts.pushed_text import legend, pushed_text
from dashboard.charts.pushes import WordPush, pushes, times
from dashboard.predictor.explaining import ask_for, cancel, look
from tests.dashboard import seed
from tests.dashboard.explained import explainer, explanation, words

TEXT = "shares rose after the takeover bid by the board"


@pytest.fixture
def address(store) -> Iterator[object]:
    with explainer() as (address, _):
        store.announce_predictor(address)
        yield address


def ask_on_the_page(visitor, run, text=TEXT):
    visitor.open("predict", run=run.id)
    visitor.app.text_area[0].set_value(text)
    visitor.button("Ask the model").click().run()


def markdown_of(visitor) -> str:
    return "\n".join(str(one.proto.body) for one in visitor.app.get("html"))


def test_why_colours_the_words_and_says_how_far_it_can_be_believed(visitor, store, address):
    run = seed.finished(store, seed.newsdesk(store), quickly=True)
    ask_on_the_page(visitor, run)
    visitor.button("Show why").click().run()
    assert '<mark class="for-5"' in markdown_of(visitor)
    said = visitor.words()
    assert "With all its words blanked, the model gives this text 21.0% for **acq**; with them, 97.0%." in said
    assert "Without any 4 words at random it would be 94.0% on average." in said
    assert "So the words named do matter more than others." in said
    assert "4 of the 5 most alike rows, out of 5,485 that it learned from, are labelled **acq**." in said


def test_another_class_can_be_asked_about(visitor, store, address):
    run = seed.finished(store, seed.newsdesk(store), quickly=True)
    ask_on_the_page(visitor, run, "oil and shares rose")
    visitor.app.selectbox(f"why-label-{run.id}-acq").set_value("crude").run()
    visitor.button("Show why").click().run()
    assert "for **crude**" in visitor.words()


def test_work_under_way_shows_how_far_it_is_and_can_be_cancelled(visitor, store):
    run = seed.finished(store, seed.newsdesk(store), quickly=True)
    with explainer(slow=True) as (address, heard):
        store.announce_predictor(address)
        ask_on_the_page(visitor, run)
        visitor.button("Show why").click().run()
        assert visitor.app.get("progress")[0].proto.text == "30 of 120"
        assert visitor.button("Show why").disabled
        visitor.button("Cancel").click().run()
        assert heard.cancelled == ["0"]
        assert "It was cancelled." in visitor.words()


def test_without_a_predictor_the_page_says_how_to_start_one(visitor, store, address):
    run = seed.finished(store, seed.newsdesk(store), quickly=True)
    ask_on_the_page(visitor, run)
    store.announce_predictor(None)
    visitor.button("Show why").click().run()
    assert "tuneboard up" in visitor.words()


def test_the_words_of_a_model_are_found_on_one_click_and_kept(visitor, store, address):
    run = seed.finished(store, seed.newsdesk(store), quickly=True)
    visitor.open("evaluate", run=run.id, view="Words")
    visitor.button("Find the words").click().run()
    assert "When it answers **acq**, the model goes mostly by: **shares**, **takeover**, **bid**." in visitor.words()
    store.runs.keep_explanation(run.id, words(WordsOrder(run=run.id)))
    assert store.runs.explanation(run.id, ModelWords) == words(WordsOrder(run=run.id))
    store.announce_predictor(None)
    visitor.open("evaluate", run=run.id, view="Words")
    assert "the model goes mostly by" in visitor.words()


def test_the_predictors_refusal_is_its_own_sentence():
    with explainer() as (address, _), pytest.raises(ModelError, match="There is no run 'gone'"):
        ask_for(address, WhyOrder(run="gone", cell="x"))


def test_work_is_asked_for_looked_at_and_cancelled():
    with explainer() as (address, heard):
        work = ask_for(address, AlikeOrder(run="r", cell="x"))
        assert not work.has_ended
        assert look(address, work.id).alike
        assert cancel(address, work.id).status == "cancelled"
        assert heard.asked == [{"kind": "alike", "run": "r", "cell": "x"}]


class Tags(HTMLParser):
    """Every element and every character of a piece of HTML."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text += data


HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> & \" ' ](javascript:alert(1)) =cmd|' /C calc'!A0 "
    "\u202egnp.exe \u200b\u0000 :tada: $x^2$ </div></mark>"
)


def test_nothing_in_a_hostile_text_comes_alive():
    found = explanation(WhyOrder(run="r", cell=HOSTILE, label="crude"))
    tags = Tags(pushed_text(found, HOSTILE))
    assert tags.names <= {"div", "mark", "span", "i"}
    assert tags.attributes <= {"class", "title", "dir"}
    seen = HOSTILE.replace("\u202e", "U+202E").replace("\u200b", "U+200B").replace("\u0000", "U+0000")
    assert tags.text == seen
    assert Tags(legend("<b>x</b>\u202e")).names == {"div", "mark", "i"}


def test_every_character_of_the_text_is_shown_once():
    text = "  oil,\n\trose — très 油价  "
    assert Tags(pushed_text(explanation(WhyOrder(run="r", cell=text)), text)).text == text


def test_what_was_not_read_is_set_apart_and_long_texts_are_cut():
    text = "oil " * 400
    shown = pushed_text(explanation(WhyOrder(run="r", cell=text)), text)
    assert shown.count('class="unread"') == 1
    assert Tags(shown).text == text
    endless = "a" * 10_000
    assert "… (+4,002)" in Tags(pushed_text(explanation(WhyOrder(run="r", cell=f"b {endless}")), f"b {endless}")).text


def test_stronger_pushes_get_stronger_colours_and_the_weakest_none():
    moved = (("up", 2.0), ("down", -1.0), ("dust", 0.01))
    text = "up down dust"
    parts = [Push(text=one, start=text.index(one), end=text.index(one) + len(one), push=push) for one, push in moved]
    found = Explanation(
        method="lime", label="a", answer="a", value=0.9, blank=0.1, words=tuple(parts), difference=1.01, error=0,
        unread=0,
    )  # fmt: skip
    shown = pushed_text(found, text)
    assert '<mark class="for-5"' in shown
    assert '<mark class="against-3"' in shown
    assert shown.endswith(" dust</div>")


@pytest.mark.parametrize(("push", "shown"), [(0.0, "× 1.0"), (1.1, "× 3.0"), (-1.1, "÷ 3.0"), (7.0, "× 1,097")])
def test_a_push_is_said_as_what_it_does_to_the_odds(push, shown):
    assert times(push) == shown


def test_a_chart_of_pushes_keeps_equal_and_hostile_words_apart():
    chart = pushes(
        [WordPush("<b>vs</b>", 1.0), WordPush("<b>vs</b>", -0.5), WordPush("x" * 9000, 0.1, -0.2, 0.4, 7)],
        "label",
        title="t",
        reading="r",
    )
    axis = chart.figure.layout.yaxis
    assert list(axis.ticktext[:2]) == ["&lt;b&gt;vs&lt;/b&gt;"] * 2
    assert len(axis.ticktext[2]) <= 24
    assert list(chart.figure.data[0].y) == [0, 1, 2]
