"""Names and rows that try to come alive: on every page and in what is taken away they stay text."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from storage import Run, Store
from tests.browser.browser import settled
from tests.dashboard import seed
from tests.dashboard.server import dashboard

TABS = ("Slices", "Fairness", "Labels", "Calibration")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Run]]:
    store = Store.open(tmp_path_factory.mktemp("hostile") / "home")
    yield store, seed.looked_into(store, 900, hostile=seed.HOSTILE, name=seed.HOSTILE[:200])
    store.close()


@pytest.fixture(scope="module")
def address(run: tuple[Store, Run]) -> Iterator[str]:
    with dashboard(run[0].home) as address:
        yield address


def opened(visit, address: str, run: Run, tab: str) -> Page:
    visit.page.on("dialog", lambda dialog: visit.complaints.append(dialog.message))
    visit.page.goto(f"{address}/inspect?run={run.id}&inside={tab}")
    settled(visit.page)
    expect(visit.page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
    return visit.page


@pytest.mark.parametrize("tab", TABS)
def test_nothing_comes_alive_on_any_tab(visit, address, run, tab):
    page = opened(visit, address, run[1], tab)
    shown = "[data-testid=stPlotlyChart], [data-testid=stDataFrame]"
    expect(page.get_by_text("Which label is right?") if tab == "Labels" else page.locator(shown).first).to_be_visible()
    assert page.locator("script", has_text="alert(1)").count() == 0
    assert page.locator("a[href*='evil.example']").count() == 0
    assert visit.complaints == []
    assert visit.strangers(address) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize(
    "place",
    [
        "",
        "runs",
        "runs?run={run}",
        "data?dataset={dataset}",
        "evaluate?run={run}&view=Mix-ups",
        "evaluate?run={run}&view=Wrong rows",
        "compare?runs={run},{run}:tfidf",
        "compare?runs={run},{run}:tfidf&view=Rows that changed",
        "compare?runs={run},{run}:tfidf&view=Curves",
        "compare?runs={run},{run}:tfidf&view=Mix-ups",
        "payoff?run={run}",
        "labels?run={run}",
        "predict?run={run}",
        "share?runs={run}",
    ],
)
def test_nothing_comes_alive_on_any_page(visit, address, run, place):
    page = visit.page
    page.on("dialog", lambda dialog: visit.complaints.append(dialog.message))
    page.goto(f"{address}/{place.format(run=run[1].id, dataset=run[1].dataset_id)}")
    settled(page)
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    assert page.locator("script", has_text="alert(1)").count() == 0
    assert page.locator("a[href*='evil.example']").count() == 0
    assert visit.complaints == []
    assert visit.strangers(address) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_a_hostile_name_is_shown_as_it_was_written(visit, address, run):
    page = opened(visit, address, run[1], "Fairness")
    expect(
        page.get_by_test_id("stMarkdownContainer").filter(has_text="=cmd|' /C calc'!A0 <script>").first
    ).to_be_visible()


def taken(page: Page, button: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).last.click()
    return Path(download.value.path()).read_bytes()


def read(page: Page) -> Page:
    """The doubted training rows: a table of hostile labels to download."""
    page.get_by_text("Training set").click()
    page.get_by_role("button", name="Read the training rows").click()
    expect(page.get_by_role("button", name="Make the mended dataset")).to_be_visible()
    return page


def test_no_cell_of_a_downloaded_csv_begins_a_formula(visit, address, run):
    page = read(opened(visit, address, run[1], "Labels"))
    rows = list(csv.reader(io.StringIO(taken(page, "Download as CSV").decode("utf-8-sig"))))
    cells = [cell for row in rows for cell in row]
    assert any(cell.startswith("'=cmd|") for cell in cells)
    assert not [cell for cell in cells if cell.startswith(FORMULA)]


def test_no_cell_of_a_downloaded_workbook_is_a_formula(visit, address, run):
    page = read(opened(visit, address, run[1], "Labels"))
    (sheet,) = openpyxl.load_workbook(io.BytesIO(taken(page, "Download as Excel"))).worksheets
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert any(str(cell.value).startswith("=cmd|") for cell in cells)
    assert not [cell for cell in cells if cell.data_type == "f"]
