"""Which Ray clusters are used, and who gets to see the token. A small server plays the cluster's head."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from core.errors import UserError
from worker.ray.cluster import ClusterUnreachable, RayCluster, Size, token_here

ELSEWHERE = "http://ray.example:8265"


class Head(ThreadingHTTPServer):
    """Answers as a head with this token would; "" asks for none."""

    def __init__(self, token: str) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.token = token
        self.seen: list[str | None] = []
        self.faulty = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answers(BaseHTTPRequestHandler):
    server: Head

    def do_GET(self) -> None:
        given = self.headers.get("Authorization")
        self.server.seen.append(given)
        if self.server.faulty:
            self.answer(500, "a traceback")
        elif self.server.token and given is None:
            self.answer(401, "Unauthorized")
        elif self.server.token and given != f"Bearer {self.server.token}":
            self.answer(403, "Forbidden")
        else:
            self.answer(200, json.dumps({"version": "4"}))

    def answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture(params=["", "right"], ids=["open", "asks for a token"])
def head(request: pytest.FixtureRequest) -> Iterator[Head]:
    server = Head(request.param)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes every address for one that others can reach."""
    monkeypatch.setattr(RayCluster, "is_local", False)


@pytest.mark.parametrize("head", [""], indirect=True)
def test_a_cluster_that_anybody_can_use_is_refused_off_loopback(head: Head, far: None) -> None:
    with pytest.raises(UserError, match="takes jobs from anybody") as refused:
        RayCluster(head.address, "right").check()
    assert "RAY_AUTH_MODE=token" in refused.value.hint
    assert head.seen == [None], "it must not get to see the token"


@pytest.mark.parametrize("head", [""], indirect=True)
def test_a_cluster_of_this_machine_alone_needs_no_token(head: Head) -> None:
    RayCluster(head.address).check()


@pytest.mark.parametrize("head", ["right"], indirect=True)
def test_a_cluster_that_asks_for_the_token_and_takes_ours_is_used(head: Head, far: None) -> None:
    RayCluster(head.address, "right").check()


@pytest.mark.parametrize("head", ["right"], indirect=True)
@pytest.mark.parametrize(
    ("token", "sentence"), [("", "this worker has none"), ("wrong", "refuses this worker's token")]
)
def test_a_wrong_or_missing_token_is_said(head: Head, token: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence) as refused:
        RayCluster(head.address, token).check()
    assert token not in refused.value.hint or not token


@pytest.mark.parametrize("head", [""], indirect=True)
def test_a_head_with_a_fault_of_its_own_is_no_open_cluster_and_no_crash(head: Head) -> None:
    head.faulty = True
    with pytest.raises(ClusterUnreachable):
        RayCluster(head.address).jobs()
    with pytest.raises(ClusterUnreachable):
        RayCluster(head.address).submit("one", entrypoint="true")


def test_a_head_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(ClusterUnreachable):
        RayCluster("http://127.0.0.1:9", "right").check()


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://127.0.0.1:8265", True),
        ("http://localhost:8265", True),
        ("http://[::1]:8265", True),
        ("http://127.0.0.1.evil.example:8265", False),
        ("http://localhost.evil.example", False),
        ("http://0.0.0.0:8265", False),
        ("http://10.0.0.7:8265", False),
        (ELSEWHERE, False),
    ],
)
def test_only_this_machines_own_addresses_are_loopback(address: str, local: bool) -> None:
    assert RayCluster(address).is_local is local


def test_the_token_comes_from_where_ray_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.delenv(name, raising=False)
    assert token_here() == ""
    (tmp_path / ".ray").mkdir()
    (tmp_path / ".ray/auth_token").write_text("at home\n")
    assert token_here() == "at home"
    (tmp_path / "elsewhere").write_text("in a file\n")
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(tmp_path / "elsewhere"))
    assert token_here() == "in a file"
    monkeypatch.setenv("RAY_AUTH_TOKEN", "said")
    assert token_here() == "said"
    monkeypatch.delenv("RAY_AUTH_TOKEN")
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(tmp_path / "nowhere"))
    with pytest.raises(UserError, match="cannot be read"):
        token_here()


def test_a_cluster_is_described_in_words() -> None:
    assert Size(1, 4.0, 0.0).words == "Ray, 1 node, 4 CPU cores"
    assert Size(2, 32.0, 1.0).words == "Ray, 2 nodes, 32 CPU cores, 1 GPU"
