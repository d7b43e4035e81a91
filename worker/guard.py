"""ASGI middleware of the predictor: checks Host, Origin, bearer token and the size of the request.

It answers before a byte of the body is read, so that nobody without the token fills this process.
"""

import hmac

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 32 * 1024 * 1024
"""Longest request body: 64 texts of 100,000 characters in UTF-8, and the JSON around them."""
PUBLIC = ("/health",)
HOSTS = ("127.0.0.1", "localhost")


class Guard:
    """Middleware that admits requests with the bearer token; those of browsers (with an Origin) are refused."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one ASGI connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        refused = self._refusal(scope)
        if refused is not None:
            await refused(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            return message if read <= MOST_BYTES else {"type": "http.disconnect"}

        await self._app(scope, counted, send)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope=scope)
        if headers.get("host", "").rsplit(":", 1)[0] not in HOSTS or "origin" in headers:
            return _error(400, "Only this machine's own programs may ask here.")
        if scope["path"] in PUBLIC:
            return None
        if not hmac.compare_digest(headers.get("authorization", "").encode(), f"Bearer {self._token}".encode()):
            return _error(401, "This needs the token that the store keeps.")
        said = headers.get("content-length", "0")
        if not said.isdecimal() or int(said[:20]) > MOST_BYTES:
            return _error(413, "This is too much for one question.")
        return None


def _error(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": {"message": message, "hint": ""}}, status, headers={"Connection": "close"})
