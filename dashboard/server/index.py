"""Routes of the HTML page that Streamlit's pages live in: Streamlit's own, with our script beside its scripts."""

from functools import lru_cache
from pathlib import Path

import streamlit
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.doors import DOORS

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
SCRIPT = Path(__file__).parents[1] / "static" / "page.js"
FRESH = {"Cache-Control": "no-cache"}


class Page(Convertor[str]):
    """Path segment that is a page of ours."""

    regex = "|".join(DOORS)

    def convert(self, value: str) -> str:
        """The page's key."""
        return value

    def to_string(self, value: str) -> str:
        """The page's path segment."""
        return value


register_url_convertor("door", Page())


@lru_cache(maxsize=1)
def with_script() -> str:
    """Streamlit's index.html with our script in its head."""
    return INDEX.read_text(encoding="utf-8").replace("</head>", '<script src="/page.js" defer></script></head>', 1)


def index(_request: Request) -> Response:
    """GET of a page's address."""
    return HTMLResponse(with_script(), headers=FRESH)


def script(_request: Request) -> Response:
    """GET of our script."""
    return Response(SCRIPT.read_bytes(), media_type="text/javascript", headers=FRESH)


ROUTES: tuple[BaseRoute, ...] = (
    Route("/", index, methods=["GET"]),
    Route("/{page:door}", index, methods=["GET"]),
    Route("/page.js", script, methods=["GET"]),
)
