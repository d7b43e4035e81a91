"""A folder of pictures dropped in a real browser, its gallery, and what the network will see of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from storage import Store
from tests.browser.browser import settled
from tests.dashboard import seed, seed_pictures
from tests.dashboard.server import dashboard


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store.open(tmp_path_factory.mktemp("pictures") / "home")
    seed.worker(store)
    yield store
    store.close()


@pytest.fixture(scope="module")
def address(store: Store) -> Iterator[str]:
    with dashboard(store.home) as address:
        yield address


def shown(visit) -> int:
    """How many pictures of the gallery the browser has really drawn."""
    return visit.page.eval_on_selector_all(".gallery img", "all => all.filter(one => one.naturalWidth > 0).length")


@pytest.mark.slow
def test_a_folder_is_brought_seen_and_looked_at_as_the_network_does(visit, address, store, tmp_path: Path):
    for shape in seed_pictures.SHAPES:
        (tmp_path / "shapes" / shape).mkdir(parents=True)
        for n in range(12):
            (tmp_path / "shapes" / shape / f"{n}.png").write_bytes(seed_pictures.png(shape, n))
    visit.page.goto(f"{address}/data")
    settled(visit.page)
    visit.page.get_by_role("tab", name="A folder of pictures").click()
    visit.page.locator("input[type=file][webkitdirectory]").set_input_files(tmp_path / "shapes")
    expect(visit.page.get_by_role("heading", name="shapes")).to_be_visible()
    expect(visit.page.locator(".gallery:not(.gallery-small) figure")).to_have_count(24)
    visit.page.locator(".gallery").last.scroll_into_view_if_needed()
    visit.page.wait_for_function("document.querySelectorAll('.gallery img')[0].naturalWidth > 0")
    assert shown(visit) > 0
    (dataset,) = store.datasets.list()
    assert set(store.datasets.frame(dataset.id)["label"]) == set(seed_pictures.SHAPES)

    visit.page.goto(f"{address}/train?dataset={dataset.id}")
    settled(visit.page)
    visit.page.get_by_text("Balanced").click()
    visit.page.get_by_text("What the network will see").click()
    expect(visit.page.get_by_text("then as they may come in each pass")).to_be_visible(timeout=120_000)
    expect(visit.page.locator("img.sheet")).to_be_visible()
    assert visit.complaints == []
    assert visit.strangers(address) == []
