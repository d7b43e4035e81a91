"""Navigation: the pages, their order in the sidebar, and links from one to another."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import streamlit as st

from dashboard.language.words import tr, word

PAGES = Path(__file__).resolve().parent.parent / "pages"


@dataclass(frozen=True)
class Door:
    """Navigation entry of a page: title, icon and group. The key is its URL path and its file's name."""

    key: str
    title: str
    icon: str
    group: str = ""
    is_listed: bool = True
    """False hides the page from the navigation; another page leads to it."""

    def page(self) -> Any:
        """Streamlit page of this entry, titled in the reader's language."""
        return st.Page(
            PAGES / f"{self.key}.py",
            title=tr(self.title),
            icon=f":material/{self.icon}:",
            url_path=self.key,
            default=self.key == "home",
            visibility="visible" if self.is_listed else "hidden",
        )


DOORS = {
    door.key: door
    for door in (
        Door("home", word("Home"), "home"),
        Door("scenarios", word("Scenarios"), "lightbulb", word("Start")),
        Door("data", word("Data"), "table_rows", word("Start")),
        Door("train", word("Train"), "tune", word("Learn")),
        Door("runs", word("Runs"), "timeline", word("Learn")),
        Door("evaluate", word("Evaluate"), "fact_check", word("Judge")),
        Door("compare", word("Compare"), "compare_arrows", word("Judge")),
        Door("payoff", word("Business value"), "payments", word("Judge")),
        Door("inspect", word("Diagnostics"), "troubleshoot", word("Judge")),
        Door("labels", word("How many labels"), "stacked_line_chart", word("Judge")),
        Door("predict", word("Predict"), "chat_bubble", word("Judge")),
        Door("share", word("Report and share"), "ios_share", word("Hand over")),
        Door("present", word("Present"), "slideshow", word("Hand over"), is_listed=False),
        Door("settings", word("Settings"), "settings", word("System")),
        Door("glossary", word("Glossary"), "menu_book", word("System")),
        Door("truth", word("How sure is a number?"), "help", word("System"), is_listed=False),
    )
}


def navigation() -> Any:
    """Draw the navigation and return the page that the address names."""
    groups: dict[str, list[Any]] = {}
    for door in DOORS.values():
        groups.setdefault(tr(door.group) if door.group else "", []).append(door.page())
    position = "hidden" if st.context.is_embedded else "sidebar"
    return st.navigation(groups, position=position, expanded=True)  # type: ignore[arg-type]


def go(key: str, **where: str) -> NoReturn:
    """Switch to another page; `where` becomes its query string."""
    st.switch_page(DOORS[key].page(), query_params=where)


def back(key: str, label: str) -> None:
    """Button back to a page's own list."""
    if st.button(label, icon=":material/arrow_back:", type="tertiary", key=f"back-{key}"):
        go(key)


def link(key: str, label: str, *, icon: str | None = None, **where: str) -> None:
    """A link to another page."""
    st.page_link(DOORS[key].page(), label=label, icon=icon, query_params=where or None)


def what_is_this(about: str = "") -> None:
    """Link to what intervals and verdicts mean, and how often this one holds."""
    link("truth", tr("What is this?"), icon=":material/help:", **({"about": about} if about else {}))
