import pandas as pd
import pytest

from core.config import make_config
from dashboard.quoting import mean_tokens, quote_for, speeds
from tests.dashboard import seed, seed_numbers, seed_pictures


def test_a_quote_is_a_range_of_minutes_with_memory_and_reasons(store):
    dataset = seed.newsdesk(store)
    found = quote_for(store, seed.config(dataset))
    assert 0 < found.minutes_low <= found.minutes_high
    assert found.memory_gb > 0
    assert found.reasons


def test_more_rows_take_longer(store):
    few, many = seed.newsdesk(store, 200, "few"), seed.newsdesk(store, 3000, "many")
    quotes = [quote_for(store, seed.config(one, preset="balanced", epochs=3)) for one in (few, many)]
    assert quotes[0].minutes_high < quotes[1].minutes_high


def test_fewer_labelled_rows_a_class_take_less_time(store):
    dataset = seed.newsdesk(store, 3000)
    whole = quote_for(store, seed.config(dataset, preset="balanced", epochs=3))
    some = quote_for(store, seed.config(dataset, preset="balanced", epochs=3, rows_per_class=10))
    assert some.minutes_high < whole.minutes_high


def test_a_limit_on_labelled_rows_is_one_for_all_where_answers_are_numbers(store):
    rated = seed_numbers.rated(store, 1000)
    config = seed.config(rated, preset="quick", rows_per_class=30, **seed_numbers.COLUMNS)
    assert "30 rows to learn from" in quote_for(store, config).reasons[0]


def test_finished_runs_say_how_quick_this_machine_is(store):
    dataset = seed.newsdesk(store)
    assert speeds(store) == []
    seed.finished(store, dataset, quickly=True)
    seed.failed(store, dataset, "It broke.")
    assert {speed.method for speed in speeds(store)} == {"frozen", "answering"}
    assert all(speed.device == "cpu" for speed in speeds(store))


@pytest.mark.parametrize(
    ("texts", "least", "most"),
    [
        (["one two three four"] * 9, 5, 9),
        (["\u4f60\u597d\u4e16\u754c"] * 9, 5, 9),
        (["word " * 500] * 9, 128, 128),
        ([None], 0, 0),
    ],
)
def test_the_length_of_texts_is_guessed_in_tokens(texts, least, most):
    frame = pd.DataFrame({"text": texts})
    assert least <= mean_tokens(frame, make_config()) <= most


def test_the_page_shows_the_quote_before_start(visitor, store):
    visitor.open("train", dataset=seed.newsdesk(store).id)
    assert "Will take about" in [metric.label for metric in visitor.app.metric]


@pytest.mark.parametrize(
    "settings", [{"method": "scratch"}, {"preset": "balanced"}], ids=["from scratch", "pretrained"]
)
def test_pictures_are_quoted_and_the_page_shows_it(visitor, store, settings):
    dataset = seed_pictures.shapes(store, each=4)
    found = quote_for(store, seed.config(dataset, **{**seed_pictures.COLUMNS, **settings}))
    assert 0 < found.minutes_low <= found.minutes_high
    assert found.memory_gb > 0.8
    side = 48 if settings.get("method") else 96
    assert f"read at {side} x {side} pixels" in found.reasons[0]
    visitor.open("train", dataset=dataset.id)
    assert "Will take about" in [metric.label for metric in visitor.app.metric]
    assert any("pixels" in text.value for text in visitor.app.markdown)
