"""Uploads in a real browser: one after another is kept and let go, and one for which there is no room is refused."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from storage import Store
from tests.browser.browser import settled
from tests.dashboard import seed
from tests.dashboard.server import dashboard

UPLOADER = "input[type=file]"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store.open(tmp_path_factory.mktemp("uploads") / "home")
    seed.worker(store)
    yield store
    store.close()


@pytest.fixture(scope="module")
def address(store: Store) -> Iterator[str]:
    """A server that holds a megabyte of uploads and no more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUNEBOARD_MAX_UPLOADS_MB", "1")
        with dashboard(store.home) as address:
            yield address


def rows(size: int, n: int) -> dict[str, object]:
    line = f"rows of file {n} about oil,yes\n".encode()
    return {"name": f"file{n}.csv", "mimeType": "text/csv", "buffer": b"text,label\n" + line * (size // len(line))}


def test_uploads_one_after_another_are_kept_and_not_held(visit, address: str, store: Store) -> None:
    for n in range(4):
        visit.page.goto(f"{address}/data")
        settled(visit.page)
        visit.page.locator(UPLOADER).first.set_input_files(rows(400_000, n))
        expect(visit.page).to_have_url(f"{address}/data?dataset={_newest(store, n + 1)}")
    assert visit.complaints == []


def test_an_upload_for_which_there_is_no_room_is_refused_and_nothing_is_kept(visit, address: str, store: Store) -> None:
    before = len(store.datasets.list())
    visit.page.goto(f"{address}/data")
    settled(visit.page)
    with visit.page.expect_response(lambda answer: "/upload_file/" in answer.url) as answered:
        visit.page.locator(UPLOADER).first.set_input_files(rows(2_000_000, 9))
    assert answered.value.status == 507
    assert len(store.datasets.list()) == before
    assert not any((store.home / "incoming").iterdir())


def _newest(store: Store, many: int) -> str:
    """The id of the newest dataset, once there are so many."""
    from tests.worker.conftest import wait_for

    wait_for(lambda: len(store.datasets.list()) == many, f"dataset {many}")
    return store.datasets.list()[0].id
