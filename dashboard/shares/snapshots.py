"""HTTP responses of a share link: the frozen report, the demo with its model, or that there is nothing here."""

import logging

from starlette.responses import HTMLResponse, Response

from core.errors import NotFound, UserError
from dashboard.access.store import house
from dashboard.language.words import speaking, tr
from dashboard.server.html_page import fill, fixed, hashes, headers, paper, policy
from dashboard.shares.demo import Demo, VisitorTrial, answer, takes_text
from dashboard.shares.demo import takes_files as demo_takes_files
from dashboard.shares.rates import RateLimit
from storage import Actor, Share, Store

log = logging.getLogger(__name__)

REPORT_SANDBOX = "allow-scripts allow-modals allow-downloads"
DEMO_SANDBOX = "allow-forms"
BY_SHARE = RateLimit(times=60, seconds=60)
BY_VISITOR = RateLimit(times=12, seconds=60)
MISSES = RateLimit(times=60, seconds=60)
"""Rate limit on invalid tokens from one IP address, against guessing."""


def as_visitor() -> Store:
    """Store with a visitor's rights: those of a link alone."""
    return house().acting(Actor(role="visitor"))


def look(token: str, visitor: str = "", *, only_head: bool) -> Response:
    """Response with the snapshot that the token opens; a HEAD request is not counted as a view.

    An address that tries many invalid tokens gets status 429 for a while, for valid ones too.
    """
    if MISSES.is_full(visitor):
        return gone(429)
    try:
        if only_head:
            as_visitor().shares.find(token)
            return gone(200)
        share, content = as_visitor().shares.open(token)
    except NotFound:
        MISSES.allows(visitor)
        return gone()
    except UserError as error:
        log.warning("a share's snapshot could not be fetched: %s", error.message)
        return gone(503)
    if share.kind == "report":
        return report_page(content.decode())
    demo = Demo.model_validate_json(content)
    with speaking(demo.language):
        return demo_page(share, demo)


def takes_files(token: str) -> bool:
    """Whether the token opens a demo to which a file may be sent."""
    try:
        share = as_visitor().shares.find(token)
        return share.kind == "demo" and demo_takes_files(_snapshot(share))
    except UserError:
        return False


def _snapshot(share: Share) -> Demo:
    return Demo.model_validate_json(as_visitor().shares.content(share))


def try_it(token: str, visitor: str, fields: dict[str, str], file: bytes | None = None) -> Response:
    """Response with the demo and the model's answer to a visitor's own row; status 429 over the rate limit.

    Invalid tokens count as in `look`: neither way of asking is one to guess them by.
    """
    if MISSES.is_full(visitor):
        return gone(429)
    try:
        share = as_visitor().shares.find(token)
        if share.kind != "demo":
            return gone()
        demo = _snapshot(share)
    except NotFound:
        MISSES.allows(visitor)
        return gone()
    except UserError as error:
        log.warning("a share's snapshot could not be fetched: %s", error.message)
        return gone(503)
    with speaking(demo.language):
        return _tried(share, demo, visitor, fields, file)


def _tried(share: Share, demo: Demo, visitor: str, fields: dict[str, str], file: bytes | None) -> Response:
    if not (BY_VISITOR.allows(f"{share.id} {visitor}") and BY_SHARE.allows(share.id)):
        asked = VisitorTrial(text=fields.get("text", ""), problem=tr("That was quick. Wait a minute, then try again."))
        return demo_page(share, demo, asked, status=429)
    try:
        return demo_page(share, demo, answer(as_visitor(), share, demo, fields, file))
    except UserError as error:
        log.warning("the demo of share %s got no answer: %s", share.id, error.message)
        asked = VisitorTrial(
            text=fields.get("text", ""), problem=tr("The model cannot answer just now. Try again later.")
        )
        return demo_page(share, demo, asked, status=503)


def report_page(html: str) -> Response:
    """HTML response with a report, as it was written."""
    allowed = policy(scripts=hashes(html, "script"), styles="'unsafe-inline'")  # charts place themselves by style
    return HTMLResponse(html, headers=headers(allowed, sandbox=REPORT_SANDBOX))


def demo_page(share: Share, demo: Demo, asked: VisitorTrial | None = None, status: int = 200) -> Response:
    """HTML response with a demo, and the answer to what was asked."""
    html = fill(
        "demo.html",
        style=paper(),
        logo=fixed("../static/logo.svg"),
        demo=demo,
        asked=asked,
        expires=share.expires,
        takes_files=demo_takes_files(demo),
        takes_text=takes_text(demo),
    )
    allowed = policy(scripts="'none'", styles=hashes(html, "style"), forms=True)
    return HTMLResponse(html, status, headers=headers(allowed, sandbox=DEMO_SANDBOX))


def gone(status: int = 404) -> Response:
    """HTML response, the same for a link that never was, has expired or was revoked."""
    html = fill("gone.html", style=paper())
    allowed = policy(scripts="'none'", styles=hashes(html, "style"))
    return HTMLResponse(html, status, headers=headers(allowed, sandbox=""))
