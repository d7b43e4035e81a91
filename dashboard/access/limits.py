"""Limit on the size of a request's body: its Content-Length, and the bytes that really come, are both checked."""

import anyio
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.access.store import house

UPLOAD = "/_stcore/upload_file/"
MIB = 1024 * 1024
FORM_BYTES = MIB
"""Multipart overhead around an uploaded file, at the most."""
MOST_BYTES = 64 * 1024
LINGER_S, IDLE_S = 30.0, 2.0
"""How long what a refused sender still sends is dropped, and how long it may pause."""
SHARED = "/s/"
SHARED_BYTES = 10 * MIB + FORM_BYTES
"""A visitor's picture; the route itself takes it only where a demo of pictures is shared."""


def most(path: str) -> int:
    """Largest body that this path takes, in bytes."""
    if path.startswith(UPLOAD):
        return house().limits.upload_mb * MIB + FORM_BYTES
    return SHARED_BYTES if path.startswith(SHARED) else MOST_BYTES


async def limited(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Calls `app` with a body that ends where it grows too large; the answer is then 413, whatever the app says."""
    limit = most(scope["path"])
    stated = [value for name, value in scope["headers"] if name == b"content-length"]
    if any(not value.isdigit() or int(value[:20]) > limit for value in stated) or len(set(stated)) > 1:
        await _too_large(receive, send)
        return
    read, is_over, has_begun = 0, False, False

    async def counted() -> Message:
        nonlocal read, is_over
        message = await receive() if not is_over else {"type": "http.disconnect"}
        read += len(message.get("body", b""))
        if read > limit and not is_over:
            is_over = True
            if not has_begun:
                await _too_large(receive, send)
            return {"type": "http.disconnect"}
        return message

    async def answer(message: Message) -> None:
        nonlocal has_begun
        has_begun = True
        if not is_over:
            await send(message)

    try:
        await app(scope, counted, answer)
    except Exception:
        if not is_over:  # the app misses the rest of the body, and may say so as it likes
            raise


async def refuse(text: str, status: int, receive: Receive, send: Send, *, most: int = MIB, **headers: str) -> None:
    """Answers, and drops what still comes of the body before the connection is closed (lingering close).

    Whoever sends reads the answer only once she has sent all, and would else be told of a broken connection. At most
    `most` bytes are dropped, for LINGER_S, or until nothing has come for IDLE_S.
    """
    answer = PlainTextResponse(text, status, headers={"Connection": "close", "Cache-Control": "no-store", **headers})
    await send({"type": "http.response.start", "status": status, "headers": answer.raw_headers})
    await _drop(receive, most)
    await send({"type": "http.response.body", "body": answer.body})


async def _drop(receive: Receive, most: int) -> None:
    dropped = 0
    with anyio.move_on_after(LINGER_S):
        while dropped <= most:
            message: Message = {"type": "http.disconnect"}
            with anyio.move_on_after(IDLE_S):
                message = await receive()
            dropped += len(message.get("body", b""))
            if not message.get("more_body"):
                return


async def _too_large(receive: Receive, send: Send) -> None:
    await refuse("This is too large.", 413, receive, send)
