"""People sign in at a real provider, in a real browser, and may do there what their role says and no more."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from storage import Store
from tests.browser.browser import settled, unfold
from tests.dashboard import seed
from tests.dashboard.people import House, house_with_a_door


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("door") / "home"
    store = Store.open(home)
    seed.worker(store)
    seed.finished(store, seed.newsdesk(store, 200), rows=200, quickly=True, name="Nobody's run")
    store.close()
    with house_with_a_door(home) as house:
        yield house


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


def test_a_newcomer_waits_and_is_let_in_by_an_admin_on_the_settings_page(
    house: House, person: BrowserContext, browser: Browser
) -> None:
    page = signs_in(person, house, "cleo")
    expect(page.get_by_role("alert")).to_contain_text("cleo@example.org has not been let in yet")
    of_ada = browser.new_context()
    ada = signs_in(of_ada, house, "ada")
    settled(ada)
    unfold(ada, "Change what somebody may do", "cleo@example.org").click()
    ada.get_by_role("button", name="Give access as viewer").click()
    expect(ada.get_by_role("button", name="Give access as viewer")).to_be_disabled()
    of_ada.close()
    page.goto(house.address)
    settled(page)
    expect(page.get_by_text("example.org · viewer")).to_be_visible()


def test_a_viewer_looks_and_finds_no_button_that_changes_anything(house: House, person: BrowserContext) -> None:
    let_in(house, person, "dora", "viewer")
    page = person.new_page()
    run = house.store.runs.list()[0]
    for place in (f"runs?run={run.id}", f"data?dataset={run.dataset_id}", "train", "settings"):
        page.goto(f"{house.address}/{place}")
        settled(page)
        for label in ("Start", "Delete", "Run again", "Train on these rows"):
            assert page.get_by_role("button", name=label, exact=True).count() == 0, (place, label)
        assert str(house.store.home) not in page.content(), place


def test_a_person_whose_account_is_closed_loses_the_tab_that_is_open(house: House, person: BrowserContext) -> None:
    let_in(house, person, "ben", "editor")
    page = person.new_page()
    dataset = house.store.datasets.list()[0]
    page.goto(f"{house.address}/scenarios?scenario=finance-newsdesk")
    settled(page)
    house.store.accounts.disable("ben@example.org")
    before = len(house.store.runs.list(kind=None))
    page.get_by_role("button", name="Start", exact=True).click(force=True)
    expect(page.get_by_role("dialog").or_(page.get_by_test_id("stConnectionStatus"))).to_be_visible(timeout=60_000)
    assert len(house.store.runs.list(kind=None)) == before
    assert dataset in house.store.datasets.list()
    page.reload()
    expect(page).to_have_url(re.compile("/sign-in"))
    expect(page.get_by_role("alert")).to_be_visible()
    house.store.accounts.enable("ben@example.org")


def test_two_people_in_one_browser_after_another_never_see_one_anothers_work(
    house: House, person: BrowserContext
) -> None:
    page = signs_in(person, house, "ada")
    settled(page)
    other = person.new_page()
    other.goto(f"{house.address}/runs")
    settled(other)
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    assert [one for one in person.cookies() if one["name"].startswith("_streamlit_user")] == []
    assert house.provider.asked_to_end[-1]["id_token_hint"]
    other.reload()
    expect(other).to_have_url(re.compile("/sign-in"))
