"""ASGI middleware for the addresses of pages: our script in Streamlit's page, and a page of ours for unknown addresses.

Streamlit answers every address with the same page and status 200.
"""

from pathlib import Path

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.doors import DOORS

SCRIPT = Path(__file__).parents[1] / "static" / "page.js"
SCRIPT_AT = "/tuneboard.js"
TAG = f'<script src="{SCRIPT_AT}"></script>'.encode()
KNOWN = frozenset({"/", *(f"/{key}" for key in DOORS)})
ELSEWHERE = (
    "/_stcore/",
    "/static/",
    "/media/",
    "/component/",
    "/s/",
    "/sign-in",
    "/auth/",
    "/oauth2callback",
    "/language/",
)
"""Paths of Streamlit's own files and of our other routes."""


class Pages:
    """ASGI middleware around Streamlit's page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        path = "/" + str(scope.get("path", "")).strip("/")
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
        elif path == SCRIPT_AT:
            await FileResponse(SCRIPT, media_type="text/javascript", headers={"Cache-Control": "no-cache"})(
                scope, receive, send
            )
        elif path in KNOWN:
            await self._app(_uncompressed(scope), receive, _WithScript(send).send)
        elif _asks_for_a_page(scope, path):
            answer = await anyio.to_thread.run_sync(_unknown)
            await answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class _WithScript:
    """Response whose HTML gets our script as the first one of its head."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        """Pass the message on; a page of HTML is held back until it is whole."""
        if message["type"] == "http.response.start":
            if Headers(raw=message["headers"]).get("content-type", "").startswith("text/html"):
                self._start = message
                return
        elif self._start is not None and message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._whole(self._start)
            return
        await self._send(message)

    async def _whole(self, start: Message) -> None:
        body = self._body.replace(b"<head>", b"<head>" + TAG, 1)
        headers = MutableHeaders(raw=list(start["headers"]))
        if self._body:
            headers["Content-Length"] = str(len(body))
        for name in ("etag", "last-modified", "accept-ranges"):
            del headers[name]
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})


def _uncompressed(scope: Scope) -> Scope:
    """The request without its Accept-Encoding: what is compressed cannot be added to."""
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() != b"accept-encoding"]}


def _asks_for_a_page(scope: Scope, path: str) -> bool:
    """Whether a person's browser asks for a page here; a file's name has a dot."""
    if path.startswith(ELSEWHERE) or "." in path.rsplit("/", 1)[-1]:
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def _unknown() -> Response:
    from dashboard.server.html_page import fill, fixed, hashes, headers, paper, policy

    html = fill("unknown.html", style=paper(), mark=fixed("../static/mark.svg"))
    allowed = policy(scripts="'none'", styles=hashes(html, "style"))
    return HTMLResponse(html, 404, headers=headers(allowed, sandbox=None))
