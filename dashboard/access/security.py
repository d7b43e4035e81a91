"""Security headers of every response of the dashboard's server, and the paths that it never answers."""

import re
from base64 import b64encode
from collections.abc import MutableMapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def _inline_scripts() -> str:
    """SHA-256 hashes of the scripts that stand in Streamlit's own page, so that no other inline script may run."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    return " ".join(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts)


POLICY = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'self' 'wasm-unsafe-eval' {_inline_scripts()}",
        "style-src 'self' 'unsafe-inline'",  # Streamlit writes its styles at run time
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

OWN = ("/s/", "/sign-in")
"""Pages with a stricter Content-Security-Policy of their own, which also says who may frame them."""
WITHOUT_POLICY = tuple(name for name in HEADERS if name not in {"Content-Security-Policy", "X-Frame-Options"})

CLOSED = ("/_stcore/metrics",)
"""Paths that would tell anyone how the process is doing."""


class SecurityHeaders:
    """ASGI middleware that adds the security headers to every HTTP response and closes private paths."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _is_closed(scope):
            await PlainTextResponse("Not found", status_code=404, headers=HEADERS)(scope, receive, send)
            return
        has_its_own = str(scope.get("path", "")).startswith(OWN)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_stricter = has_its_own and "Content-Security-Policy" in headers
                headers.update({name: HEADERS[name] for name in (WITHOUT_POLICY if is_stricter else HEADERS)})
            await send(message)

        with suppress(ClientDisconnect):  # who sent no whole request waits for no answer
            await self._app(scope, receive, with_headers)


def _is_closed(scope: MutableMapping[str, Any]) -> bool:
    path = "/" + str(scope.get("path", "")).strip("/")
    return path in CLOSED
