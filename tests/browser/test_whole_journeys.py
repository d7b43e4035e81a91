"""From a person's own rows to a link, once for numbers and once for pictures, in a real browser and all processes."""

import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from storage import Run, Store
from tests.browser.browser import settled
from tests.browser.conftest import Visit
from tests.dashboard import seed_numbers
from tests.dashboard.seed_pictures import archive, png

pytestmark = pytest.mark.timeout(900)
TRAINS_MS, ANSWERS_MS = 300_000, 120_000


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).first.click()


def started(page: Page, store: Store) -> Run:
    """Start is pressed, the run is watched to its end; gives it."""
    press(page, "Start")
    expect(page.get_by_text("Prepare").first).to_be_visible()
    expect(page.get_by_role("button", name="See how good it is")).to_be_visible(timeout=TRAINS_MS)
    return store.runs.list()[0]


def again_with_fewer_rows(page: Page, store: Store) -> Run:
    press(page, "Change and run")
    settled(page)
    page.get_by_text("Advanced settings").click()
    for label, value in (("Seed", "1"), ("Validation set, share", "0.4")):
        box = page.get_by_label(label, exact=True)
        box.fill(value)
        box.press("Enter")
        settled(page)
    run = started(page, store)
    assert (run.config.seed, run.config.split.validation) == (1, 0.4)
    return run


def every_tab_opens(page: Page) -> None:
    """Each of the page's own tabs; what stands in one may have tabs too."""
    tabs = page.get_by_role("tablist").first.get_by_role("tab")
    for name in tabs.all_inner_texts():
        tabs.filter(has_text=re.compile(f"^{re.escape(name)}$")).click()
        settled(page)
        expect(page.get_by_text("Something went wrong")).to_have_count(0)


def compared_and_inspected(page: Page, address: str, store: Store, first: Run) -> Run:
    """Another run is asked for, the two are told apart or not, the first is looked into; gives the other."""
    page.goto(f"{address}/runs?run={first.id}")
    second = again_with_fewer_rows(page, store)
    page.goto(f"{address}/compare?runs={first.id},{second.id}")
    settled(page)
    said = page.locator(".st-key-verdict")
    expect(said).to_contain_text(re.compile("is better than|about the same|[Tt]oo early to tell"))
    expect(said).to_contain_text("#2")
    every_tab_opens(page)
    page.goto(f"{address}/inspect?run={first.id}")
    settled(page)
    every_tab_opens(page)
    return second


def reported_and_linked(page: Page, browser: Browser, address: str, runs: tuple[Run, Run], shown: str) -> None:
    """The report is written and small enough, and its link opens for a stranger."""
    page.goto(f"{address}/share?runs={runs[0].id},{runs[1].id}")
    settled(page)
    press(page, "Write the report")
    with page.expect_download(timeout=90_000) as download:
        page.get_by_role("button", name="Download the report").click(timeout=90_000)
    assert Path(download.value.path()).stat().st_size < 8_000_000
    press(page, "Make a link to this report")
    link = page.get_by_test_id("stCode").inner_text().strip()
    context = browser.new_context()
    stranger = Visit(context)
    answer = stranger.page.goto(link)
    assert answer is not None
    assert answer.status == 200
    expect(stranger.page.get_by_text(shown).first).to_be_visible()
    assert stranger.complaints == []
    context.close()


def ratings(path: Path) -> Path:
    """Rated messages as a person keeps them: decimal commas, one without a number, one twice."""
    store = Store.open(path.parent / "elsewhere")
    rows = store.datasets.frame(seed_numbers.rated(store, 400).id)[["text", "rating", "channel"]]
    store.close()
    cells = rows["rating"].astype(str).str.replace(".", ",", regex=False)
    rows = rows.assign(rating=cells)
    rows.loc[3, "rating"] = ""
    pd.concat([rows, rows.iloc[[7]]]).to_csv(path, sep=";", index=False, encoding="utf-8")
    return path


@pytest.mark.slow
def test_numbers_from_an_upload_to_a_link(visit, browser, tuneboard, home_of_all, tmp_path):
    page, store = visit.page, Store.open(home_of_all)
    page.goto(f"{tuneboard}/data")
    page.locator('input[type="file"]').first.set_input_files(ratings(tmp_path / "ratings.csv"))
    expect(page.get_by_role("heading", name="ratings.csv")).to_be_visible()
    target = page.get_by_role("combobox", name="Which column holds the right answer?")
    target.click()
    page.get_by_role("option", name="rating").click()
    settled(page)
    expect(page.get_by_text("1 row has no number in the column 'rating'")).to_be_visible()
    expect(page.get_by_text("1 row repeats an earlier row's text and answer exactly")).to_be_visible()
    press(page, "Train on these rows")
    settled(page)
    first = started(page, store)
    assert first.config.task.task == "text-regression"

    press(page, "See how good it is")
    expect(page.get_by_text("It is off by")).to_be_visible()
    every_tab_opens(page)
    second = compared_and_inspected(page, tuneboard, store, first)

    page.goto(f"{tuneboard}/payoff?run={first.id}")
    for label, amount in (("One unit too high", "1"), ("One unit too low", "4")):
        box = page.get_by_label(label, exact=True)
        box.fill(amount)
        box.press("Enter")
    expect(page.get_by_text("80 of 100 true numbers lie below")).to_be_visible()
    press(page, "Use this decision")
    expect(page.get_by_role("button", name="Kept")).to_be_visible()

    page.goto(f"{tuneboard}/predict?run={first.id}")
    page.locator("textarea").first.fill("a wonderful good fine day")
    press(page, "Ask the model")
    expect(page.get_by_text("in 90 of 100 cases").first).to_be_visible(timeout=ANSWERS_MS)
    press(page, "Show why")
    expect(page.locator(".pushed mark").first).to_be_visible(timeout=ANSWERS_MS)

    reported_and_linked(page, browser, tuneboard, (first, second), "Mean absolute error")
    assert visit.strangers(tuneboard) == []
    assert visit.complaints == []
    store.close()


@pytest.mark.slow
def test_pictures_from_an_upload_to_a_link(visit, browser, tuneboard, home_of_all, tmp_path):
    page, store = visit.page, Store.open(home_of_all)
    (tmp_path / "shapes.zip").write_bytes(archive(40, {"circle/broken.png": b"\x89PNG\r\n\x1a\nno picture"}))
    page.goto(f"{tuneboard}/data")
    page.locator('input[type="file"]').first.set_input_files(tmp_path / "shapes.zip")
    expect(page.get_by_role("heading", name="shapes.zip")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("broken.png").first).to_be_visible()
    press(page, "Train on these rows")
    settled(page)
    page.get_by_text("Advanced settings").click()
    first = started(page, store)
    assert first.config.task.task == "picture-classification"

    press(page, "See how good it is")
    expect(page.get_by_text("test pictures right")).to_be_visible()
    every_tab_opens(page)
    second = compared_and_inspected(page, tuneboard, store, first)

    page.goto(f"{tuneboard}/payoff?run={first.id}")
    settled(page)
    for label, amount in (("A right answer", "1"), ("A wrong answer", "-2")):
        box = page.get_by_label(label, exact=True)
        box.fill(amount)
        box.press("Enter")
        settled(page)
    press(page, "Use this decision")
    expect(page.get_by_role("button", name="Kept")).to_be_visible()

    (tmp_path / "new.png").write_bytes(png("circle", 99_999))
    page.goto(f"{tuneboard}/predict?run={first.id}")
    page.locator('input[type="file"]').first.set_input_files(tmp_path / "new.png")
    expect(page.get_by_text("Confidence", exact=True)).to_be_visible(timeout=ANSWERS_MS)
    press(page, "Show why")
    expect(page.locator(".overlays img")).to_have_count(2, timeout=ANSWERS_MS)

    reported_and_linked(page, browser, tuneboard, (first, second), "Accuracy")
    assert visit.strangers(tuneboard) == []
    assert visit.complaints == []
    store.close()
