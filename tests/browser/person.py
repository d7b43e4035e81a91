"""Somebody at a browser who reads one language, presses what it says, and counts her clicks."""

from pathlib import Path

from playwright.sync_api import Page

from dashboard.language.words import speaking, tr

LOCALES = {"en": "en-GB", "zh": "zh-CN"}


class Person:
    """Somebody who reads one language, presses what it says, and counts her clicks."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.language, self.clicks = page, language, 0

    def words(self, text: str, **values: object) -> str:
        """Words on the screen in her language."""
        with speaking(self.language):
            return tr(text, **values)

    def press(self, text: str, wait_ms: int = 60_000, **values: object) -> None:
        """Press the button that says so."""
        self.clicks += 1
        self.page.get_by_role("button", name=self.words(text, **values), exact=True).first.click(timeout=wait_ms)

    def turn_to(self, text: str) -> None:
        """Open the tab that is called so."""
        self.clicks += 1
        self.page.get_by_role("tab", name=self.words(text)).click()

    def bring(self, file: Path) -> None:
        """Choose a file of hers."""
        self.clicks += 1
        self.page.locator('input[type="file"]').first.set_input_files(file)
