"""A coloured text in a real browser: hostile words are words, nothing runs, nobody else is asked."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from storage import Store
from tests.dashboard import seed
from tests.dashboard.explained import explainer
from tests.dashboard.server import dashboard

HOSTILE = (
    "shares <script>window.hacked = 1</script> <img src=x onerror='window.hacked = 2'> =cmd|'/C calc'!A0 "
    "\u202egnp.exe</div></mark> " + "x" * 2000
)


@pytest.fixture
def shop(tmp_path) -> Iterator[Store]:
    store = Store.open(tmp_path / "home")
    seed.finished(store, seed.newsdesk(store), quickly=True)
    with explainer() as (address, _):
        store.announce_predictor(address)
        yield store
    store.close()


def test_a_hostile_text_is_explained_as_text(visit, shop):
    page = visit.page
    with dashboard(shop.home) as address:
        page.goto(f"{address}/predict?run={shop.runs.list()[0].id}")
        page.locator("textarea").first.fill(HOSTILE)
        page.get_by_role("button", name="Ask the model").click()
        page.get_by_role("button", name="Show why").click()
        coloured = page.locator(".pushed")
        expect(coloured).to_contain_text("<script>window.hacked = 1</script> <img src=x onerror='window.hacked = 2'>")
        expect(coloured).to_contain_text("U+202E")
        expect(coloured.locator("mark.for-5").first).to_have_text("shares")
        assert coloured.locator("script, img").count() == 0
        assert page.evaluate("window.hacked") is None
        assert coloured.evaluate("element => element.scrollWidth <= element.clientWidth")
        assert visit.strangers(address) == []
        assert visit.complaints == []
