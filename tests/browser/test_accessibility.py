"""Every page without a serious finding of axe-core in light and dark, the focus always seen, and no text cut."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from dashboard.answers.one_class.views import VIEW
from dashboard.doors import DOORS
from dashboard.inputs.text.rows import HIDDEN
from dashboard.language.words import catalogue
from dashboard.parts.slides import SLIDES
from dashboard.report import report
from dashboard.shares.create import share_demo, share_report
from storage import Store
from tests.browser.browser import settled
from tests.dashboard import seed
from tests.dashboard.people import House, house_with_a_door
from tests.dashboard.server import dashboard

LOOKS = ("light", "dark")
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
CUT = (Path(__file__).parent / "clipped.js").read_text(encoding="utf-8")
GRAVE = ("serious", "critical")
NOT_OURS: dict[str, tuple[str, ...]] = {}
"""Rules that Streamlit's own elements break where no style or attribute of ours reaches, each with its selectors."""
UNKNOWN = "an unknown page"
STEPS = range(1, len(SLIDES) + 1)
EVALUATE = [view for view in VIEW.evaluate if view not in HIDDEN]


@dataclass(frozen=True)
class Shown:
    """Address of a dashboard, and the paths of all that it shows, by name."""

    address: str
    paths: dict[str, str]


def paths_of(store: Store) -> dict[str, str]:
    """Every page, every tab, every slide, a shared report and a shared demo."""
    runs = {run.name: run.id for run in store.runs.list()}
    quick, balanced = runs["Newsdesk, quick"], runs["Newsdesk, balanced"]
    inside = next(run for run in store.runs.list() if run.dataset_name == "Stories by region").id
    dataset = next(one for one in store.datasets.list() if one.name == "Newsdesk").id
    search = store.runs.list(kind="search")[0].id
    _, told = share_report(store, [quick, balanced], report(store, [quick, balanced]), days=1)
    _, demo = share_demo(store, store.runs.get(quick), days=1)
    return {
        **{key: f"/{'' if key == 'home' else key}" for key in DOORS if key != "present"},
        "a scenario": "/scenarios?scenario=finance-newsdesk",
        "a dataset": f"/data?dataset={dataset}",
        "the form": f"/train?dataset={dataset}",
        "a live run": f"/runs?run={runs['Newsdesk, best']}",
        "a run": f"/runs?run={balanced}",
        "a failed run": f"/runs?run={runs['Tickets, all classes']}",
        **{f"evaluate {view}": f"/evaluate?run={balanced}&view={view}" for view in EVALUATE},
        "two compared": f"/compare?runs={quick},{balanced},{quick}:tfidf",
        **{
            f"compare {view}": f"/compare?runs={quick},{balanced}&view={view}"
            for view in (*VIEW.compare, "While learning", "Settings")
        },
        **{f"inspect {view}": f"/inspect?run={inside}&inside={view}" for view in ("Slices", *VIEW.inspect)},
        "a label curve": f"/labels?search={search}",
        **{f"slide {n}": f"/present?scenario=finance-newsdesk&step={n}" for n in STEPS},
        "links": "/share?view=What is shared",
        "a shared report": f"/s/{told}",
        "a shared demo": f"/s/{demo}",
        UNKNOWN: "/nothing-here",
    }


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    store = Store.open(tmp_path_factory.mktemp("seen") / "home")
    seed.searched(store, seed.newsdesk(store, 300, "Searched", scenario="finance-newsdesk"))
    seed.looked_into(store)
    store.close()
    store = seed.shop(store.home)
    paths = paths_of(store)
    store.close()
    with dashboard(store.home) as address:
        yield Shown(address, paths)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK)
    yield context.new_page()
    context.close()


def looks(page: Page) -> Iterator[str]:
    """The page as it stands, in light and in dark, once its colours have changed over."""
    for look in LOOKS:
        page.emulate_media(color_scheme=look)
        page.wait_for_function(
            """look => {
              const app = document.querySelector(".stApp");
              const moving = document.getAnimations().some(one =>
                one.playState === "running" && one.effect.getComputedTiming().iterations !== Infinity);
              return (!app || getComputedStyle(app).colorScheme === look) && !moving;
            }""",
            arg=look,
        )
        yield look


def findings(page: Page) -> list[str]:
    """Serious and critical findings, a line each: the rule, the element, what is wrong."""
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['target']}: {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
        if not _is_not_ours(rule["id"], node)
    ]


def _is_not_ours(rule: str, node: dict[str, Any]) -> bool:
    return any(selector in " ".join(map(str, node["target"])) for selector in NOT_OURS.get(rule, ()))


def cut(page: Page) -> list[str]:
    """Texts that stay wider or higher than their place though the page has settled, a line each."""
    found = _cut_now(page)
    for _ in range(50):
        if not found:
            break
        page.wait_for_timeout(200)
        found = _cut_now(page)
    return found


def _cut_now(page: Page) -> list[str]:
    found: list[str] = page.evaluate(CUT)
    wide, place = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    return found if wide <= place or found else [f"the page is {wide} wide"]


def open_page(page: Page, shown: Shown, name: str, spoken: str = "en") -> None:
    """The page, drawn; a shared one without the policy that lets no script of ours run in it."""
    address = shown.address + shown.paths[name]
    if shown.paths[name].startswith("/s/"):
        page.goto("about:blank")
        page.set_content(page.request.get(address).text())
    elif name == UNKNOWN:
        page.goto(address)
        page.get_by_role("heading", level=1).wait_for()
    else:
        page.goto(address)
        settled(page)
        if wanted := parse_qs(urlsplit(address).query).get("view" if "view=" in address else "inside"):
            title = catalogue(spoken).gettext(wanted[0])
            expect(page.get_by_role("tab", name=title, exact=True)).to_have_attribute("aria-selected", "true")


VIEWS = (
    *(f"evaluate {view}" for view in EVALUATE),
    *(f"compare {view}" for view in (*VIEW.compare, "While learning", "Settings")),
    *(f"inspect {view}" for view in ("Slices", *VIEW.inspect)),
    *(f"slide {n}" for n in STEPS),
)
"""Parts of pages that are looked at without them; theirs is the slow round."""

NAMES = (
    *(key for key in DOORS if key != "present"),
    *("a scenario", "a dataset", "the form", "a live run", "a run", "a failed run", "two compared", "a label curve"),
    *("links", "a shared report", "a shared demo", UNKNOWN),
    *(pytest.param(view, marks=pytest.mark.slow) for view in VIEWS),
)


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_serious_and_no_text_is_cut(page: Page, shown: Shown, name: str) -> None:
    page.set_viewport_size(DESK)
    open_page(page, shown, name)
    assert cut(page) == []
    assert {look: findings(page) for look in looks(page)} == {look: [] for look in LOOKS}
    page.set_viewport_size(PHONE)
    assert cut(page) == []


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    """A phone of somebody who reads Chinese."""
    context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True, locale="zh-CN")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_cut_on_a_phone_in_chinese(phone: Page, shown: Shown, name: str) -> None:
    open_page(phone, shown, name, "zh")
    assert cut(phone) == []


def test_a_text_that_is_cut_is_found(phone: Page) -> None:
    phone.goto("about:blank")
    phone.set_content(
        """<meta name="viewport" content="width=device-width">
        <p>a line that wraps where it has to, as every line should do on a phone</p>
        <p style="overflow: hidden; white-space: nowrap; text-overflow: ellipsis">one that ends in three dots, for
        it is wider than its place and may not wrap</p>
        <p style="white-space: nowrap">two beyond the edge of the screen, since it is wider than that and does not
        wrap</p><p style="overflow: hidden; height: 8px">three lower than its letters</p>
        <p style="overflow: auto; white-space: nowrap">a line that can be moved with a finger, and so is never cut</p>
        <svg width="60" height="20"><text y="15">four beyond a drawing's edge</text></svg>"""
    )
    assert [one.split()[0] for one in cut(phone)] == ["one", "two", "three", "four"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("door") / "home"
    Store.open(home).close()
    with house_with_a_door(home) as house:
        yield house


def test_axe_finds_nothing_serious_at_the_sign_in(page: Page, house: House) -> None:
    page.goto(f"{house.address}/sign-in")
    page.get_by_role("heading", level=1).wait_for()
    assert {look: findings(page) for look in looks(page)} == {look: [] for look in LOOKS}


OUTLINE = """() => {
  let place = document.activeElement;
  if (!place || place === document.body || place.tagName === "MAIN") return "";
  const said = `${place.tagName} ${place.dataset.testid || ""} ${place.getAttribute("aria-label") || place.innerText}`;
  for (let steps = 0; steps < 5 && place; steps += 1, place = place.parentElement) {
    const style = getComputedStyle(place);
    if (style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2) return "";
  }
  return said;
}"""


@pytest.mark.parametrize("name", ["the form", "runs", "evaluate", "two compared", "payoff", "slide 7", "a shared demo"])
def test_whoever_walks_by_keyboard_sees_where_she_is(page: Page, shown: Shown, name: str) -> None:
    open_page(page, shown, name)
    unseen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        unseen.add(page.evaluate(OUTLINE))
    assert unseen - {""} == set()
