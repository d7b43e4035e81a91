"""The routes of shared pages. Each answer stands alone: no session, no cookie, nothing kept by browser or proxy.

What they answer stands in `snapshots.py`, which is loaded for the first visitor and not while the server starts.
"""

from functools import partial
from urllib.parse import parse_qs

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

MOST_BYTES = 40_000
AT_ONCE = anyio.CapacityLimiter(4)
"""Visitors' sentences that are answered at one time; the pages of the dashboard have threads of their own."""
MOST_WAITING = 40


async def look(request: Request) -> Response:
    """The snapshot that the token opens."""
    visitor = request.client.host if request.client else ""
    token, only_head = request.path_params["token"], request.method == "HEAD"
    return await anyio.to_thread.run_sync(partial(_look, token, visitor, only_head=only_head))


async def try_it(request: Request) -> Response:
    """A visitor's own sentence, answered by the model that the demo shows."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return await anyio.to_thread.run_sync(_gone, 413)
    try:
        told = parse_qs(body.decode("utf-8", "replace"), max_num_fields=8)
    except ValueError:
        return await anyio.to_thread.run_sync(_gone, 400)
    fields = {name: values[0] for name, values in told.items()}
    visitor = request.client.host if request.client else ""
    if AT_ONCE.statistics().tasks_waiting >= MOST_WAITING:
        return await anyio.to_thread.run_sync(_gone, 503)
    return await anyio.to_thread.run_sync(_try_it, request.path_params["token"], visitor, fields, limiter=AT_ONCE)


async def nothing(_request: Request) -> Response:
    """Anything else beneath /s/."""
    return await anyio.to_thread.run_sync(_gone, 404)


def _look(token: str, visitor: str, *, only_head: bool) -> Response:
    from dashboard.shares import snapshots

    return snapshots.look(token, visitor, only_head=only_head)


def _try_it(token: str, visitor: str, fields: dict[str, str]) -> Response:
    from dashboard.shares import snapshots

    return snapshots.try_it(token, visitor, fields)


def _gone(status: int) -> Response:
    from dashboard.shares import snapshots

    return snapshots.gone(status)


ROUTES: tuple[BaseRoute, ...] = (
    Route("/s/{token}", look, methods=["GET", "HEAD"]),
    Route("/s/{token}", try_it, methods=["POST"]),
    Route("/s/{rest:path}", nothing, methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
)
