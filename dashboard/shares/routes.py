"""The routes of shared pages. Each answer stands alone: no session, no cookie, nothing kept by browser or proxy."""

from urllib.parse import parse_qs

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from core.errors import NotFound, UserError
from dashboard.memory import store
from dashboard.paper import fill, fixed, hashes, headers, policy
from dashboard.shares.demo import Asked, Demo, answer
from dashboard.shares.rates import Rate
from storage import Share

MOST_BYTES = 40_000
REPORT_SANDBOX = "allow-scripts allow-modals allow-downloads"
DEMO_SANDBOX = "allow-forms"
BY_SHARE = Rate(times=60, seconds=60)
BY_VISITOR = Rate(times=12, seconds=60)


async def look(request: Request) -> Response:
    """The snapshot that the token opens."""
    return await anyio.to_thread.run_sync(_look, request.path_params["token"], request.method == "HEAD")


def _look(token: str, only_head: bool) -> Response:
    try:
        if only_head:
            store().shares.find(token)
            return gone(200)
        share, content = store().shares.open(token)
    except NotFound:
        return gone()
    if share.kind == "report":
        return report_page(content.decode())
    return demo_page(share, Demo.model_validate_json(content))


async def try_it(request: Request) -> Response:
    """A visitor's own sentence, answered by the model that the demo shows."""
    token = request.path_params["token"]
    visitor = request.client.host if request.client else ""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return gone(413)
    fields = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace"), max_num_fields=8).items()}
    return await anyio.to_thread.run_sync(_try_it, token, visitor, fields)


def _try_it(token: str, visitor: str, fields: dict[str, str]) -> Response:
    try:
        share = store().shares.find(token)
        if share.kind != "demo":
            return gone()
        demo = Demo.model_validate_json(store().shares.content(share))
    except NotFound:
        return gone()
    if not (BY_VISITOR.allows(f"{share.id} {visitor}") and BY_SHARE.allows(share.id)):
        asked = Asked(text=fields.get("text", ""), problem="That was quick. Wait a minute, then try again.")
        return demo_page(share, demo, asked, status=429)
    try:
        return demo_page(share, demo, answer(store(), share, demo, fields))
    except UserError as error:
        return demo_page(share, demo, Asked(text=fields.get("text", ""), problem=str(error)), status=503)


async def nothing(_request: Request) -> Response:
    """Anything else beneath /s/."""
    return gone()


def report_page(html: str) -> Response:
    """A report, as it was written."""
    allowed = policy(scripts=hashes(html, "script"), styles="'unsafe-inline'")  # charts place themselves by style
    return HTMLResponse(html, headers=headers(allowed, sandbox=REPORT_SANDBOX))


def demo_page(share: Share, demo: Demo, asked: Asked | None = None, status: int = 200) -> Response:
    """A demo, with the answer to what was asked."""
    html = fill("demo.html", style=fixed("paper.css"), demo=demo, asked=asked, expires=share.expires)
    allowed = policy(scripts="'none'", styles=hashes(html, "style"), forms=True)
    return HTMLResponse(html, status, headers=headers(allowed, sandbox=DEMO_SANDBOX))


def gone(status: int = 404) -> Response:
    """The same page for a link that never was, has ended or was taken back."""
    html = fill("gone.html", style=fixed("paper.css"))
    allowed = policy(scripts="'none'", styles=hashes(html, "style"))
    return HTMLResponse(html, status, headers=headers(allowed, sandbox=""))


ROUTES: tuple[BaseRoute, ...] = (
    Route("/s/{token}", look, methods=["GET", "HEAD"]),
    Route("/s/{token}", try_it, methods=["POST"]),
    Route("/s/{rest:path}", nothing, methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
)
