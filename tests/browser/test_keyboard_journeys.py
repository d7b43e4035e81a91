"""Whole journeys without a mouse: the first demo, and from an own file to predictions."""

from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Error, Locator, Page, expect

from core.scenarios import SCENARIOS
from tests.browser.browser import settled
from tests.browser.test_journeys import TRAINS_MS, tickets

pytestmark = pytest.mark.timeout(900)
MOST_STOPS = 120


def reach(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press `key` until the element has the focus."""
    expect(wanted).to_be_visible(timeout=TRAINS_MS)
    expect(wanted).to_be_enabled()
    for _ in range(MOST_STOPS):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} never reaches {wanted}.")


def press(page: Page, label: str) -> None:
    """Walk to a button and press Enter."""
    reach(page, page.get_by_role("button", name=label, exact=True).first)
    page.keyboard.press("Enter")


def choose_file(page: Page, path: Path) -> None:
    """Walk to the upload and choose a file in the browser's own window; one that is drawn anew loses the focus."""
    settled(page)
    for _ in range(6):
        reach(page, page.get_by_test_id("stFileUploaderDropzone").locator("button").first)
        with suppress(Error), page.expect_file_chooser(timeout=5_000) as chooser:
            page.keyboard.press("Enter")
            chooser.value.set_files(path)
            return
    raise AssertionError("No window to choose a file in was opened.")


def trained(page: Page) -> None:
    press(page, "Start")
    press(page, "See how good it is")
    expect(page.get_by_text("test texts right")).to_be_visible()


@pytest.mark.slow
def test_the_first_demo(visit, tuneboard):
    page = visit.page
    page.goto(tuneboard)
    press(page, "Open the newsdesk")
    expect(page.get_by_role("heading", name="Which desk gets this story?")).to_be_visible()
    trained(page)
    press(page, "Try it")
    example = next(one for one in SCENARIOS["finance-newsdesk"].examples if one.answer == "Oil")
    press(page, example.answer)
    expect(page.get_by_role("heading", name="Oil")).to_be_visible(timeout=90_000)


@pytest.mark.slow
def test_from_an_own_file_to_predictions(visit, tuneboard, newsdesk, tmp_path):
    page = visit.page
    page.goto(f"{tuneboard}/data")
    expect(page.get_by_role("heading", name="Data", exact=True)).to_be_visible()
    choose_file(page, tickets(tmp_path / "tickets.csv", newsdesk))
    expect(page.get_by_role("heading", name="tickets.csv")).to_be_visible()
    press(page, "Train on these rows")
    expect(page.get_by_text("Will take about")).to_be_visible()
    trained(page)
    press(page, "Try it")
    settled(page)
    reach(page, page.get_by_role("tab").first)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="A file")).to_have_attribute("aria-selected", "true")
    asked = tmp_path / "ask.csv"
    pd.DataFrame({"Meldung": ["crude oil prices rose", "net profit of the quarter"]}).to_csv(asked, index=False)
    choose_file(page, asked)
    press(page, "Answer 2 rows")
    reach(page, page.get_by_role("button", name="Download as CSV", exact=True))
    with page.expect_download(timeout=90_000) as download:
        page.keyboard.press("Enter")
    assert pd.read_csv(download.value.path())["answer"].iloc[0] == "Oil"
