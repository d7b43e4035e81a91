"""Limit on uploads at one time: counted before their bytes come, so that neither memory nor disk fills.

Streamlit keeps an uploaded file in memory until its session ends, and a session waits two minutes for its lost socket.
Once a file is kept in the store, it is let go here; where room is needed, so is what sessions without a socket hold.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.access.identity import actor_of
from dashboard.access.limits import UPLOAD, refuse
from dashboard.access.setup import has_sign_in
from dashboard.access.store import house
from storage import Actor, Limits
from storage.rights import RANK

MB = 1_000_000
SHARES = 4
"""Persons at least who find room for their uploads at the same time."""
READ_AT_ONCE = 2
"""Files that are read into tables at the same time; the others wait. Reading takes several times a file's size."""

_reading = threading.BoundedSemaphore(READ_AT_ONCE)


class Uploads:
    """ASGI middleware that refuses an upload, before it is read, for which memory or disk has no room.

    One person who has signed in gets a share of the memory, so that others find room beside her.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._coming = Counter[str]()
        """Bytes on their way, by the session that they go to."""
        self._owners: dict[str, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http" or scope["method"] != "PUT" or not scope["path"].startswith(UPLOAD):
            await self._app(scope, receive, send)
            return
        limits = house().limits
        session = str(scope["path"]).removeprefix(UPLOAD).partition("/")[0]
        size = _content_length(Headers(scope=scope), limits.upload_mb * MB)
        actor = await anyio.to_thread.run_sync(_person, HTTPConnection(scope).cookies)
        if actor is not None and RANK[actor.role] < RANK["viewer"]:
            await refuse("You have not been let in yet.", 403, receive, send)
            return
        who = "" if actor is None else actor.name
        if refused := self._refusal(who, size, limits):
            await refuse(refused, 507, receive, send, most=2 * limits.upload_mb * MB, **{"Retry-After": "60"})
            return
        self._owners[session] = who
        self._coming[session] += size
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming[session] -= size
            self._coming += Counter()  # keeps those above zero
            held = held_by_session()
            self._owners = {one: name for one, name in self._owners.items() if one in held or one in self._coming}

    def _refusal(self, who: str, size: int, limits: Limits) -> str:
        """Why there is no room for an upload; empty where there is."""
        most = limits.uploads_mb * MB
        if held_bytes() + self._coming.total() + size > most:
            let_go_of_sessions_without_socket()
        if held_bytes() + self._coming.total() + size > most:
            return "Too many files are being uploaded just now. Try again in a minute."
        share = max(most // SHARES, limits.upload_mb * MB)
        if who and self._bytes_of(who) + size > share:
            return "You have too many files on their way or open in other tabs. Close those, or try again in a minute."
        if not house().bounds.has_free_disk(self._coming.total() + size):
            return "The server's disk is nearly full; it takes no more files."
        return ""

    def _bytes_of(self, who: str) -> int:
        """Bytes that one person's sessions hold and send."""
        held = held_by_session() + self._coming
        return sum(size for session, size in held.items() if self._owners.get(session) == who)


def _person(cookies: dict[str, str]) -> Actor | None:
    """Actor of the session cookie; None where there is no sign-in."""
    return actor_of(house(), cookies) if has_sign_in() else None


def _content_length(headers: Headers, most: int) -> int:
    """Content-Length of the request; `most` where it states none."""
    said = headers.get("content-length", "")
    return int(said) if said.isdigit() and len(said) < 20 else most


def held_bytes() -> int:
    """Bytes of uploaded files that Streamlit holds in memory, for all sessions together."""
    from streamlit import runtime

    if not runtime.exists():
        return 0
    families = runtime.get_instance().uploaded_file_mgr.get_stats()
    return sum(stat.byte_length for stats in families.values() for stat in stats)


def held_by_session() -> Counter[str]:
    """Bytes of uploaded files that Streamlit holds in memory, by the session's id."""
    from streamlit import runtime

    if not runtime.exists():
        return Counter()
    held = dict(runtime.get_instance().uploaded_file_mgr.file_storage)  # type: ignore[attr-defined]  # of its own class
    return Counter({session: sum(len(file.data) for file in list(files.values())) for session, files in held.items()})


def let_go_of_sessions_without_socket() -> None:
    """Frees the files of sessions whose browser has gone; one that comes back has to send its file again."""
    from streamlit import runtime

    if runtime.exists():
        running = runtime.get_instance()
        for session in held_by_session():
            if not running.is_active_session(session):
                running.uploaded_file_mgr.remove_session_files(session)


def let_go(upload: Any) -> None:
    """Frees the memory in which Streamlit holds this uploaded file."""
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    context = get_script_run_ctx(suppress_warning=True)
    forget = getattr(context and context.uploaded_file_mgr, "remove_file", None)
    if context and forget and hasattr(upload, "file_id"):
        forget(session_id=context.session_id, file_id=upload.file_id)


@contextmanager
def reading() -> Iterator[None]:
    """Semaphore that limits how many files are read at the same time."""
    with _reading:
        yield
