"""A run of numbers on the pages: asked, explained, priced, told, shared, and its rows looked at before."""

import math
import re
from collections.abc import Iterator
from html import unescape

import numpy as np
import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.payoff.number import NumberDecision
from core.scenarios import SCENARIOS
from dashboard.answers.number.asked import NumberReplies
from dashboard.answers.number.money import answer_worth_most, appraisal_of, prices_for, spoken
from dashboard.answers.number.scale import Scale, places_of, scale_of
from dashboard.predictor.answering import with_answers
from dashboard.report import ReportOptions, report
from dashboard.shares.create import share_demo
from dashboard.shares.demo import answer as demo_answer
from dashboard.shares.routes import ROUTES
from dashboard.shares.telling import Told, tell
from storage import Run, Store
from tests.dashboard import seed, seed_numbers
from tests.dashboard.explained_numbers import explainer

TEXT = "the wonderful and good show today was fine"
STORY = "media-rating"


@pytest.fixture
def run(store: Store) -> Run:
    return seed_numbers.finished(store, seed_numbers.rated(store, 800), name="Ratings")


@pytest.fixture
def asked(store: Store) -> Iterator[None]:
    with explainer() as (address, _):
        store.announce_predictor(address)
        yield


def ask(visitor, run: Run, text: str = TEXT) -> str:
    visitor.open("predict", run=run.id)
    visitor.app.text_area[0].set_value(text)
    visitor.button("Ask the model").click().run()
    assert not visitor.app.exception
    return visitor.words()


def test_a_number_is_answered_with_its_range_and_how_often_such_ranges_held(visitor, run, asked):
    said = ask(visitor, run)
    assert visitor.app.title[-1].value == "2\\.70"
    assert "between 1.90 and 3.50 in 90 of 100 cases" in said
    assert re.search(r"Counted on 400 rows that it had never seen: 9\d\.\d% of the true numbers lay", said)


def test_a_number_below_zero_has_a_minus_and_no_range_is_said_where_none_is_known(visitor, run, asked):
    said = ask(visitor, run, "awful and unsure")
    assert visitor.app.title[-1].value == "−1\\.50"
    assert "in 90 of 100 cases" not in said


def test_nothing_is_asked_about_an_empty_text(visitor, run, asked):
    assert "Write a text first." in ask(visitor, run, "  ")


def test_why_says_by_how_much_words_push_in_the_numbers_own_unit(visitor, run, asked):
    ask(visitor, run)
    visitor.button("Show why").click().run()
    said = visitor.words()
    assert "With all its words blanked, the model answers 0.10; with them, **2.70**, which is 2.60 higher." in said
    assert "have numbers from 1.70 to 3.70; their mean is **2.70**" in said
    assert "So the words named do matter more than others." in said
    html = "\n".join(str(one.proto.body) for one in visitor.app.get("html"))
    assert 'title="+1.60"' in html
    assert "pushes the number up" in html
    assert not [box for box in visitor.app.selectbox if box.label == "What speaks for"]


def test_the_words_of_a_model_of_numbers_raise_or_lower_its_answers(visitor, run, asked):
    visitor.open("evaluate", run=run.id, view="Words")
    visitor.button("Find the words").click().run()
    assert not visitor.app.exception
    said = visitor.words()
    assert "these words raise its answers: **wonderful**, **good**, **fine**." in said
    assert "These lower them: **awful**, **bad**, **dull**." in said


def test_a_file_gets_a_number_and_its_interval_in_each_row():
    nan = math.nan
    some = NumberReplies(
        np.array([1.0, nan]), np.array([1.0, nan]), np.array([0.123456789012, nan]), np.array([2.0, nan]), ("", "end")
    )
    table = with_answers(pd.DataFrame({"text": ["x", ""], "interval from": ["a", "b"]}), [some])
    assert list(table.columns) == ["text", "interval from", "answer", "interval from_", "interval to", "end not read"]
    assert table["interval from_"][0] == 0.123456789
    assert table.loc[1, ["answer", "interval from_", "interval to"]].isna().all()
    moved = NumberReplies(np.array([1.5]), np.array([1.0]), np.array([0.0]), np.array([2.0]))
    assert list(with_answers(pd.DataFrame({"text": ["x"]}), [moved])["the model's own"]) == [1.0]


def test_no_money_is_spoken_of_before_prices_are_entered(visitor, run):
    visitor.open("payoff", run=run.id)
    assert "Say what a number that is too high costs you" in visitor.words()
    assert not visitor.app.metric
    assert not [word for word in ("USD", "EUR") if word in visitor.words()]


def priced(visitor, run: Run, high: float, low: float) -> str:
    visitor.open("payoff", run=run.id)
    visitor.app.number_input(key=f"prices-{run.id}:high").set_value(high)
    visitor.app.number_input(key=f"prices-{run.id}:low").set_value(low).run()
    assert not visitor.app.exception
    return visitor.words()


def test_prices_of_a_unit_give_the_answer_that_is_worth_the_most(visitor, store, run):
    said = priced(visitor, run, 0.3, 0.9)
    assert "In 1,000 cases like these its errors cost" in said
    assert "less than the best baseline" in said
    assert "the one that 75 of 100 true numbers lie below" in said
    assert "above the model's own answer" in said
    assert [metric.label for metric in visitor.app.metric] == [
        "Errors cost per 1,000", "Below next best", "Saved by moving", "Answered too high",
    ]  # fmt: skip
    visitor.button("Use this decision").click().run()
    kept = store.runs.get(run.id).decision
    assert isinstance(kept, NumberDecision)
    assert (kept.too_high, kept.too_low, kept.chosen_on) == (0.3, 0.9, "validation")
    assert kept.shift > 0
    visitor.open("payoff", run=run.id)
    assert visitor.button("Kept").disabled
    visitor.button("Answer as the model says again").click().run()
    assert store.runs.get(run.id).decision is None


@pytest.mark.parametrize("view", ["Other ways", "How far to move the answers", "If the prices are wrong"])
def test_what_stands_behind_the_money_is_drawn(visitor, run, store, view):
    prices = NumberDecision(currency="EUR", too_high=1.0, too_low=4.0)
    store.runs.decide(run.id, appraisal_of(store, run, prices).decision)
    visitor.open("payoff", run=run.id, money=view)
    assert visitor.app.get("plotly_chart") or visitor.app.get("table")


def test_an_answer_that_is_free_to_be_wrong_one_way_is_refused_in_a_sentence(visitor, run):
    assert "costs nothing, so the highest thinkable answer would be best" in priced(visitor, run, 0.0, 1.0)


def test_prices_alike_leave_the_answers_where_they_are(store, run):
    found = appraisal_of(store, run, NumberDecision(currency="EUR", too_high=1.0, too_low=1.0))
    said = answer_worth_most(found, store.runs.predictions(run.id), scale_of(store, run))
    assert "the one that 50 of 100 true numbers lie below" in said
    assert spoken(found).startswith("In 1,000 cases like these its errors cost ")


def test_a_story_of_numbers_begins_with_its_own_prices(store):
    run = seed_numbers.finished(store, seed_numbers.rated(store, 300, scenario=STORY))
    prices = prices_for(run)
    assert (prices.too_high, prices.too_low) == (0.9, 0.3)


def test_a_number_is_written_no_finer_than_the_model_is_good(store, run):
    assert places_of(run.evaluation) == 2
    scale = Scale(places=1, unit="min")
    assert scale(1234.56) == "1,234.6 min"
    assert scale(-0.04) == "0.0 min"
    assert (scale.signed(2), scale.signed(-2)) == ("+2.0 min", "−2.0 min")
    assert scale.span(-1, 2) == "−1.0 to 2.0 min"
    assert Scale()(math.nan) == "–"


def test_the_unit_of_the_rows_stands_beside_the_numbers(store):
    run = seed_numbers.finished(store, seed_numbers.rated(store, 300, unit=" min"))
    assert scale_of(store, run).unit == "min"


@pytest.mark.parametrize("step", range(1, 7))
def test_a_story_of_numbers_is_presented_step_by_step(visitor, store, step):
    seed_numbers.finished(store, seed_numbers.rated(store, 300, scenario=STORY))
    visitor.open("present", scenario=STORY, step=str(step))
    said = visitor.words()
    assert f"{step} of 7" in said
    expected = {3: "Mean baseline", 4: "off by", 5: "Errors cost, in 1,000 cases"}
    assert expected.get(step, "") in said


def test_a_story_of_numbers_is_told_with_its_prices_and_its_line(visitor, store):
    visitor.open("scenarios", scenario=STORY)
    assert "The line to reach: 0.8 (R²)." in visitor.words()


def text_of(html: str) -> str:
    seen = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", html, flags=re.DOTALL)
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", seen).split()))


def test_a_report_of_numbers_holds_all_its_parts(store):
    dataset = seed_numbers.rated(store, 800, scenario=STORY)
    runs = [
        seed_numbers.finished(store, dataset, off=off, drawn=drawn, name=name).id
        for name, off, drawn in (("Near", 0.4, 1), ("Far", 0.9, 2))
    ]
    page = report(store, runs, ReportOptions(approved_by="Ada"))
    figures = re.findall(r'<script type="application/json" id="figure-(\w+)">', page)
    assert figures == ["standing", "worth", "beside", "errors", "sizes", "coverage"]
    seen = text_of(page)
    for part in (
        "“Near” is better than “Far”",
        "It reaches the line of 0.8 (R²) that was set",
        "with the scenario's example prices",
        "The answers that are furthest off",
        "✓: the right number lies in the answer's prediction interval.",
        "Mean absolute error",
        "It gives each text a number",
        "Each answer comes with a prediction interval that is to hold the truth in 90 of 100 cases.",
        "half is below",
    ):
        assert part in seen, part
    for strange in ("classes", "Accuracy", "nan", "{value}"):
        assert strange not in seen, strange


def test_a_report_without_prices_speaks_of_no_money(store, run):
    seen = text_of(report(store, [run.id]))
    assert "Business value" not in seen
    assert "Errors cost" not in seen


def test_a_demo_of_numbers_answers_a_visitor_with_a_number_and_a_range(store, run, asked):
    share, token = share_demo(store, run, days=7)
    with TestClient(Starlette(routes=list(ROUTES))) as client:
        page = client.get(f"/s/{token}").text
        assert '<input name="right" type="number"' in page
        answered = client.post(f"/s/{token}", data={"text": TEXT, "keep": "yes", "right": "3"}).text
    assert '<p class="label">2.70</p>' in answered
    assert "between 1.90 and 3.50 in 90 of 100 cases" in answered
    (said,) = store.shares.said(share.id)
    assert (said.answer, said.right) == ("2.70", "3")


def test_a_demo_goes_on_with_the_decision_that_was_frozen(store, run, asked):
    share, _ = share_demo(store, run, days=7)
    decision = NumberDecision(currency="EUR", too_high=1, too_low=3, shift=0.5, chosen_on="hand")
    told = tell(store, run).model_copy(update={"decision": decision})
    assert demo_answer(store, share, told, {"text": TEXT}).label == "3.20"
    assert Told.model_validate_json(told.model_dump_json()) == told


def test_a_column_of_numbers_is_shown_as_it_is_spread(visitor, store):
    dataset = seed_numbers.rated(store, 300, unit=" min")
    visitor.open("data", dataset=dataset.id)
    visitor.app.selectbox(key=f"{dataset.id}:Which column holds the right answer?").set_value("rating").run()
    assert not visitor.app.exception
    said = visitor.words()
    assert "How the numbers are spread" in said
    assert re.search(r"Half of the rows lie between −?\d.*? and .*? min", said)


def test_numbers_that_come_back_often_are_numbers_or_classes_and_both_are_offered(visitor, store):
    frame = pd.DataFrame(
        {"text": [f"a text about thing {i} and its day" for i in range(200)], "stars": [1 + i % 5 for i in range(200)]}
    )
    dataset = store.datasets.add(seed.Rows(frame), name="Stars", source="upload")
    visitor.open("data", dataset=dataset.id)
    assert "As a number, 4 is nearly right where 5 is true" in visitor.words()
    assert "How many rows each class has" in visitor.words()
    choice = next(one for one in visitor.app.get("button_group") if one.label == "What is the answer?")
    choice.set_value("text-regression").run()
    assert not visitor.app.exception
    assert "How the numbers are spread" in visitor.words()


def test_prices_of_the_story_stand_in_the_room_of_its_kind():
    table = SCENARIOS[STORY].payoff.table
    assert [(one.case, one.amount) for one in table] == [("One too high", -0.9), ("One too low", -0.3)]
