"""Presenter mode tells a scenario in seven slides, with or without a model."""

import pytest

from core.scenarios import SCENARIOS
from dashboard.parts.slides import SLIDES
from tests.dashboard import seed

STORY = "finance-newsdesk"


@pytest.mark.parametrize("step", range(1, len(SLIDES) + 1))
@pytest.mark.parametrize("story", [STORY, "medical-coding"])
def test_every_step_stands_before_anything_was_trained(visitor, store, story, step):
    visitor.open("present", scenario=story, step=str(step))
    assert visitor.app.title[0].value
    assert f"{step} of 7" in visitor.words()
    assert ("For teaching" in visitor.words()) == SCENARIOS[story].for_teaching


def test_the_slides_tell_question_data_before_after_money_the_end_and_try_it(visitor, store):
    run = seed.finished(store, seed.newsdesk(store, 300, scenario=STORY), rows=300, quickly=True)
    visitor.open("present", scenario=STORY)
    assert SCENARIOS[STORY].question in visitor.words()
    seen = []
    for _ in range(6):
        visitor.button("Next").click().run()
        assert not visitor.app.exception
        seen.append(visitor.words())
    data, before, after, money, end, own = seen
    assert "was judged on 300 rows" in data
    assert "TF-IDF baseline" in before
    assert "test texts right" in after
    assert "For 1,000 cases" in money
    assert SCENARIOS[STORY].misuse[0] in end
    assert f"text-{run.id}" in [box.key for box in visitor.app.text_area]
    assert visitor.button("Next").disabled
    assert "Your turn" in own


def test_back_goes_one_step_and_from_the_start_forgets_what_was_asked(visitor, store):
    run = seed.finished(store, seed.newsdesk(store, 300, scenario=STORY), rows=300, quickly=True)
    visitor.open("present", scenario=STORY, step="7")
    visitor.app.text_area[0].set_value("Crude rose").run()
    visitor.button("Back").click().run()
    assert "6 of 7" in visitor.words()
    visitor.button("From the start").click().run()
    assert "1 of 7" in visitor.words()
    assert f"text-{run.id}" not in visitor.app.session_state


@pytest.mark.parametrize("step", ["0", "8", "-1", "x", "٣", "9999999999"])
def test_a_step_that_is_none_is_brought_to_one(visitor, store, step):
    visitor.open("present", scenario=STORY, step=step)
    assert visitor.app.title[0].value


@pytest.mark.parametrize(
    ("story", "titles"),
    [
        (STORY, ("Without a pretrained model", "With a pretrained model")),
        ("finance-credit", ("The baselines", "The trained model")),
    ],
)
def test_the_slides_before_and_after_are_called_what_they_show(visitor, store, story, titles):
    for step, title in zip(("3", "4"), titles, strict=True):
        visitor.open("present", scenario=story, step=step)
        assert visitor.app.title[0].value == title
