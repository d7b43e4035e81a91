"""HTTP routes of shared pages. They are stateless: no session, no cookie, nothing cached by browser or proxy.

What they answer stands in `snapshots.py`, which is loaded for the first visitor and not while the server starts.
"""

from collections.abc import AsyncIterator
from functools import partial
from urllib.parse import parse_qs

import anyio
import anyio.to_thread
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

MOST_BYTES = 40_000
MOST_FILE_BYTES = 10 * 1024 * 1024
"""Body limit of a form with a file, where the demo takes one."""
UPLOAD_S = 60
UPLOADING = anyio.CapacityLimiter(4)
"""Limit on concurrent uploads."""
AT_ONCE = anyio.CapacityLimiter(4)
"""Limit on concurrent predictions for visitors; the pages of the dashboard have threads of their own."""
MOST_WAITING = 40


async def look(request: Request) -> Response:
    """GET and HEAD of the snapshot that the token opens."""
    visitor = request.client.host if request.client else ""
    token, only_head = request.path_params["token"], request.method == "HEAD"
    return await anyio.to_thread.run_sync(partial(_look, token, visitor, only_head=only_head))


async def try_it(request: Request) -> Response:
    """POST of a visitor's own sentence or picture, answered by the model of the demo."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _try_file(request)
    body = await _body(request, MOST_BYTES)
    if body is None:
        return await anyio.to_thread.run_sync(_gone, 413)
    try:
        told = parse_qs(body.decode("utf-8", "replace"), max_num_fields=8)
    except ValueError:
        return await anyio.to_thread.run_sync(_gone, 400)
    return await _answered(request, {name: values[0] for name, values in told.items()})


async def _try_file(request: Request) -> Response:
    """POST of a form with a file, of which nothing is read before the token is known to take one."""
    if UPLOADING.statistics().tasks_waiting >= MOST_WAITING:
        return await anyio.to_thread.run_sync(_gone, 503)
    if not await anyio.to_thread.run_sync(_takes_files, request.path_params["token"], limiter=AT_ONCE):
        return await anyio.to_thread.run_sync(_gone, 404)
    async with UPLOADING:
        with anyio.move_on_after(UPLOAD_S) as waited:
            body = await _body(request, MOST_FILE_BYTES)
        if waited.cancelled_caught or body is None:
            return await anyio.to_thread.run_sync(_gone, 408 if waited.cancelled_caught else 413)
        try:
            fields, file = await _form(request, body)
        except (MultiPartException, KeyError):
            return await anyio.to_thread.run_sync(_gone, 400)
        return await _answered(request, fields, file)


async def _body(request: Request, most: int) -> bytes | None:
    """Request body; None for more than `most` bytes."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            return None
    return bytes(body)


async def _form(request: Request, body: bytes) -> tuple[dict[str, str], bytes | None]:
    """Fields of a multipart form, and its first file. Raises MultiPartException for what is no such form."""

    async def once() -> AsyncIterator[bytes]:
        yield body
        yield b""

    parser = MultiPartParser(request.headers, once(), max_files=1, max_fields=8, max_part_size=MOST_FILE_BYTES)
    form = await parser.parse()
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    files = [await value.read() for value in form.values() if isinstance(value, UploadFile)]
    await form.close()
    return fields, next(iter(files), None)


async def _answered(request: Request, fields: dict[str, str], file: bytes | None = None) -> Response:
    visitor = request.client.host if request.client else ""
    if AT_ONCE.statistics().tasks_waiting >= MOST_WAITING:
        return await anyio.to_thread.run_sync(_gone, 503)
    token = request.path_params["token"]
    return await anyio.to_thread.run_sync(_try_it, token, visitor, fields, file, limiter=AT_ONCE)


async def nothing(_request: Request) -> Response:
    """Status 404 for anything else beneath /s/."""
    return await anyio.to_thread.run_sync(_gone, 404)


def _look(token: str, visitor: str, *, only_head: bool) -> Response:
    from dashboard.shares import snapshots

    return snapshots.look(token, visitor, only_head=only_head)


def _takes_files(token: str) -> bool:
    from dashboard.shares import snapshots

    return snapshots.takes_files(token)


def _try_it(token: str, visitor: str, fields: dict[str, str], file: bytes | None) -> Response:
    from dashboard.shares import snapshots

    return snapshots.try_it(token, visitor, fields, file)


def _gone(status: int) -> Response:
    from dashboard.shares import snapshots

    return snapshots.gone(status)


ROUTES: tuple[BaseRoute, ...] = (
    Route("/s/{token}", look, methods=["GET", "HEAD"]),
    Route("/s/{token}", try_it, methods=["POST"]),
    Route("/s/{rest:path}", nothing, methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
)
