"""Accounts and the audit trail, on the settings page and by command; and what a page offers to whom."""

import json
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from core.errors import ConfigError, NotFound
from dashboard.access import store as memory
from dashboard.command_line import app
from storage import Actor, Store
from tests.dashboard import seed
from tests.dashboard.conftest import Visitor


def arrived(store: Store, name: str) -> None:
    store.accounts.arrive("https://id.example", name, "nonce", name=name, role="viewer")


def run(*words: str) -> str:
    done = CliRunner().invoke(app, words)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def test_commands_list_let_in_close_and_tell_what_was_done(store: Store) -> None:
    arrived(store, "ben")
    assert json.loads(run("accounts", "--json"))["accounts"][0]["role"] == "viewer"
    assert run("accounts", "role", "ben", "editor") == "ben: editor.\n"
    assert run("accounts", "close", "ben") == "ben: closed.\n"
    assert run("accounts", "open", "ben") == "ben: editor.\n"
    told = json.loads(run("audit", "--json"))["audit"]
    assert [one["action"] for one in told] == ["account.open", "account.close", "account.role", "account.sign_in"]
    assert "this machine" in run("audit")
    with pytest.raises(ConfigError, match="'king' is no role"):
        run("accounts", "role", "ben", "king")
    with pytest.raises(NotFound):
        run("accounts", "close", "nobody")


def test_health_says_who_reaches_it(store: Store) -> None:
    checks = {one["name"]: one for one in json.loads(run("health", "--json"))["checks"]}
    assert checks["Door"]["text"] == "No sign-in is set up; the dashboard answers this machine only."


def test_without_sign_in_the_settings_page_says_that_only_this_machine_is_answered(
    visitor: Visitor, store: Store
) -> None:
    visitor.open("settings")
    assert "answers this machine only" in visitor.words()


@pytest.mark.parametrize(
    ("name", "role"), [("vera", "viewer"), ("eve", "editor"), ("olga", "editor"), ("root", "admin")]
)
def test_a_run_offers_what_its_reader_may_do(
    visitor: Visitor, store: Store, monkeypatch: pytest.MonkeyPatch, name: str, role: str
) -> None:
    made = seed.finished(store.acting(Actor(name="olga")), seed.newsdesk(store, 100), rows=100, quickly=True)
    arrived(store, name)
    store.accounts.give_role(name, role)  # type: ignore[arg-type]
    account = store.accounts.arrive("https://id.example", name, "nonce", name=name, role="none")
    monkeypatch.setattr(memory, "store", lambda: store.acting(account))
    visitor.open("runs", run=made.id)
    labels = {button.label for button in visitor.app.button}
    assert ("Delete" in labels) == (name in ("olga", "root"))
    assert ("Run again" in labels) == (role != "viewer")
    assert "Try it" in labels


def test_nobody_locks_herself_out(store: Store) -> None:
    arrived(store, "root")
    store.accounts.give_role("root", "admin")
    root = store.acting(store.accounts.arrive("https://id.example", "root", "nonce", name="root", role="none"))
    for lock in (root.accounts.disable, lambda who: root.accounts.give_role(who, "viewer")):
        with pytest.raises(ConfigError, match="your own account"):
            lock("root")


def test_a_viewer_asks_the_model_about_a_file(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.inputs import uploaded

    arrived(store, "vera")
    viewer = store.acting(store.accounts.arrive("https://id.example", "vera", "nonce", name="vera", role="none"))
    monkeypatch.setattr(memory, "store", lambda: viewer)
    upload = SimpleNamespace(name="ask.csv", getvalue=lambda: b"text\ncrude oil\nnet profit\n")
    assert list(uploaded._rows("an upload", "{}", upload).frame["text"]) == ["crude oil", "net profit"]
