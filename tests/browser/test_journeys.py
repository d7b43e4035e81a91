"""The product's promise, walked in a real browser against all its processes."""

from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from core.scenarios import SCENARIOS
from storage import Store
from tests.dashboard import seed
from tests.dashboard.server import dashboard

TRAINS_MS = 240_000
pytestmark = pytest.mark.timeout(600)


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).first.click()


def watch_until_done(page: Page) -> None:
    """The live view shows stages and charts by itself, and the way on when the run has ended."""
    expect(page.get_by_text("Prepare").first).to_be_visible()
    expect(page.get_by_role("button", name="See how good it is")).to_be_visible(timeout=TRAINS_MS)


def test_from_the_first_screen_to_an_answer(visit, tuneboard):
    page = visit.page
    page.goto(tuneboard)
    expect(page.get_by_role("heading", name="Teach a model with your own rows")).to_be_visible()

    press(page, "Open the newsdesk")
    expect(page.get_by_role("heading", name="Which desk gets this story?")).to_be_visible()
    press(page, "Start")
    watch_until_done(page)
    assert "run=" in page.url

    press(page, "See how good it is")
    expect(page.get_by_text("of 2,189 test texts right")).to_be_visible()
    expect(page.get_by_test_id("stPlotlyChart").first).to_be_visible()

    press(page, "Try it")
    example = next(one for one in SCENARIOS["finance-newsdesk"].examples if one.answer == "Oil")
    press(page, example.answer)
    expect(page.get_by_role("heading", name="Oil")).to_be_visible(timeout=90_000)
    expect(page.get_by_text("Confidence", exact=True)).to_be_visible()
    warning = page.get_by_text("unlike what the model learned from")
    expect(warning).to_have_count(0)

    page.locator("textarea").first.fill("The cat slept on the warm windowsill all afternoon.")
    press(page, "Ask the model")
    expect(warning).to_be_visible(timeout=90_000)
    press(page, "Show the nearest training rows")
    expect(page.get_by_text("The nearest training rows stand below.")).to_be_visible()
    assert visit.strangers(tuneboard) == []
    assert visit.complaints == []


def tickets(path: Path, newsdesk: pd.DataFrame) -> Path:
    """A customer's own file: other names for the columns, semicolons, Windows-1252."""
    rows = newsdesk[newsdesk["label"].isin(["Earnings", "Mergers and acquisitions", "Oil"])]
    rows = rows.groupby("label").head(80).rename(columns={"text": "Meldung", "label": "Zuständig"})
    rows[["Meldung", "Zuständig"]].to_csv(path, sep=";", index=False, encoding="cp1252")
    return path


@pytest.mark.slow
def test_from_an_uploaded_file_to_a_table_of_answers(visit, tuneboard, newsdesk, tmp_path):
    page = visit.page
    page.goto(f"{tuneboard}/data")
    page.locator('input[type="file"]').first.set_input_files(tickets(tmp_path / "tickets.csv", newsdesk))
    expect(page.get_by_role("heading", name="tickets.csv")).to_be_visible()
    expect(page.get_by_text("240 rows")).to_be_visible()
    expect(page.get_by_role("combobox", name="Which column holds the right answer?")).to_have_value("Zuständig")

    press(page, "Train on these rows")
    expect(page.get_by_text("Will take about")).to_be_visible()
    press(page, "Start")
    watch_until_done(page)
    press(page, "See how good it is")
    expect(page.get_by_text("test texts right")).to_be_visible()

    press(page, "Try it")
    page.get_by_role("tab", name="A file").click()
    asked = tmp_path / "ask.csv"
    pd.DataFrame({"Meldung": ["crude oil prices rose", "net profit of the quarter", "=1+1"]}).to_csv(asked, index=False)
    page.locator('input[type="file"]').first.set_input_files(asked)
    press(page, "Answer 3 rows")
    with page.expect_download(timeout=90_000) as download:
        page.get_by_role("button", name="Download as CSV", exact=True).click(timeout=90_000)
    answered = pd.read_csv(download.value.path())
    assert len(answered) == 3
    assert answered["Meldung"].iloc[2] == "'=1+1"
    assert answered["answer"].iloc[0] == "Oil"
    assert visit.strangers(tuneboard) == []


def test_a_double_click_is_one_run_that_outlives_the_tab_and_shows_in_a_second_dashboard(
    visit, browser, tuneboard, home_of_all
):
    store = Store.open(home_of_all)
    dataset = seed.newsdesk(store, 120)
    before = {run.id for run in store.runs.list()}
    visit.page.goto(f"{tuneboard}/train?dataset={dataset.id}")
    visit.page.get_by_role("button", name="Start", exact=True).dblclick()
    expect(visit.page.get_by_text("Prepare").first).to_be_visible()
    (run,) = [run for run in store.runs.list() if run.id not in before]
    visit.page.close()

    with dashboard(home_of_all) as second:
        page = browser.new_page()
        page.goto(f"{second}/runs?run={run.id}")
        # The run may have ended before this second dashboard was up; then its stages are no longer shown.
        expect(page.get_by_role("button", name="See how good it is")).to_be_visible(timeout=TRAINS_MS)
        page.close()
    assert [one.id for one in store.runs.list() if one.id not in before] == [run.id]
    assert store.runs.get(run.id).status == "succeeded"
