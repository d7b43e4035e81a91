"""One press of Back for each page, and a page of ours for an address that is none."""

from playwright.sync_api import expect

from tests.browser.browser import settled
from tests.dashboard import seed
from tests.dashboard.server import dashboard

PAGES = ("Evaluate", "Compare", "Predict")


def test_back_takes_one_press_for_each_page(visit, tmp_path):
    home = tmp_path / "home"
    seed.shop(home).close()
    page = visit.page
    with dashboard(home) as address:
        page.goto(address)
        settled(page)
        began, seen = page.evaluate("history.length"), []
        for name in PAGES:
            page.get_by_role("link", name=name, exact=True).click()
            expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
            settled(page)
            seen.append(page.url)
        assert page.evaluate("history.length") == began + len(PAGES)
        for url in reversed(seen[:-1]):
            page.go_back()
            expect(page).to_have_url(url)
            settled(page)
    assert visit.complaints == []


def test_an_unknown_address_has_a_page_of_ours(visit, tmp_path):
    home = tmp_path / "home"
    seed.shop(home).close()
    page = visit.page
    with dashboard(home) as address:
        answer = page.goto(f"{address}/no-such-page")
        assert answer is not None
        assert answer.status == 404
        expect(page.get_by_role("heading", name="There is no such page.")).to_be_visible()
        page.get_by_role("link", name="Home").click()
        settled(page)
        page.get_by_test_id("stMainMenu").click()
        expect(page.get_by_text("Print")).to_be_visible()
        for name in ("Record screen", "Made with"):
            expect(page.get_by_text(name)).to_be_hidden()
    assert visit.complaints == []


def test_a_notification_comes_at_the_end_where_it_was_asked_for(browser, tmp_path):
    home = tmp_path / "home"
    store = seed.shop(home)
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(
        "window.Notification = class { constructor(_, more) { document.documentElement.dataset.said = more.body; } "
        "static permission = 'default'; "
        "static requestPermission() { Notification.permission = 'granted'; return Promise.resolve('granted'); } };"
    )
    (job,) = store.jobs.held_by("tests-")
    with dashboard(home) as address:
        page.goto(f"{address}/runs?run={job.run_id}")
        settled(page)
        assert page.evaluate("Notification.permission") == "default"
        page.get_by_role("button", name="Tell me when it ends").click()
        expect(page.get_by_text("You will be told when it ends")).to_be_visible()
        store.jobs.cancel(job)
        expect(page.locator("html")).to_have_attribute("data-said", "Newsdesk, best: Stopped")
    store.close()
    context.close()
