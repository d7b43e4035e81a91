"""Three runs compared, priced, reported, shared, seen by a stranger, taken back: walked in a real browser."""

import re
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.scenarios import SCENARIOS
from dashboard.intake.rows import add_scenario
from storage import Run, Store
from tests.browser.browser import settled
from tests.browser.conftest import Visit
from tests.dashboard import seed
from tests.dashboard.server import dashboard

pytestmark = pytest.mark.timeout(900)
STORY = SCENARIOS["finance-newsdesk"]
TRAINS_MS = 300_000


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).first.click()


def trained(page: Page, address: str, store: Store, preset: str) -> Run:
    """A run on 200 stories, judged on 500, queued as the command line does and watched on its page until its end."""
    dataset = add_scenario(store, STORY)
    judged = {"split.by": "random", "split.test": 0.05, "split.validation": 0.05}
    few = {"rows_per_class": 25, "epochs": 2, "task.max_tokens": 32, **judged}
    config = STORY.config(dataset.id, preset, name=f"Newsdesk {preset}", **few)
    run = store.runs.queue(config, secrets.token_hex(8))
    page.goto(f"{address}/runs?run={run.id}")
    expect(page.get_by_role("button", name="See how good it is")).to_be_visible(timeout=TRAINS_MS)
    return store.runs.get(run.id)


def from_disk(browser: Browser, path: Path) -> None:
    """The file opens with the network off, draws its charts, asks nobody, and breaks no policy."""
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    seen = Visit(context)
    seen.page.goto(path.as_uri())
    expect(seen.page.get_by_role("heading", name="Which desk gets this story?")).to_be_visible()
    expect(seen.page.locator(".chart .main-svg").first).to_be_visible()
    assert [url for url in seen.asked if not url.startswith("data:")] == [path.as_uri()]
    assert seen.complaints == []
    context.close()


def report_shared_and_taken_back(
    visit: Visit, browser: Browser, tuneboard: str, runs: tuple[Run, ...], folder: Path
) -> None:
    """Written, downloaded, opened from disk, linked, opened by a stranger, taken back, refused."""
    page = visit.page
    page.goto(f"{tuneboard}/share?runs={','.join(run.id for run in runs)}")
    settled(page)
    approved = page.get_by_role("textbox", name="Approved by")
    approved.fill("Ada Lovelace")
    approved.press("Enter")
    press(page, "Write the report")
    with page.expect_download(timeout=90_000) as download:
        page.get_by_role("button", name="Download the report").click(timeout=90_000)
    report = folder / "report.html"
    download.value.save_as(report)
    assert report.stat().st_size < 8_000_000
    assert "Ada Lovelace" in report.read_text(encoding="utf-8")
    from_disk(browser, report)

    press(page, "Make a link to this report")
    link = page.get_by_test_id("stCode").inner_text().strip()
    assert re.fullmatch(rf"{tuneboard}/s/[0-9a-f]{{32}}", link)

    context = browser.new_context()
    stranger = Visit(context)
    answer = stranger.page.goto(link)
    assert answer is not None
    assert answer.status == 200
    expect(stranger.page.get_by_text("Ada Lovelace")).to_be_visible()
    expect(stranger.page.locator(".chart .main-svg").first).to_be_visible()
    assert stranger.asked[0] == link
    assert [url for url in stranger.asked if not url.startswith(("data:", link, f"{tuneboard}/favicon"))] == []
    assert stranger.complaints == []
    assert context.cookies() == []

    page.goto(f"{tuneboard}/share?view=What is shared")
    settled(page)
    page.get_by_role("combobox", name="Take a link back").click()
    page.get_by_role("option").first.click()
    press(page, "Take it back")
    expect(page.get_by_role("dialog")).to_contain_text("The link opens nothing any more. It was opened")
    page.get_by_role("dialog").get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("opens nothing any more")).to_be_visible()
    refused = stranger.page.goto(link)
    assert refused is not None
    assert refused.status == 404
    expect(stranger.page.get_by_text("There is nothing here.")).to_be_visible()
    context.close()


@pytest.mark.slow
def test_compared_priced_reported_shared_opened_revoked_refused(visit, browser, tuneboard, home_of_all, tmp_path):
    page, store = visit.page, Store.open(home_of_all)
    quick = trained(page, tuneboard, store, "quick")
    balanced = trained(page, tuneboard, store, "balanced")

    page.goto(f"{tuneboard}/compare?runs={quick.id},{balanced.id},{quick.id}:tfidf")
    settled(page)
    expect(page.get_by_text(re.compile("better|tell|alike")).first).to_be_visible()

    page.goto(f"{tuneboard}/payoff?run={balanced.id}")
    settled(page)
    page.get_by_role("button", name="Use this decision").click()
    expect(page.get_by_role("button", name="Kept")).to_be_visible()
    assert store.runs.get(balanced.id).decision is not None

    report_shared_and_taken_back(visit, browser, tuneboard, (quick, balanced), tmp_path)
    _, token = demo_of(store, quick)
    tries(browser, f"{tuneboard}/s/{token}")


def demo_of(store: Store, run: Run):
    from dashboard.shares.create import share_demo

    return share_demo(store, run, days=1)


def tries(browser: Browser, link: str) -> None:
    """A stranger with a phone tries her own sentence."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    seen = Visit(context)
    seen.page.goto(link)
    seen.page.get_by_label("Your sentence").fill("OPEC ministers raised crude oil prices by a dollar a barrel.")
    seen.page.get_by_role("button", name="Ask the model").click()
    expect(seen.page.get_by_role("status")).to_contain_text("Oil", timeout=90_000)
    expect(seen.page.get_by_text("Nothing of your sentence was kept.")).to_be_visible()
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert seen.complaints == []
    context.close()


HOSTILE = '<img src=x onerror=alert(1)><script>alert(2)</script>=cmd|"\u202e'


def test_hostile_names_stay_text_in_the_report_and_on_the_shared_pages(browser, tmp_path):
    store = Store.open(tmp_path / "home")
    seed.worker(store)
    dataset = seed.newsdesk(store, 300, HOSTILE)
    run = seed.finished(store, dataset, rows=300, quickly=True, name=HOSTILE)
    from dashboard.report import ReportOptions, report
    from dashboard.shares.create import share_demo, share_report

    html = report(store, [run.id], ReportOptions(note=HOSTILE, approved_by=HOSTILE))
    _, token = share_report(store, [run.id], html, days=1)
    _, demo = share_demo(store, run, days=1)
    with dashboard(store.home) as address:
        for one in (token, demo):
            context = browser.new_context()
            seen = Visit(context)
            alerts: list[str] = []
            seen.page.on("dialog", lambda dialog, heard=alerts: (heard.append(dialog.message), dialog.dismiss()))
            seen.page.goto(f"{address}/s/{one}")
            expect(seen.page.get_by_text("onerror=alert(1)").first).to_be_visible()
            assert seen.page.locator("img").count() == 0
            assert alerts == []
            assert seen.complaints == []
            context.close()
