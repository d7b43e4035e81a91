import json

import pytest

from core.comparison import Verdict
from core.errors import ConfigError
from core.evaluation.records import Interval
from core.payoff import appraise, simple
from dashboard.answers.payoff_pieces import quality_sentence
from dashboard.cached.verdicts import BesideBaseline
from dashboard.sentences.money import money, money_between, prices_for, sentence, spoken
from tests.core.payoff.made import simulated
from tests.dashboard import seed


@pytest.fixture
def run(store):
    return seed.finished(store, seed.newsdesk(store, 700, scenario="finance-newsdesk"), quickly=True, rows=700)


def test_amounts_are_written_as_people_write_them():
    assert money(1234.4, "USD") == "1,234 USD"
    assert money(-3, "EUR") == "−3.00 EUR"
    assert money(-0.001, "EUR") == "0.00 EUR"
    assert money_between(Interval(value=2, low=-1, high=250), "USD") == "−1.00 to 250 USD"


def test_a_story_begins_with_its_own_prices_and_a_decision_goes_before_them(store, run):
    model = store.runs.predictions(run.id)
    assert prices_for(run, model).worths[0][0] == 0.28
    kept = store.runs.decide(run.id, simple(model.labels, right=7))
    assert prices_for(kept, model).worths[0][0] == 7
    assert store.runs.decide(run.id, None).decision is None


def test_the_sentence_says_better_only_where_the_interval_leaves_no_doubt():
    asked = simple(("a", "b", "c"), right=1, wrong=-2, person=0.9)
    strong = appraise(simulated(800, skill=4), asked, baselines={"tfidf": (None, simulated(800, skill=4))})
    assert "too early to tell which is better" in spoken(strong)
    assert " more than the best other way: A person for every case" in spoken(appraise(simulated(800, skill=4), asked))
    weak = appraise(simulated(800, skill=0.2), simple(("a", "b", "c"), right=1, wrong=-9))
    assert "Doing nothing brings" in spoken(weak)


def test_a_hostile_class_stays_text_in_the_sentence():
    rows = simulated(300, skill=0.5)
    nasty = "[x](http://evil) **b** <script>"
    asked = simple((nasty, "b", "c"), right=5, wrong=1)
    named = type(rows)(rows.row_ids, tuple(nasty if t == "a" else t for t in rows.targets), asked.labels, rows.scores)
    words = sentence(appraise(named, asked))
    assert "[x](" not in words
    assert "<script>" not in words.replace("\\<", "")


def test_the_page_answers_in_money_and_says_what_each_figure_means(visitor, run):
    visitor.open("payoff", run=run.id)
    assert "For 1,000 cases like these it is worth" in visitor.words()
    assert [metric.label for metric in visitor.app.metric] == [
        "Worth per 1,000",
        "More than next best",
        "Model answers",
        "Right of those",
    ]
    assert all(metric.help for metric in visitor.app.metric)


def test_using_a_decision_keeps_it_with_the_run_and_it_can_be_taken_back(visitor, store, run):
    visitor.open("payoff", run=run.id)
    visitor.button("Use this decision").click().run()
    kept = store.runs.get(run.id).decision
    assert kept.thresholds is not None
    assert (kept.chosen_on, kept.person) == ("validation", 0.33)
    assert visitor.button("Kept").disabled
    visitor.button("Answer as the model says again").click().run()
    assert store.runs.get(run.id).decision is None


def test_dearer_mistakes_leave_more_cases_to_a_person(visitor, run):
    visitor.open("payoff", run=run.id)
    before = float(visitor.app.metric[2].value.rstrip("%"))
    next(box for box in visitor.app.number_input if box.label == "A wrong answer").set_value(-60.0).run()
    assert not visitor.app.exception
    assert float(visitor.app.metric[2].value.rstrip("%")) < before


@pytest.mark.parametrize("tab", ["How much to leave to it", "Thresholds", "If the prices are wrong"])
@pytest.mark.parametrize("person", [True, False])
def test_every_tab_opens_with_and_without_a_person(visitor, store, run, tab, person):
    model = store.runs.predictions(run.id)
    store.runs.decide(run.id, simple(model.labels, right=1, wrong=-2, person=0.3 if person else None))
    visitor.open("payoff", run=run.id, money=tab)
    assert not visitor.app.exception


def test_a_run_without_validation_rows_says_what_was_done_instead(visitor, store, run):
    (store.runs.work_folder(run.id) / "predictions" / "validation.parquet").unlink()
    visitor.open("payoff", run=run.id, money="Thresholds")
    assert "This run kept no validation rows" in visitor.words()


def test_thresholds_set_by_hand_stay_as_they_were_set(visitor, store, run):
    labels = store.runs.predictions(run.id).labels
    by_hand = simple(labels, person=0.1).model_copy(
        update={"thresholds": (0.7,) * len(labels), "rule": "hand", "chosen_on": "hand"}
    )
    store.runs.decide(run.id, by_hand)
    visitor.open("payoff", run=run.id, money="Thresholds")
    assert visitor.button("Kept").disabled
    assert "Set by hand." in visitor.words()
    box = next(box for box in visitor.app.selectbox if box.label == "How it decides")
    box.set_value("one").run()
    assert not visitor.app.exception
    assert not visitor.button("Use this decision").disabled


HOSTILE = (
    "<script>alert(1)</script>",
    "[x](http://evil) :tada: $a$",
    "=cmd|'/c calc'!A1",
    "\u202eright to left " + "x" * 10_000,
)


@pytest.mark.parametrize("tab", ["Other ways", "Thresholds", "If the prices are wrong"])
def test_hostile_classes_and_currencies_stay_text(visitor, store, tab):
    run = seed.finished(store, seed.newsdesk(store, 300), quickly=True, rows=300, labels=HOSTILE)
    asked = simple(HOSTILE, right=1, wrong=-2, person=0.5, currency="<b>$</b>").model_copy(
        update={"nothing": HOSTILE[1]}
    )
    store.runs.decide(run.id, asked)
    visitor.open("payoff", run=run.id, money=tab)
    written = [one.value for kind in ("markdown", "caption") for one in visitor.app.get(kind)]
    assert not any("<script>" in text or "[x](http" in text or " :tada:" in text for text in written)
    assert not any(len(text) > 2_000 for text in written)
    assert not any(one.allow_html for kind in ("markdown",) for one in visitor.app.get(kind))


def test_the_command_says_what_the_page_says(store, run, tmp_path, capsys):
    from dashboard.commands.payoff import payoff

    costs = tmp_path / "costs.toml"
    costs.write_text('currency = "EUR"\nright = 1\nwrong = -5\nperson = 0.5\n[worths.earn]\nacq = -20\n')
    payoff(run.id, costs=costs, keep=True, home=store.home, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["currency"], told["kept"], told["rows"]) == ("EUR", True, 700)
    assert {"value", "low", "high"} == set(told["value_per_1000"])
    assert {"nothing", "person", "always", "tfidf"} == set(told["against"])
    decision = store.runs.get(run.id).decision
    assert decision.worths[decision.labels.index("earn")][decision.labels.index("acq")] == -20
    payoff(run.id, forget=True, home=store.home)
    assert "1,000 cases" in capsys.readouterr().out
    assert store.runs.get(run.id).decision is None


@pytest.mark.parametrize(
    ("stands", "gain", "says"),
    [
        ("better", (4, 2, 6), ""),
        ("unknown", (0, -2, 6), ""),
        ("unknown", (4, 2, 6), "it is better in money, and by accuracy too early to tell"),
        ("better", (-4, -6, -2), "it is worse in money, and by accuracy better"),
    ],
)
def test_money_and_quality_never_differ_unsaid(store, stands, gain, says):
    run = seed.finished(store, seed.newsdesk(store), quickly=True)
    value, low, high = (number / 100 for number in gain)
    beside = BesideBaseline("tfidf", Verdict(stands, Interval(value=value, low=low, high=high), 0.01))
    said = quality_sentence(run, beside, Interval(value=gain[0], low=gain[1], high=gain[2]))
    assert says in said
    assert bool(said) == bool(says)


@pytest.fixture
def unpriced(store):
    return seed.finished(store, seed.newsdesk(store, 300), quickly=True, rows=300)


def test_nothing_is_said_in_money_before_both_prices_are_entered(visitor, unpriced):
    visitor.open("payoff", run=unpriced.id)
    assert "Then money is counted." in visitor.words()
    assert not visitor.app.metric
    _amount(visitor, "A right answer").set_value(2.0).run()
    assert not visitor.app.metric
    _amount(visitor, "A wrong answer").set_value(-5.0).run()
    assert not visitor.app.exception
    assert visitor.app.metric[0].label == "Worth per 1,000"
    assert visitor.app.metric[0].value.endswith("USD")


def test_the_table_of_outcomes_starts_empty_where_no_prices_are_set(visitor, unpriced):
    visitor.open("payoff", run=unpriced.id)
    visitor.app.segmented_control(key=f"prices-{unpriced.id}:kind").set_value("all").run()
    assert not visitor.app.exception
    assert not visitor.app.metric


def test_a_person_without_a_price_leaves_the_money_uncounted(visitor, store, unpriced):
    store.runs.decide(unpriced.id, simple(store.runs.predictions(unpriced.id).labels))
    visitor.open("payoff", run=unpriced.id)
    assert visitor.app.metric
    visitor.app.toggle(key=f"prices-{unpriced.id}:there").set_value(True).run()
    assert not visitor.app.metric
    _amount(visitor, "What a person costs for each case").set_value(0.5).run()
    assert visitor.app.metric


def test_the_command_asks_for_prices_where_none_are_set(store, unpriced, capsys):
    from dashboard.commands.payoff import payoff

    with pytest.raises(ConfigError, match="No prices are set"):
        payoff(unpriced.id, home=store.home)
    store.runs.decide(unpriced.id, simple(store.runs.predictions(unpriced.id).labels))
    payoff(unpriced.id, forget=True, home=store.home)
    assert "answers as the model says again" in capsys.readouterr().out


def _amount(visitor, label):
    return next(box for box in visitor.app.number_input if box.label == label)
