"""A real Chrome, for tests and for pictures."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def chrome() -> str | None:
    """The Chrome or Chromium of this machine, or None."""
    named = os.environ.get("CHROME")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def opened() -> Iterator[Browser]:
    """A browser, closed again at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def settled(page: Page, timeout_ms: float = 30_000) -> None:
    """Wait until the page has drawn itself and no script runs."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=timeout_ms)
    page.locator('[data-testid="stHeading"]').first.wait_for(timeout=timeout_ms)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=timeout_ms)
    page.wait_for_timeout(350)


def unfold(page: Page, box: str, option: str) -> Locator:
    """Option of a select box that is open; a box that is drawn anew meanwhile closes, and is opened again."""
    wanted = page.get_by_role("option", name=option)
    for _ in range(6):
        page.get_by_role("combobox", name=box).press("ArrowDown")
        with suppress(AssertionError):
            expect(wanted).to_be_visible(timeout=5_000)
            break
    return wanted
