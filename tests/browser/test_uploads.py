"""Uploads in a real browser: one after another is kept and let go, and one for which there is no room is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from storage import Store
from tests.browser.browser import settled
from tests.dashboard import seed
from tests.dashboard.server import dashboard, free_port

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


@pytest.mark.slow
def test_a_dashboard_that_is_ended_amid_an_upload_keeps_nothing_of_it_and_takes_it_the_next_time(
    visit, tmp_path: Path
) -> None:
    """SIGTERM, as a service manager sends it: whoever uploads holds nobody up, and nothing is left lying about."""
    store = Store.open(tmp_path / "home")
    seed.worker(store)
    port = free_port()
    line = visit.page.context.new_cdp_session(visit.page)
    with dashboard(store.home, port) as address:  # ended by SIGTERM, with twenty seconds for it
        visit.page.goto(f"{address}/data")
        settled(visit.page)
        line.send("Network.enable")
        slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 20_000}
        line.send("Network.emulateNetworkConditions", slow)
        with visit.page.expect_request(lambda request: "/upload_file/" in request.url and request.method == "PUT"):
            visit.page.locator(UPLOADER).first.set_input_files(rows(4_000_000, 0))
    assert store.datasets.list() == []
    line.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    with dashboard(store.home, port) as address:
        assert not any((store.home / "incoming").iterdir())
        visit.page.goto(f"{address}/data")
        settled(visit.page)
        visit.page.locator(UPLOADER).first.set_input_files(rows(4_000_000, 0))
        expect(visit.page).to_have_url(f"{address}/data?dataset={_newest(store, 1)}")
    store.close()


def _newest(store: Store, many: int) -> str:
    """The id of the newest dataset, once there are so many."""
    from tests.worker.conftest import wait_for

    wait_for(lambda: len(store.datasets.list()) == many, f"dataset {many}")
    return store.datasets.list()[0].id
