from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request, expect

from tests.browser.browser import chrome, opened
from tests.dashboard.product import lend, up

expect.set_options(timeout=30_000)  # what a page shows, not how soon: two busy cores may take their time


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser; without one it is skipped, and says so."""
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            if chrome() is None:
                item.add_marker(
                    pytest.mark.skip(reason="NO CHROME OR CHROMIUM HERE: the browser tests did not run. Install one.")
                )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file."""
    with opened() as browser:
        yield browser


class Visit:
    """A browser's page, and every address that it asked for."""

    def __init__(self, context: BrowserContext) -> None:
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self._context = context
        context.on("request", self._note)
        self.page.on("websocket", lambda socket: self.asked.append(socket.url))
        self.page.on("console", lambda line: "Content Security Policy" in line.text and self._mind(line.text))
        self.page.on("pageerror", lambda error: self._mind(str(error)))

    def leave(self) -> None:
        """Closes the page; nothing that it kept meets the next visitor."""
        self._context.remove_listener("request", self._note)
        with suppress(Error):  # the test has closed it
            self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        for page in self._context.pages:
            page.close()
        self._context.clear_cookies()

    def _mind(self, complaint: str) -> None:
        self.complaints.append(complaint)

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)

    def strangers(self, address: str) -> list[str]:
        """What was asked of anybody but the dashboard."""
        host = address.removeprefix("http://")
        ours = (f"http://{host}/", f"ws://{host}/", "data:", "blob:")
        return [url for url in self.asked if not url.startswith(ours)]


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser's profile, whose cache has the scripts that every visitor of a file's tests runs."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def visit(context: BrowserContext) -> Iterator[Visit]:
    """A fresh visitor: no cookie, nothing kept."""
    visit = Visit(context)
    yield visit
    visit.leave()


@pytest.fixture(scope="module")
def home_of_all(assets: Path, minilm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has the model and the archives already, and what runs in other such homes computed."""
    home = tmp_path_factory.mktemp("up") / "home"
    lend(assets, home, computed=True)
    return home


@pytest.fixture(scope="module")
def tuneboard(home_of_all: Path) -> Iterator[str]:
    """`tuneboard up` over that home; gives its address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        with up(home_of_all) as address:
            yield address
