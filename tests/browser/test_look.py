"""What only a browser can tell: the theme is in force, nothing is asked elsewhere, the presenter's controls stay."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from core.events import StageBegan
from dashboard.doors import DOORS
from storage import Store
from tests.browser.browser import settled
from tests.dashboard import seed
from tests.dashboard.server import dashboard

BACKGROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 23, 24)"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = seed.shop(tmp_path_factory.mktemp("look") / "home")
    yield store
    store.close()


@pytest.fixture(scope="module")
def address(shop: Store) -> Iterator[str]:
    with dashboard(shop.home) as address:
        yield address


@pytest.mark.parametrize("page_name", DOORS)
def test_a_page_asks_nobody_else_and_breaks_no_policy(visit, address, page_name):
    visit.page.goto(f"{address}/{'' if page_name == 'home' else page_name}")
    settled(visit.page)
    assert visit.asked
    assert visit.strangers(address) == []
    assert visit.complaints == []


@pytest.mark.parametrize("scheme", BACKGROUNDS)
def test_our_theme_is_in_force_in_light_and_dark(browser: Browser, address, scheme):
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    settled(page)
    colour = page.get_by_test_id("stApp").evaluate("element => getComputedStyle(element).backgroundColor")
    numbers = page.get_by_test_id("stApp").evaluate("element => getComputedStyle(element).fontVariantNumeric")
    context.close()
    assert colour == BACKGROUNDS[scheme]
    assert numbers == "tabular-nums"


def test_a_chosen_cell_of_the_list_opens_the_run(visit, address):
    visit.page.goto(f"{address}/runs")
    settled(visit.page)
    table = visit.page.get_by_test_id("stDataFrame").first
    table.click(position={"x": 60, "y": 55})
    expect(visit.page.get_by_role("button", name="All runs")).to_be_visible()
    assert "run=" in visit.page.url


def test_the_presenter_moves_by_keys_alone(visit, address):
    """Right and Left a step, F for the whole screen, Home to the question, Esc back to the story."""
    page = visit.page
    page.goto(f"{address}/present?scenario=finance-newsdesk")

    def press(key: str, step: int) -> None:
        settled(page)
        page.keyboard.press(key)
        expect(page.get_by_text(f"{step} of 7")).to_be_visible()

    press("ArrowRight", 2)
    press("f", 2)
    assert page.evaluate("document.fullscreenElement !== null")
    press("F", 2)
    assert page.evaluate("document.fullscreenElement === null")
    press("ArrowRight", 3)
    press("ArrowLeft", 2)
    press("Home", 1)
    expect(page).to_have_url(re.compile("step=1"))
    settled(page)
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/scenarios"))


@pytest.mark.parametrize("width", [390, *(pytest.param(width, marks=pytest.mark.slow) for width in (1280, 1920))])
def test_the_presenters_controls_stay_where_they_are(browser: Browser, address, width):
    """A slide is as wide as the screen, and Next stays under the finger that pressed it."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    places = set()
    for step in range(1, 8):
        page.goto(f"{address}/present?scenario=finance-newsdesk&step={step}")
        settled(page)
        expect(page.get_by_text(f"{step} of 7")).to_be_visible()
        box = page.locator(".st-key-next").bounding_box()
        assert box is not None
        places.add((round(box["x"]), round(box["y"])))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    slide = page.locator(".st-key-slide").bounding_box()
    context.close()
    assert slide is not None
    assert slide["width"] >= min(0.9 * width, 1728) - 1
    assert len(places) == 1


def test_the_browsers_tab_carries_our_name_and_mark(visit, address):
    visit.page.goto(f"{address}/runs")
    settled(visit.page)
    expect(visit.page).to_have_title("Running · Runs · Tuneboard")
    icon = visit.page.locator("link[rel*=icon]").first.get_attribute("href") or ""
    assert ".png" in icon
    assert "favicon.png" not in icon


def test_the_live_view_follows_the_run_and_stops_asking_when_it_has_ended(visit, address, shop):
    (job,) = shop.jobs.held_by("tests-")
    heard: list[int] = []
    visit.page.on("websocket", lambda socket: socket.on("framereceived", lambda _: heard.append(1)))
    visit.page.goto(f"{address}/runs?run={job.run_id}")
    expect(visit.page.get_by_test_id("stMain").get_by_role("button", name="Stop")).to_be_visible()

    shop.jobs.record(job, [StageBegan(stage="evaluate", text="Judging it now")], events_read=2)
    expect(visit.page.get_by_text("Judging it now").first).to_be_visible(timeout=10_000)

    shop.jobs.cancel(job)
    expect(visit.page.get_by_role("button", name="Resume")).to_be_visible(timeout=10_000)
    visit.page.wait_for_timeout(1500)
    before = len(heard)
    visit.page.wait_for_timeout(3500)
    assert len(heard) == before
    expect(visit.page).to_have_title("Stopped · Runs · Tuneboard")
