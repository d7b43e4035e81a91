"""ASGI middleware in front of every route: it checks the Host header, the Origin, the session and the body's size.

It stands before Streamlit: whoever has not signed in never gets a session, a script or a socket there.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import quote

import anyio
import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import UserError
from dashboard.access.identity import actor_of
from dashboard.access.limits import limited
from dashboard.access.origins import host_name, is_forged, is_ours, knows_host
from dashboard.access.routes import NEXT, way_on
from dashboard.access.store import house
from dashboard.server.settings import Settings, settings
from storage import Actor

log = logging.getLogger(__name__)

OPEN = ("/_stcore/health", "/sign-in", "/sign-in/begin", "/auth/login", "/auth/logout", "/oauth2callback")
"""Public paths, besides the shared pages: the health check, and how to sign in."""
SHARED = "/s/"
LANGUAGE = "/language/"
_CHOOSES_LANGUAGE = re.compile(LANGUAGE + "[A-Za-z_-]{1,12}")
ONLY_WITH_SIGN_IN = ("/sign-in", "/auth/", "/oauth2callback")
SESSION_CHECK_S = 5.0
"""Interval between two session checks of an open WebSocket; what comes over it is checked besides."""
POLICY_VIOLATION = 1008


class Gate:
    """ASGI middleware that refuses requests without access."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, or one WebSocket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        known = settings()
        refused = await self._refusal(scope, known)
        if refused is not None:
            await _refuse(refused, scope, receive, send)
        elif scope["type"] == "websocket":
            await (self._watched_socket if known.has_sign_in else self._app)(scope, receive, send)
        else:
            await limited(self._app, scope, receive, _with_security_headers(send, scope, known))

    async def _refusal(self, scope: Scope, known: Settings) -> Response | None:
        """The response to a request that gets no further; None for one that is let through."""
        refused = _wrong_host_or_origin(scope, known)
        if refused is not None:
            return refused
        path = str(scope["path"])
        if not known.has_sign_in:
            return PlainTextResponse("Not found", 404) if path.startswith(ONLY_WITH_SIGN_IN) else None
        if path == "/auth/logout":
            await _actor(scope, end=True)
        if path in OPEN or path.startswith(SHARED) or _CHOOSES_LANGUAGE.fullmatch(path):
            return None
        if await _actor(scope) is None:
            return _to_sign_in(scope)
        return _redirect_after_sign_in(scope) if path == "/" and scope["type"] == "http" else None

    async def _watched_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """WebSocket that closes when its owner's session has ended."""
        is_closed = False

        async def close() -> None:
            nonlocal is_closed
            if not is_closed:
                is_closed = True
                await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "signed out"})

        async def guarded() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and await _actor(scope) is None:
                await close()
                return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
            return message

        async def unless_closed(message: Message) -> None:
            if not is_closed:
                await send(message)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_recheck_session, scope, close)
            await self._app(scope, guarded, unless_closed)
            tasks.cancel_scope.cancel()


def _wrong_host_or_origin(scope: Scope, known: Settings) -> Response | None:
    """The response to a request with a wrong Host header, or forged by another site's page (CSRF)."""
    headers, path = Headers(scope=scope), str(scope["path"])
    if len(headers.getlist("host")) != 1 or not knows_host(host_name(headers["host"]), path, known):
        return PlainTextResponse("This server is not called so.", 421)
    if scope["type"] == "websocket":
        return None if is_ours(headers, known) else PlainTextResponse("This page is not ours.", 403)
    forged = is_forged(scope["method"], path, headers, known)
    return PlainTextResponse("Another site asked for this.", 403) if forged else None


async def _recheck_session(scope: Scope, close: Callable[[], Awaitable[None]]) -> None:
    while await _actor(scope) is not None:
        await anyio.sleep(SESSION_CHECK_S)
    await close()


async def _actor(scope: Scope, *, end: bool = False) -> Actor | None:
    """Actor of the request's session cookie, None without a valid one; with `end` the session ends."""
    cookies = HTTPConnection(scope).cookies
    return await anyio.to_thread.run_sync(partial(_actor_of_cookies, cookies, end=end))


def _actor_of_cookies(cookies: dict[str, str], *, end: bool) -> Actor | None:
    try:
        actor = actor_of(house(), cookies)
    except UserError:
        return None
    if end:
        house().accounts.leave(actor.sign_in)
    return actor


def _to_sign_in(scope: Scope) -> Response:
    """Redirect of a person to the sign-in page; a program gets status 401."""
    if scope["type"] == "http" and scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", ""):
        query = scope["query_string"].decode("latin-1")
        wanted = quote(scope["path"] + (f"?{query}" if query else ""), safe="")
        return RedirectResponse(f"/sign-in?next={wanted}", 303)
    return PlainTextResponse("Sign in first.", 401)


def _redirect_after_sign_in(scope: Scope) -> Response | None:
    """Redirect to the page that was requested before sign-in."""
    wanted = HTTPConnection(scope).cookies.get(NEXT, "").strip('"')
    if not wanted:
        return None
    answer = RedirectResponse(way_on(wanted) or "/", 303)
    answer.delete_cookie(NEXT, httponly=True, samesite="lax")
    return answer


async def _refuse(answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "refused"})
    else:
        answer.headers["Connection"] = "close"  # its body, if it has one, is not read
        answer.headers["Cache-Control"] = "no-store"
        await answer(scope, receive, send)


def _with_security_headers(send: Send, scope: Scope, known: Settings) -> Send:
    """Security headers on the way out: Secure on cookies, HSTS, and no cache for the files of signed-in people."""
    if not known.has_sign_in:
        return send

    async def sealed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if known.origin.startswith("https:"):
                message["headers"] = [_secure(name, value) for name, value in message["headers"]]
                headers = MutableHeaders(scope=message)
                headers["Strict-Transport-Security"] = "max-age=31536000"
            if str(scope["path"]).startswith("/media/"):
                headers["Cache-Control"] = "private, no-store"
        await send(message)

    return sealed


def _secure(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    is_open = name.lower() == b"set-cookie" and b"secure" not in value.lower().split(b"; ")
    return name, value + b"; Secure" if is_open else value
