"""Whoever sends slowly, or nothing, is let go of; whoever sends steadily is served."""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from websockets.sync.client import connect

from tests.dashboard.server import ROOT, free_port, wait_until_healthy
from tests.worker.conftest import wait_for
from worker import slow_clients
from worker.slow_clients import TimedProtocol

HEADERS = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"


class Application:
    """ASGI application that reads a body and says how long it was, and echoes what a WebSocket says."""

    def __init__(self) -> None:
        self.left: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            while (message := await receive())["type"] == "websocket.receive":
                await send({"type": "websocket.send", "text": message["text"]})
            return
        if scope["path"] == "/deaf":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"1"})
            self.left.append("/deaf")
            return
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.left.append(scope["path"])
                return
            size, more = size + len(message["body"]), message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(size).encode()})


@pytest.fixture
def application(monkeypatch: pytest.MonkeyPatch) -> Application:
    for name, value in {"HEADERS_S": 0.3, "BODY_IDLE_S": 0.3, "BODY_GRACE_S": 0.3, "MOST_CONNECTIONS": 40}.items():
        monkeypatch.setattr(slow_clients, name, value)
    return Application()


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes the limits long from here on, so that no slow machine runs over them."""

    def make() -> None:
        for name in ("HEADERS_S", "BODY_IDLE_S", "BODY_GRACE_S"):
            monkeypatch.setattr(slow_clients, name, 120.0)

    return make


@pytest.fixture
def port(application: Application) -> Iterator[int]:
    """Port of a server with the protocol, in a thread."""
    config = uvicorn.Config(application, port=free_port(), http=TimedProtocol, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_for(lambda: server.started, "the server")
    yield config.port
    server.should_exit = True
    thread.join(30)


@contextmanager
def sending(port: int, *pieces: bytes) -> Iterator[socket.socket]:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as connection:
        for piece in pieces:
            connection.sendall(piece)
        yield connection


def rest(connection: socket.socket) -> bytes:
    """What still comes until the server closes."""
    found = b""
    try:
        while piece := connection.recv(65_536):
            found += piece
    except ConnectionResetError:
        pass
    return found


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX: ", HEADERS, HEADERS + b"x" * 500])
def test_a_request_that_does_not_come_on_is_given_up(port: int, sent: bytes) -> None:
    with sending(port, sent) as connection:
        assert rest(connection) == slow_clients.TIMEOUT


def test_many_half_sent_requests_all_end_and_the_next_is_served(
    port: int, application: Application, patience: Callable[[], None]
) -> None:
    crowd = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(40)]
    for number, connection in enumerate(crowd):
        connection.sendall(HEADERS if number % 2 else b"GET / HTTP/1.1\r\nHost")
    for connection in crowd:
        assert rest(connection) in (slow_clients.TIMEOUT, b"")
        connection.close()
    wait_for(lambda: len(application.left) == 20 and not slow_clients._open, "the end of all")
    patience()
    with sending(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") as connection:
        assert rest(connection).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("path", ["/", "/deaf"])
@pytest.mark.parametrize("method", ["HEAD", "POST"])
def test_a_body_that_breaks_off_is_refused_and_whoever_works_on_it_learns_that_nobody_waits(
    port: int, application: Application, caplog: pytest.LogCaptureFixture, method: str, path: str
) -> None:
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    with sending(port, head + b"no length at all\r\n") as connection:
        assert rest(connection) == slow_clients.BAD_REQUEST
    wait_for(lambda: application.left == [path], "the application's end")
    assert caplog.records == []


def test_a_body_that_drips_is_given_up(port: int) -> None:
    with sending(port, HEADERS) as connection:
        connection.settimeout(0.05)
        for _ in range(2_000):
            try:
                connection.sendall(b"x")
                assert connection.recv(1_000) in (slow_clients.TIMEOUT, b"")
                break
            except TimeoutError:
                continue
            except ConnectionError:
                break
        else:
            pytest.fail("it was never given up")


def test_a_body_in_pieces_and_the_next_request_of_the_same_connection_are_served(
    port: int, patience: Callable[[], None]
) -> None:
    patience()
    with sending(port, HEADERS, *(b"x" * 1_000 for _ in range(100))) as connection:
        found = b""
        while not found.endswith(b"100000\r\n0\r\n\r\n"):
            found += connection.recv(65_536)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert rest(connection).startswith(b"HTTP/1.1 200")


def test_an_address_has_so_many_connections_and_no_more(port: int, patience: Callable[[], None]) -> None:
    patience()
    crowd = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(40)]
    wait_for(lambda: slow_clients._open.total() == 40, "all of them")
    with sending(port) as one_more:
        assert rest(one_more) == b""
    for connection in crowd:
        connection.close()


def test_a_socket_is_not_limited_by_it(
    port: int, patience: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    patience()
    with connect(f"ws://127.0.0.1:{port}/") as socket_:
        monkeypatch.setattr(slow_clients, "HEADERS_S", 0.3)
        with sending(port) as silent:
            assert rest(silent) == slow_clients.TIMEOUT
        socket_.send("still here")
        assert socket_.recv(60) == "still here"


def test_the_dashboard_is_served_by_it(tmp_path: Path) -> None:
    port = free_port()
    code = (
        "import worker.slow_clients as it; it.HEADERS_S = 0.3; it.BODY_IDLE_S = 0.3\n"
        f"from dashboard.server.serve import serve; serve(port={port})"
    )
    with (tmp_path / "log").open("wb") as log, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUNEBOARD_HOME", str(tmp_path / "home"))
        patch.setenv("PYTHONPATH", str(ROOT))
        process = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stdout=log, stderr=log)
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}", process, tmp_path / "log")
        upload = (
            f"PUT /_stcore/upload_file/s/f HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 9000\r\n\r\n".encode()
        )
        for sent in (b"", b"GET / HTTP/1.1\r\nHost", upload + b"x"):
            with sending(port, sent) as connection:
                assert rest(connection).startswith(b"HTTP/1.1 4")
    finally:
        process.terminate()
        process.wait(60)
