"""A run of numbers in a real browser: asked by one click or by the keyboard, explained and priced."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from storage import Store
from tests.dashboard import seed_numbers
from tests.dashboard.explained_numbers import explainer
from tests.dashboard.server import dashboard

WAITS_MS = 30_000


@pytest.fixture
def shop(tmp_path) -> Iterator[Store]:
    store = Store.open(tmp_path / "home")
    seed_numbers.finished(store, seed_numbers.rated(store, 600))
    with explainer() as (address, _):
        store.announce_predictor(address)
        yield store
    store.close()


def test_a_number_is_asked_for_by_one_click_or_the_keyboard_and_explained(visit, shop):
    page = visit.page
    with dashboard(shop.home) as address:
        page.goto(f"{address}/predict?run={shop.runs.list()[0].id}")
        text = page.locator("textarea").first
        text.fill("a good and fine day")
        page.get_by_role("button", name="Ask the model").click()
        expect(page.get_by_role("heading", name="1.10")).to_be_visible(timeout=WAITS_MS)
        expect(page.get_by_text("between 0.30 and 1.90 in 90 of 100 cases")).to_be_visible()
        text.fill("an awful day")
        text.press("Control+Enter")
        expect(page.get_by_role("heading", name="−1.50")).to_be_visible(timeout=WAITS_MS)
        page.get_by_role("button", name="Show why").click()
        expect(page.locator(".pushed mark.against-5")).to_have_text("awful", timeout=WAITS_MS)
        assert visit.strangers(address) == []
        assert visit.complaints == []


def test_prices_typed_by_hand_are_counted_at_once(visit, shop):
    page = visit.page
    with dashboard(shop.home) as address:
        page.goto(f"{address}/payoff?run={shop.runs.list()[0].id}")
        expect(page.get_by_text("Then money is counted.")).to_be_visible(timeout=WAITS_MS)
        for label, amount in (("One unit too high", "1"), ("One unit too low", "4")):
            box = page.get_by_label(label, exact=True)
            box.fill(amount)
            box.press("Enter")
        expect(page.get_by_text("80 of 100 true numbers lie below")).to_be_visible(timeout=WAITS_MS)
        assert visit.complaints == []
