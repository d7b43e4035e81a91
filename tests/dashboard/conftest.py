import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from storage import Store
from tests.dashboard import seed

SHELL = Path(__file__).resolve().parents[2] / "dashboard" / "server" / "shell.py"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A new home for the store, which the pages then open too; nothing is asked of the hub."""
    monkeypatch.setenv("TUNEBOARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    st.cache_resource.clear()
    st.cache_data.clear()
    yield tmp_path / "home"
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    """An empty store."""
    store = Store.open(home)
    seed.worker(store)
    yield store
    store.close()


@pytest.fixture(scope="session")
def shop_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A full store, made once and copied for each test that wants it."""
    home = tmp_path_factory.mktemp("shop") / "home"
    seed.shop(home).close()
    return home


@pytest.fixture
def shop(home: Path, shop_template: Path) -> Iterator[Store]:
    """A store with everything a page may show."""
    shutil.copytree(shop_template, home)
    store = Store.open(home)
    seed.worker(store)
    yield store
    store.close()


class Visitor:
    """A person in front of the dashboard: opens pages, reads and presses."""

    def __init__(self) -> None:
        self.app = AppTest.from_file(str(SHELL), default_timeout=30)

    def open(self, page: str, **where: str) -> AppTest:
        """The page after it has drawn itself without an error of ours."""
        self.app.run()
        for name in list(self.app.query_params):
            del self.app.query_params[name]
        for name, value in where.items():
            self.app.query_params[name] = value
        if page != "home":
            self.app.switch_page(f"../../pages/{page}.py")
        self.app.run()
        assert not self.app.exception, self.app.exception
        return self.app

    def words(self) -> str:
        """Everything that is written on the page."""
        kinds = ("title", "subheader", "markdown", "caption", "error", "warning", "info", "success", "metric", "text")
        parts = []
        for kind in kinds:
            for element in self.app.get(kind):
                parts += [str(getattr(element, "label", "")), str(element.value)]
        return "\n".join(parts).replace("\\", "")

    def button(self, label: str):
        """The button that says so."""
        return next(button for button in self.app.button if button.label == label)


@pytest.fixture
def visitor(home: Path) -> Visitor:
    """Somebody who has just opened the dashboard."""
    return Visitor()
