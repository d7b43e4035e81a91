"""No field takes an address: what is no name on the hub is refused, and nobody is asked."""

import socket
from pathlib import Path

import pytest

from core.errors import UserError
from core.models import describe, locate
from core.models.datasets import fetch_hub_dataset

ADDRESSES = (
    "http://169.254.169.254/latest/meta-data",
    "https://internal.example/model",
    "file:///etc/passwd",
    "//127.0.0.1/share",
    r"\\127.0.0.1\share",
    "http://[::1]:8265/api",
    "org/name@http://127.0.0.1",
    "org/../../../api/whoami-v2",
    "org/name?x=http://127.0.0.1",
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address that a socket was to connect to."""
    met: list[object] = []

    def connect(_self: socket.socket, address: object) -> None:
        met.append(address)
        raise ConnectionRefusedError(address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_, **__: connect(None, host))  # type: ignore[arg-type]
    return met


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_no_dataset_and_nobody_is_asked(address: str, tmp_path: Path, asked: list[object]) -> None:
    with pytest.raises(UserError):
        fetch_hub_dataset(address, tmp_path)
    assert asked == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_no_model_and_nobody_is_asked(address: str, tmp_path: Path, asked: list[object]) -> None:
    with pytest.raises(UserError):
        describe(address, tmp_path)
    with pytest.raises(UserError):
        locate(address, tmp_path, print)
    assert asked == []


def test_the_hub_itself_is_asked_for_a_name(tmp_path: Path, asked: list[object]) -> None:
    """Or the tests above would show nothing."""
    with pytest.raises(UserError):
        describe("org/name", tmp_path)
    assert asked
