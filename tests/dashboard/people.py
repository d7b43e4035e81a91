"""A dashboard whose people sign in at a real provider, and people who do it by plain HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from storage import Role, Store
from tests.dashboard.provider import Provider, provider
from tests.dashboard.server import dashboard, free_port

HTML = {"Accept": "text/html"}


class House(NamedTuple):
    """A dashboard, what it keeps, and who vouches for its people."""

    address: str
    store: Store
    provider: Provider

    @property
    def log(self) -> str:
        """What the dashboard's process has said."""
        port = self.address.rsplit(":", 1)[1]
        return (self.store.home.parent / f"dashboard-{port}.log").read_text(errors="replace")


@contextmanager
def house_with_a_door(home: Path, **more: str) -> Iterator[House]:
    """A dashboard over the store in `home`; `more` are settings of its environment."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with provider(f"{address}/oauth2callback") as vouching, dashboard(home, port, vouching.environment(**more)):
        store = Store.open(home)
        yield House(address, store, vouching)
        store.close()


def stranger(house: House) -> httpx.Client:
    """Somebody who has not signed in."""
    return httpx.Client(base_url=house.address, trust_env=False, follow_redirects=False, timeout=60)


def vouched(house: House, who: str) -> httpx.Client:
    """Somebody who has signed in at the provider; whether she may come in is the house's affair."""
    client = stranger(house)
    page = client.get(client.get("/sign-in/begin").headers["location"]).headers["location"]
    answer = client.post(page, data={"sub": who})
    assert client.get(answer.headers["location"]).status_code == 302
    return client


def signed_in(house: House, who: str, role: Role = "viewer") -> httpx.Client:
    """Somebody who has signed in and been let in with `role`; Ada is an admin by the settings."""
    client = vouched(house, who)
    client.get("/", headers=HTML)
    if who != "ada":
        house.store.accounts.give_role(f"{who}@example.org", role)
    assert client.get("/", headers=HTML).status_code == 200
    return client


def cookies(client: httpx.Client) -> str:
    """A client's cookies as one header."""
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())
