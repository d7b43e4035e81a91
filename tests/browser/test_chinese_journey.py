"""The first demo and the comparison of three runs, walked by somebody whose browser is Chinese."""

import re
import secrets

import pytest
from playwright.sync_api import Browser, expect

from core.scenarios import SCENARIOS
from storage import Store
from tests.browser.browser import settled
from tests.browser.person import LOCALES, Person
from tests.browser.test_journeys import TRAINS_MS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
ENGLISH = re.compile(r"\b(?:the|of|and|is|are|this|that|with|than|right|better|model)\b")


def test_from_the_first_screen_to_an_answer_and_three_compared(browser: Browser, tuneboard, home_of_all):
    context = browser.new_context(locale=LOCALES["zh"], viewport={"width": 1280, "height": 900})
    page = context.new_page()
    person = Person(page, "zh")
    story = SCENARIOS["finance-newsdesk"]
    page.goto(tuneboard)
    expect(page.get_by_role("heading", name=person.words("Teach a model with your own rows"))).to_be_visible()
    person.press("Open the newsdesk")
    expect(page.get_by_role("heading", name=person.words(story.title))).to_be_visible()
    person.press("Start")
    person.press("See how good it is", wait_ms=TRAINS_MS)
    settled(page)
    expect(page.get_by_test_id("stPlotlyChart").first).to_be_visible()
    run = re.search(r"run=([^&]+)", page.url)
    assert run

    person.press("Try it")
    person.press("Oil")
    expect(page.get_by_text(person.words("Confidence"), exact=True)).to_be_visible(timeout=90_000)
    assert person.clicks <= 5

    other = second(Store.open(home_of_all), run[1])
    page.goto(f"{tuneboard}/runs?run={other}")
    expect(page.get_by_role("button", name=person.words("See how good it is"))).to_be_visible(timeout=TRAINS_MS)
    page.goto(f"{tuneboard}/compare?runs={run[1]},{other},{run[1]}:tfidf")
    settled(page)
    expect(page.get_by_test_id("stPlotlyChart").first).to_be_visible()
    assert ENGLISH.findall(page.get_by_test_id("stMain").inner_text()) == []
    for tab in page.get_by_role("tab").all():
        tab.click()
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


def second(store: Store, run_id: str) -> str:
    """The same settings from another seed, queued as the command line does."""
    first = store.runs.get(run_id)
    return store.runs.queue(first.config.model_copy(update={"seed": 1, "name": "二号"}), secrets.token_hex(8)).id
