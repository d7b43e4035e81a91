"""Route of the language switch: keeps a browser's choice in a cookie and goes back to the page it came from."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.access.routes import way_on
from dashboard.language.words import COOKIE, first_known

YEAR_S = 365 * 24 * 3600


async def choose(request: Request) -> Response:
    """Sets the language's cookie; an unknown language is English."""
    answer = RedirectResponse(way_on(request.query_params.get("next")) or "/", 303)
    chosen = first_known([request.path_params["name"]])
    answer.set_cookie(COOKIE, chosen, max_age=YEAR_S, httponly=True, samesite="lax")
    return answer


ROUTES: tuple[BaseRoute, ...] = (Route("/language/{name}", choose, methods=["GET"]),)
