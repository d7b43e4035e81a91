from dataclasses import replace

import numpy as np
import pytest

from core.evaluation.records import Interval
from core.searches import MODEL, SEARCHES, Prices, Search, fit, levels, meeting, net_worth, stop_at
from dashboard.answers.curve_words import curves_counted
from dashboard.answers.number.label_curve import NumberCurve
from dashboard.answers.number.scale import Scale
from dashboard.answers.one_class.label_curve import ClassCurve
from dashboard.charts import label_curve
from dashboard.charts import net_worth as net_worth_chart
from dashboard.parts.labels.curve import _measured
from dashboard.sentences import label_curve as label_words
from tests.core.searches.made import TFIDF_LAW, Law, curve_points, number_points, points
from tests.dashboard import seed, seed_numbers, seed_pictures


@pytest.fixture
def news(store):
    return seed.newsdesk(store, 2189, scenario="finance-newsdesk")


@pytest.fixture
def search(store, news):
    return seed.searched(store, news)


def test_one_press_starts_one_search_and_opens_it(visitor, store, news):
    run = seed.finished(store, news, quickly=True)
    visitor.open("labels", run=run.id)
    visitor.button("Measure it").click().run()
    (search,) = store.runs.list(kind="search")
    assert search.search.sizes == (8, 25, 100, 300)
    assert search.search.draws == 3
    assert search.config.model == run.config.model
    assert visitor.app.query_params["search"] == search.id
    assert "Waiting for its turn: it is the next one." in visitor.words()


def test_sizes_no_class_has_are_not_offered(visitor, store):
    small = seed.newsdesk(store, 120)
    run = seed.finished(store, small, quickly=True)
    visitor.open("labels", run=run.id)
    assert "8, 25 labels a class" in visitor.words()


def test_the_evaluate_page_leads_there(visitor, store, news):
    run = seed.finished(store, news, quickly=True)
    visitor.open("evaluate", run=run.id)
    visitor.button("How many labels pay").click().run()
    assert visitor.button("Measure it")


def test_a_finished_search_says_who_is_ahead_what_more_brings_and_when_to_stop(visitor, search):
    visitor.open("labels", search=search.id)
    words = visitor.words()
    assert "more right answers in 1,000" in words
    assert "twice the labels (4,800)" in words
    assert "Stop at about" in words
    assert "MiniLM with a small head" in words
    table = visitor.app.dataframe[0].value
    assert list(table["Labels in all"]) == ["64", "200", "800", "2,400"]


def test_prices_stand_in_the_address_and_change_where_to_stop(visitor, search):
    visitor.open("labels", search=search.id, price="30")
    assert "of the smallest size are probably enough" in visitor.words()


def test_a_running_search_shows_what_it_has_and_can_be_stopped(visitor, store, news):
    search = seed.searched(store, news, draws=2, done=False)
    visitor.open("labels", search=search.id)
    assert "8 of 8" in "".join(bar.text for bar in visitor.app.progress)
    visitor.button("Stop").click().run()
    assert store.runs.get(search.id).stopping


def test_after_one_draw_nobody_is_called_ahead(visitor, store, news):
    search = seed.searched(store, news, draws=2, done=False)
    for path in (store.runs.work_folder(search.id) / "points").glob("*-1.parquet"):
        path.unlink()
    visitor.open("labels", search=search.id)
    assert "Who is ahead is said once" in visitor.words()
    assert "Stop at about" not in visitor.words()


@pytest.mark.parametrize("page", ["runs", "evaluate", "predict", "home"])
def test_no_page_takes_a_search_for_a_run(page, visitor, store, news, search):
    run = seed.finished(store, news, quickly=True, name="A run")
    visitor.open(page)
    for table in visitor.app.dataframe:
        assert search.name not in str(table.value)
    for box in visitor.app.selectbox:
        assert search.name not in str(box.options)
    assert run.name in visitor.words() or run.name in "".join(
        str(one) for one in [*(t.value for t in visitor.app.dataframe), *(b.options for b in visitor.app.selectbox)]
    )


def test_home_shows_a_search_that_works_and_leads_to_it(visitor, store, news):
    search = seed.searched(store, news, done=False)
    visitor.open("home")
    assert "12 of 12" in "".join(bar.text for bar in visitor.app.progress)
    assert search.status == "running"


def test_the_address_of_a_search_as_a_run_leads_to_its_own_page(visitor, search):
    visitor.open("runs", run=search.id)
    assert visitor.app.title[0].value == "How many labels pay"
    assert "twice the labels" in visitor.words()


def test_the_address_of_a_run_as_a_search_says_so(visitor, store, news):
    run = seed.finished(store, news, quickly=True)
    visitor.open("labels", search=run.id)
    assert "no curve of labels" in visitor.words()


def test_resetting_a_story_takes_its_searches_away(store, search):
    from core.scenarios import SCENARIOS
    from dashboard.intake.scenario import reset

    reset(store, SCENARIOS["finance-newsdesk"])
    assert store.runs.list(kind=None) == []
    assert store.datasets.list() == []


def chart(drawn):
    axis = ClassCurve().axis()
    return label_curve(drawn, y=axis.title, ticks=axis.ticks, reading=axis.reading, shown=axis.shown)


def said(**more):
    found = levels(points(**more))
    return found, ClassCurve().ahead(found, "MiniLM", "the TF-IDF baseline")


def test_the_sentence_names_the_size_from_which_the_start_is_not_ahead():
    _, sentence = said(judges=20_000, luck=0.01)
    assert "MiniLM gets **" in sentence
    assert "a class (" in sentence
    assert "cannot tell the two apart" in sentence or "the TF-IDF baseline is ahead" in sentence


def test_the_sentence_claims_nothing_where_the_rows_cannot_tell():
    equal = Law(0.03, 0.6, 0.6)
    _, sentence = said(model=equal, tfidf=equal, judges=300)
    assert "At no size" in sentence


def test_the_sentence_says_where_the_start_is_always_behind():
    _, sentence = said(model=Law(0.2, 1.3, 0.6), tfidf=Law(0.02, 0.6, 0.6))
    assert "the pretrained start does not pay here" in sentence


def test_hostile_names_stay_text():
    found = levels(points(judges=20_000, luck=0.01))
    sentence = ClassCurve().ahead(found, "[x](http://y) <script>", "the TF-IDF baseline")
    assert "[x](" not in sentence
    assert "<script>" not in sentence
    measured = _measured(points(), found, fit(found, MODEL), MODEL, "<script>alert(1)</script>")
    assert "<script>" not in chart([measured]).figure.to_json().replace("\\u003c", "<")


@pytest.mark.parametrize(
    ("number", "shown"), [(7.4, "7"), (64, "64"), (432, "430"), (1597, "1,600"), (12_345, "12,000")]
)
def test_a_number_of_labels_is_said_no_finer_than_it_is_known(number, shown):
    assert label_words.about(number) == shown


def test_the_chart_is_dotted_beyond_what_was_measured():
    found = levels(points())
    figure = chart([_measured(points(), found, fit(found, who), who, who) for who in found.who]).figure
    dotted = [trace for trace in figure.data if getattr(trace.line, "dash", None) == "dot"]
    solid = [trace for trace in figure.data if getattr(trace.line, "dash", None) == "solid"]
    assert all(np.max(trace.x) > 1597 for trace in dotted)
    assert all(np.max(trace.x) <= 1597 for trace in solid)


def test_where_the_lines_meet_is_said_no_surer_than_it_is():
    found = levels(points(1, judges=20_000, luck=0.01))
    fits = {who: fit(found, who) for who in found.who}
    meet = meeting(fits[MODEL], fits["tfidf"], found.rows)
    assert label_words.about(meet.value) in label_words.where_they_meet(meet, found.rows)
    assert "beyond 1,597" in label_words.where_they_meet(meet.model_copy(update={"high": 1597.0}), found.rows)


def test_a_curve_that_follows_no_law_foretells_nothing(visitor, store, news):
    search = seed.searched(store, news)
    for path in (store.runs.work_folder(search.id) / "points").glob("*.parquet"):
        path.unlink()
    for point in curve_points(lambda rows: 0.05 + 0.55 / (1 + (rows / 400) ** 2), TFIDF_LAW.error, 2):
        point.write(store.runs.work_folder(search.id) / "points")
    visitor.open("labels", search=search.id)
    words = visitor.words()
    assert "**MiniLM with a small head**: the curve is not regular enough to say." in words
    assert "**TF-IDF baseline**: twice the labels (3,194) would bring" in words
    assert "with TF-IDF baseline" in words
    assert "would do best with about" not in words


def test_two_curves_that_follow_no_law_say_so_once(visitor, store, news):
    search = seed.searched(store, news)
    for path in (store.runs.work_folder(search.id) / "points").glob("*.parquet"):
        path.unlink()
    curve = lambda rows: 0.05 + 0.55 / (1 + (rows / 400) ** 2)  # noqa: E731
    for point in curve_points(curve, curve, 2):
        point.write(store.runs.work_folder(search.id) / "points")
    visitor.open("labels", search=search.id)
    words = visitor.words()
    assert "These curves are not regular enough to say" in words
    assert "twice the labels" not in words
    assert "Stop at about" not in words
    assert "fitted line" not in words


def test_a_place_to_stop_that_may_lie_beyond_every_forecast_says_so():
    law, prices = fit(levels(points()), MODEL), Prices(label=1.0, error=1.0, cases=1000)
    rows = Interval(value=2000, low=900, high=4 * law.largest)
    words = label_words.when_to_stop(
        replace(stop_at(law, prices), rows=rows, beyond=False), law, prices, name="x", smallest=64, currency="EUR"
    )
    assert words.startswith("**Stop at about 2,000 labels** (900 to 6,400, or more)")


def test_where_labels_cost_next_to_nothing_the_sentence_says_to_go_on():
    found = levels(points())
    law, prices = fit(found, MODEL), Prices(label=0.001, error=50.0, cases=1_000_000)
    words = label_words.when_to_stop(stop_at(law, prices), law, prices, name="x", smallest=64, currency="EUR")
    assert words.startswith("**Keep labelling.**")
    assert "3,194" in words


@pytest.mark.parametrize(
    ("value", "low", "high", "says"),
    [
        (30, 20, 50, "**The 64 labels of the smallest size are enough.**"),
        (30, 5, 900, "**The 64 labels of the smallest size are probably enough.**"),
        (9000, 4000, 20000, "**Keep labelling.**"),
        (9000, 900, 20000, "**Probably keep labelling.**"),
    ],
)
def test_when_to_stop_is_said_no_surer_than_it_is(value, low, high, says):
    law, prices = fit(levels(points()), MODEL), Prices(label=1.0, error=1.0, cases=1000)
    stop = replace(stop_at(law, prices), rows=Interval(value=value, low=low, high=high), beyond=False)
    words = label_words.when_to_stop(stop, law, prices, name="x", smallest=64, currency="EUR")
    assert words.startswith(says)


@pytest.fixture
def ratings(store):
    return seed_numbers.rated(store, 2000, scenario="media-rating")


def test_a_curve_of_numbers_asks_for_labels_in_all(visitor, store, ratings):
    run = seed_numbers.finished(store, ratings)
    visitor.open("labels", run=run.id)
    words = visitor.words()
    assert "Learns from 50, 150, 500, 1,500 labels, each number of them drawn 3 times" in words
    assert "TF-IDF baseline learns from the same draws." in words
    visitor.button("Measure it").click().run()
    (search,) = store.runs.list(kind="search")
    assert search.search.sizes == (50, 150, 500, 1500)


def test_a_curve_of_numbers_speaks_of_errors_in_their_own_unit(visitor, store, ratings):
    search = seed_numbers.searched(store, ratings, scenario="media-rating")
    visitor.open("labels", search=search.id)
    words = visitor.words()
    assert "nearer to the truth" in words
    assert "twice the labels (3,000) would bring answers" in words
    assert "right answers" not in words
    assert "a class" not in words
    assert visitor.app.number_input(key="worth").value == pytest.approx(0.6)
    assert "One unit off, in USD" in [box.label for box in visitor.app.number_input]
    table = visitor.app.dataframe[0].value
    assert list(table.columns) == [
        "Labels in all",
        "Draws",
        "MiniLM with a small head",
        "TF-IDF baseline",
        "The first is",
    ]
    found = levels(store.runs.points(search.id))
    first = found.reached(MODEL)[0]
    assert table["MiniLM with a small head"][0] == f"{first.value:.3f} ({first.low:.3f}–{first.high:.3f})"


def test_several_curves_of_the_same_rows_are_counted_and_each_claims_less(visitor, store, ratings):
    first = seed_numbers.searched(store, ratings)
    visitor.open("labels", search=first.id)
    assert "label curves of these rows were counted" not in visitor.words()
    second = seed_numbers.searched(store, ratings)
    assert curves_counted(store, second) == 2
    visitor.open("labels", search=first.id)
    assert "2 label curves of these rows were counted." in visitor.words()
    seed_numbers.searched(store, ratings, **{"task.target": "title"})
    assert curves_counted(store, first) == 2


def test_the_unit_of_the_rows_stands_beside_numbers(visitor, store):
    minutes = seed_numbers.rated(store, 400, unit=" min")
    search = seed_numbers.searched(store, minutes, sizes=(50, 100, 200, 300))
    visitor.open("labels", search=search.id)
    assert " min" in visitor.words()
    assert "One min off, in money" in [box.label for box in visitor.app.number_input]


@pytest.mark.parametrize(
    ("model", "ridge", "says"),
    [
        (Law(0.2, 4, 0.5), Law(0.4, 9, 0.5), "**MiniLM is ahead** of the TF-IDF baseline."),
        (Law(0.4, 9, 0.5), Law(0.2, 4, 0.5), "**the TF-IDF baseline is ahead** of MiniLM."),
        (Law(0.4, 6, 0.5), Law(0.4, 6, 0.5), "With no number of labels can these test rows tell"),
        (
            Law(0.4, 4, 0.3),
            Law(0.05, 40, 0.8),
            "nearer to the truth** on average than those of the TF-IDF baseline. With ",
        ),
    ],
)
def test_who_is_ahead_with_numbers_is_said_as_the_intervals_allow(model, ridge, says):
    found = levels(number_points(model=model, ridge=ridge, judges=3000, luck=0.02))
    assert says in NumberCurve(Scale(places=2)).ahead(found, "MiniLM", "the TF-IDF baseline")


def test_the_chart_of_costs_marks_where_they_are_least():
    law = fit(levels(number_points(judges=3000, luck=0.02)), MODEL)
    prices = Prices(label=0.5, error=0.2, cases=10_000)
    told, x = NumberCurve(Scale()).money("EUR"), np.geomspace(50, 6000, 200)
    costs = np.array([-net_worth(law, prices, rows) for rows in x])
    made = net_worth_chart(
        ["A"], x, [costs], best=0, y=told.axis, title=told.title, reading=told.reading, alt=told.best, are_costs=True
    )
    (mark,) = (trace for trace in made.figure.data if trace.mode == "markers")
    assert mark.x[0] == pytest.approx(stop_at(law, prices).rows.value, rel=0.05)
    assert "It costs least with about" in made.alt


def test_a_curve_of_pictures_stands_beside_raw_points(visitor, store):
    shapes = seed_pictures.shapes(store, each=30)
    run, search = seed_pictures.finished(store, shapes, method="scratch"), seed_pictures.searched(store, shapes)
    visitor.open("labels", run=run.id)
    words = visitor.words()
    assert "8, 25 labels a class" in words
    assert "You can stop it; what was measured stays." in words
    visitor.open("labels", search=search.id)
    words = visitor.words()
    assert "raw-pixel baseline" in words
    assert "a network from scratch" in words
    assert {"A network from scratch", "Raw-pixel baseline"} <= set(visitor.app.dataframe[0].value.columns)
    assert "pretrained" not in words


def test_a_search_of_another_kind_has_no_curve(visitor, store, news, monkeypatch):
    from tests.storage.test_searches import Lottery

    monkeypatch.setitem(SEARCHES, "lottery", Search(Lottery, "tests.storage.test_searches:draw_the_lots"))
    lottery = store.runs.queue_search(seed.config(news), Lottery(), "one")
    visitor.open("labels", search=lottery.id)
    assert "no curve of labels" in visitor.words()
