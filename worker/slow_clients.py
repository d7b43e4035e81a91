"""HTTP protocol of uvicorn with time limits: who sends slowly, or nothing, keeps no connection open, nor a server up.

uvicorn itself limits only how long a connection may be idle after an answer.
"""

import asyncio
from collections import Counter
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_S = 20.0
"""Time for a request's headers to be whole, from the connection's beginning or from their first byte."""
BODY_IDLE_S = 30.0
"""Longest pause between two pieces of a request's body."""
BODY_GRACE_S, LEAST_BYTES_A_SECOND = 60.0, 1_000
"""Rate below which a body is given up, and when the rate begins to count."""
ENDING_S = 10
"""Time that requests under way have to come to their end once the server was told to stop."""
MOST_CONNECTIONS = 256
"""Open HTTP connections of one address; WebSockets do not count."""
TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
BAD_REQUEST = (
    b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 30\r\n\r\n"
    b"Invalid HTTP request received."
)

_open = Counter[str]()


class TimedProtocol(H11Protocol):
    """HTTP/1.1 protocol that closes connections whose request does not come on in time."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._timer: asyncio.TimerHandle | None = None
        self._awaits = ""
        self._began, self._received = 0.0, 0
        self._is_counted = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Counts the connection, and waits for its first request."""
        super().connection_made(transport)
        if _open[self._address] >= MOST_CONNECTIONS:
            transport.close()
            return
        _open[self._address] += 1
        self._is_counted = True
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops counting."""
        self._leave()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes what came, and waits for what is missing of the request."""
        self._received += len(data)
        super().data_received(data)
        self._wait()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hands the connection to the WebSocket protocol, which pings it."""
        self._leave()
        super().handle_websocket_upgrade(event)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # it is always the same
        """Refuses what is no HTTP; where a request broke off in its body, nobody waits for its answer any more."""
        cycle = self.cycle if self.cycle is not None and not self.cycle.response_complete else None
        if cycle is not None:
            cycle.disconnected = True
            cycle.message_event.set()
        if cycle is None or not cycle.response_started:
            self.transport.write(BAD_REQUEST)
        self.transport.close()

    def shutdown(self) -> None:
        """Lets the request under way come to its end, for `ENDING_S` and no longer."""
        super().shutdown()
        if not self.transport.is_closing():
            self.loop.call_later(ENDING_S, self.transport.abort)

    def on_response_complete(self) -> None:
        """Leaves an idle connection to uvicorn's own limit."""
        self._stop()
        super().on_response_complete()

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _wait(self) -> None:
        """Sets the timer to what the request is waiting for: its headers, more of its body, or nothing."""
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            if self._awaits != "headers":
                self._set("headers", HEADERS_S)
        elif cycle.more_body:
            if self._awaits != "body":
                self._began, self._received = self.loop.time(), 0
            self._set("body", BODY_IDLE_S)
        else:
            self._stop()

    def _set(self, awaits: str, seconds: float) -> None:
        self._stop()
        self._awaits = awaits
        self._timer = self.loop.call_later(seconds, self._give_up)
        lasted = self.loop.time() - self._began
        if awaits == "body" and lasted > BODY_GRACE_S and self._received < lasted * LEAST_BYTES_A_SECOND:
            self._give_up()

    def _give_up(self) -> None:
        if self.flow.read_paused:  # it is we who do not read on
            self._began, self._received = self.loop.time(), 0
            self._set(self._awaits, BODY_IDLE_S)
            return
        self._stop()
        if self.cycle is None or not self.cycle.response_started:
            self.transport.write(TIMEOUT)
        self.transport.close()

    def _stop(self) -> None:
        self._awaits = ""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _leave(self) -> None:
        self._stop()
        if self._is_counted:
            self._is_counted = False
            _open[self._address] -= 1
            if not _open[self._address]:
                del _open[self._address]
