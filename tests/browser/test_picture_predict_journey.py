"""A model of pictures in a real browser: a dropped picture, its answer, why, and many at once; nobody else is asked."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from storage import Store
from tests.asking import answering
from tests.browser.browser import settled
from tests.core.pictures.made import zipped
from tests.dashboard.server import dashboard
from tests.pictured import COLOURS, keep, one


@pytest.fixture
def store(tmp_path: Path, pictured: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "home")
    keep(store, pictured)
    with answering(store):
        yield store
    store.close()


def test_a_dropped_picture_is_answered_explained_and_nobody_else_is_asked(visit, store: Store, tmp_path: Path):
    page = visit.page
    (tmp_path / "mine.png").write_bytes(one("ring"))
    archive = zipped(tmp_path / "many.zip", {f"{shape}.png": one(shape, 7) for shape in COLOURS})
    with dashboard(store.home) as address:
        page.goto(f"{address}/predict?run={store.runs.list()[0].id}")
        settled(page)
        expect(page.locator(".gallery img")).to_have_count(6)
        page.locator("input[type=file]").first.set_input_files(tmp_path / "mine.png")
        expect(page.get_by_role("heading", name="ring")).to_be_visible()
        assert page.locator("img.asked").evaluate("picture => picture.naturalWidth") > 100
        page.get_by_role("button", name="Show why").click()
        expect(page.locator(".overlays img")).to_have_count(2, timeout=120_000)
        expect(page.locator("mark.for-4").first).to_have_text("speaks for ring")
        expect(page.get_by_text(re.compile("most alike rows, out of"))).to_be_visible(timeout=120_000)
        page.get_by_role("button", name="disc").first.click()
        expect(page.get_by_role("heading", name="disc")).to_be_visible()
        page.get_by_role("tab", name="Many pictures").click()
        page.locator("input[type=file]").nth(1).set_input_files(archive)
        page.get_by_role("button", name="Answer 3 pictures").click()
        expect(page.get_by_text("p: ring").or_(page.get_by_test_id("stDataFrame")).first).to_be_visible()
        assert visit.strangers(address) == []
        assert visit.complaints == []
