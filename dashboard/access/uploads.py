"""Limit on uploads at one time: counted before their bytes come, so that neither memory nor disk fills.

Streamlit keeps an uploaded file in memory until its session ends; once it is kept in the store, it is let go here.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.access.limits import UPLOAD
from dashboard.access.store import house

MB = 1_000_000
READ_AT_ONCE = 2
"""Files that are read into tables at the same time; the others wait. Reading takes several times a file's size."""

_reading = threading.BoundedSemaphore(READ_AT_ONCE)


class Uploads:
    """ASGI middleware that refuses an upload, before it is read, for which memory or disk has no room."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._coming = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http" or scope["method"] != "PUT" or not scope["path"].startswith(UPLOAD):
            await self._app(scope, receive, send)
            return
        limits = house().limits
        size = _content_length(Headers(scope=scope), limits.upload_mb * MB)
        if held_bytes() + self._coming + size > limits.uploads_mb * MB:
            await _refuse("Too many files are being uploaded just now. Try again in a minute.", scope, receive, send)
        elif not house().bounds.has_free_disk(self._coming + size):
            await _refuse("The server's disk is nearly full; it takes no more files.", scope, receive, send)
        else:
            self._coming += size
            try:
                await self._app(scope, receive, send)
            finally:
                self._coming -= size


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


async def _refuse(text: str, scope: Scope, receive: Receive, send: Send) -> None:
    answer = PlainTextResponse(text, 507, headers={"Connection": "close", "Retry-After": "60"})
    await answer(scope, receive, send)
