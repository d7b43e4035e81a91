"""Routes of the sign-in page: a page of its own, before Streamlit, without a session or a script."""

import re
from functools import partial

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from core.errors import NotFound, UserError
from dashboard.shares.rates import RateLimit

SIGN_IN_RATE = RateLimit(times=120, seconds=60)
"""Rate limit for each IP address: a class of pupils may share one."""
NEXT = "tuneboard_next"
NEXT_S = 600
_LOCAL_PATH = re.compile(r"/[a-z]{1,20}(\?[\w%=&.,:+~-]{0,500})?")


def way_on(wanted: str | None) -> str | None:
    """Redirect target after sign-in: the requested page, if it is one of ours; None for anything else."""
    return wanted if wanted and _LOCAL_PATH.fullmatch(wanted) else None


async def sign_in(request: Request) -> Response:
    """Sign-in page: how to sign in, or why access is refused."""
    return await anyio.to_thread.run_sync(partial(_page, request))


async def begin(request: Request) -> Response:
    """Sends the browser to the identity provider."""
    visitor = request.client.host if request.client else ""
    if not SIGN_IN_RATE.allows(visitor):
        return await anyio.to_thread.run_sync(partial(_page, request, status=429))
    from streamlit.user_info import generate_login_redirect_url

    return RedirectResponse(generate_login_redirect_url("default"), 303)


def _page(request: Request, status: int = 200) -> Response:
    from dashboard.access.identity import actor_of
    from dashboard.access.store import house
    from dashboard.language.engine import said
    from dashboard.language.words import joined, tr
    from dashboard.server.html_page import fill, fixed, hashes, headers, paper, policy

    problem = tr("That was quick. Wait a minute, then try again.") if status == 429 else ""
    try:
        actor_of(house(), request.cookies)
        if not problem:
            return RedirectResponse("/", 303)
    except NotFound:
        pass
    except UserError as error:
        problem = problem or joined((said(error.message), said(error.hint)))
    html = fill("sign_in.html", style=paper(), mark=fixed("../static/mark.svg"), problem=problem)
    allowed = policy(scripts="'none'", styles=hashes(html, "style"))
    answer = HTMLResponse(html, status, headers=headers(allowed, sandbox=None))
    if wanted := way_on(request.query_params.get("next")):
        answer.set_cookie(NEXT, wanted, max_age=NEXT_S, httponly=True, samesite="lax")
    return answer


ROUTES: tuple[BaseRoute, ...] = (
    Route("/sign-in", sign_in, methods=["GET"]),
    Route("/sign-in/begin", begin, methods=["GET"]),
)
