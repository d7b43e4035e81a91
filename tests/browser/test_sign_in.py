"""People sign in at a real provider, in a real browser, and may do there what their role says and no more."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from storage import Store
from tests.browser.browser import settled
from tests.dashboard import seed
from tests.dashboard.provider import Provider, provider
from tests.dashboard.server import dashboard, free_port


class House(NamedTuple):
    """A dashboard whose people sign in, what it keeps, and who vouches for them."""

    address: str
    store: Store
    provider: Provider


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home, port = tmp_path_factory.mktemp("door") / "home", free_port()
    store = Store.open(home)
    seed.worker(store)
    seed.finished(store, seed.newsdesk(store, 200), rows=200, quickly=True, name="Nobody's run")
    address = f"http://127.0.0.1:{port}"
    with provider(f"{address}/oauth2callback") as vouching, dashboard(home, port, vouching.environment()):
        yield House(address, store, vouching)


@pytest.fixture
def person(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of somebody's own."""
    context = browser.new_context()
    context.set_default_timeout(30_000)
    yield context
    context.close()


def signs_in(context: BrowserContext, house: House, who: str, at: str = "/settings") -> Page:
    """A page after `who` has signed in on her way to `at`."""
    page = context.new_page()
    page.goto(house.address + at)
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name=f"I am {who}").click()
    return page


def let_in(house: House, context: BrowserContext, who: str, role: str) -> None:
    """An account that an admin has given a role; made by a first sign-in in vain."""
    page = signs_in(context, house, who)
    expect(page.get_by_role("alert")).to_contain_text("has not been let in yet")
    house.store.accounts.give_role(f"{who}@example.org", role)


def test_an_admin_signs_in_at_the_provider_and_arrives_where_she_wanted(house: House, person: BrowserContext) -> None:
    page = signs_in(person, house, "ada")
    settled(page)
    assert page.url == f"{house.address}/settings"
    expect(page.get_by_text("example.org · admin")).to_be_visible()
    assert house.provider.refused == []
    cookie = next(one for one in person.cookies() if one["name"] == "_streamlit_user")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
