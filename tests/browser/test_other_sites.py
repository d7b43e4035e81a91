"""Another site's page, open in the browser where somebody is signed in, gets nothing done and sees nothing."""

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tests.browser.browser import settled, unfold
from tests.browser.test_sign_in import signs_in
from tests.dashboard import seed
from tests.dashboard.people import House, house_with_a_door
from tests.dashboard.server import free_port

NAMES = ("127.0.0.1", "localhost")
"""Another port of the same name is another origin of the same site, and gets the cookies; another name is one."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_with_a_door(tmp_path_factory.mktemp("other") / "home") as house:
        seed.newsdesk(house.store, 60)
        yield house


@pytest.fixture(scope="module")
def evil() -> Iterator[int]:
    """The port of a server with an empty page, whose scripts are the tests'."""
    port = free_port()
    page = Starlette(routes=[Route("/", lambda _: HTMLResponse("<!doctype html><title>Nice kittens</title>"))])
    server = uvicorn.Server(uvicorn.Config(page, host="127.0.0.1", port=port, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield port
    server.should_exit = True
    thread.join(timeout=20)


@pytest.fixture(scope="module")
def ada(browser: Browser, house: House) -> Iterator[BrowserContext]:
    """A browser in which an admin is signed in."""
    context = browser.new_context()
    context.set_default_timeout(20_000)
    settled(signs_in(context, house, "ada"))
    yield context
    context.close()


@pytest.fixture(params=NAMES)
def kittens(request: pytest.FixtureRequest, ada: BrowserContext, evil: int) -> Iterator[Page]:
    """The other site's page."""
    page = ada.new_page()
    page.goto(f"http://{request.param}:{evil}/")
    yield page
    page.close()


def is_still_signed_in(ada: BrowserContext, house: House) -> bool:
    return ada.request.get(f"{house.address}/runs", headers={"Accept": "text/html"}, max_redirects=0).status == 200


def test_it_opens_no_socket(kittens: Page, house: House) -> None:
    said = kittens.evaluate(
        """url => new Promise(done => {
            const socket = new WebSocket(url, ['streamlit', 'PLACEHOLDER']);
            socket.onopen = () => done('open'); socket.onerror = () => done('refused');
        })""",
        house.address.replace("http", "ws") + "/_stcore/stream",
    )
    assert said == "refused"


def test_it_reads_nothing_and_sends_nothing(kittens: Page, house: House) -> None:
    for path in ("/_stcore/host-config", "/", "/_stcore/health", "/media/x", "/s/0"):
        said = kittens.evaluate(
            "url => fetch(url, {credentials: 'include'}).then(answer => answer.text()).catch(() => 'refused')",
            house.address + path,
        )
        assert said == "refused", path
    for path in ("/_stcore/upload_file/x/y", "/sign-in", "/auth/logout"):
        with kittens.expect_event("requestfailed") as failed:  # the browser does not even hand the answer's status on
            kittens.evaluate(
                "at => fetch(at, {method: 'POST', mode: 'no-cors', credentials: 'include', body: 'x'}).catch(() => 0)",
                house.address + path,
            )
        assert "BLOCKED_BY_RESPONSE" in str(failed.value.failure)


def test_its_forms_are_refused(kittens: Page, house: House) -> None:
    here = kittens.url
    for path in ("/", "/runs", "/auth/logout", "/sign-in"):
        kittens.evaluate(
            """url => { const form = document.createElement('form'); form.method = 'post'; form.action = url;
                document.body.append(form); form.submit(); }""",
            house.address + path,
        )
        expect(kittens.get_by_text("Another site asked for this.")).to_be_visible()
        kittens.goto(here)


def test_it_signs_nobody_out(kittens: Page, house: House, ada: BrowserContext) -> None:
    way_out = f"{house.address}/auth/logout"
    kittens.evaluate("url => new Promise(done => { const i = new Image(); i.onerror = done; i.src = url; })", way_out)
    assert is_still_signed_in(ada, house)
    kittens.evaluate("url => { location = url; }", way_out)
    expect(kittens.get_by_text("Another site asked for this.")).to_be_visible()
    assert is_still_signed_in(ada, house)


def test_it_frames_no_page(kittens: Page, house: House) -> None:
    for path in ("/", "/settings", "/sign-in"):
        kittens.evaluate(
            "url => { const frame = document.createElement('iframe'); frame.src = url; document.body.append(frame); }",
            house.address + path,
        )
    expect(kittens.locator("iframe")).to_have_count(3)
    kittens.wait_for_function("() => [...document.querySelectorAll('iframe')].every(one => !one.contentDocument)")
    for frame in kittens.frames[1:]:
        assert "Tuneboard" not in frame.content()
        assert frame.locator('[data-testid="stApp"]').count() == 0


def test_it_keeps_no_hold_on_a_window_that_it_opened(kittens: Page, house: House) -> None:
    kittens.evaluate("url => { window.held = window.open(url); }", house.address + "/runs")
    kittens.wait_for_function("() => window.held.closed")
    for page in kittens.context.pages:
        if page.url.startswith(house.address):
            page.close()


HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>[x](javascript:alert(3)) \u202eabc"


def test_what_somebody_calls_herself_stays_text_before_the_admin(house: House, ada: BrowserContext) -> None:
    """Names come from the provider, where anyone may choose one."""
    house.store.accounts.arrive(house.provider.url, "x", "nonce", name=HOSTILE, role="viewer")
    house.store.accounts.arrive(house.provider.url, "y", "nonce", name="ada@example.org\u200b", role="viewer")
    page = ada.new_page()
    alerts: list[str] = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    page.goto(f"{house.address}/settings")
    settled(page)
    expect(unfold(page, "Change what somebody may do", "onerror=alert(1)")).to_be_visible()
    expect(page.get_by_role("option", name="ada@example.org (2)", exact=True)).to_be_visible()
    assert page.locator("img[src='x']").count() == 0
    assert alerts == []
    page.close()
