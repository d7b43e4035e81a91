"""HTML pages outside Streamlit: templates with autoescaping, each under a Content-Security-Policy of its own.

A page is self-contained, and its policy lets nothing else in.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import streamlit
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from dashboard.language.words import language, tr
from dashboard.server.settings import settings

TEMPLATES = Path(__file__).parents[1] / "templates"
FONTS = Path(streamlit.__file__).parent / "static" / "static" / "media"
FORMS = {True: "'self'", False: "'none'"}


_LETTERS = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+"
_RIGHT_TO_LEFT = re.compile(rf"{_LETTERS}(?: {_LETTERS})*")
"""Words of Hebrew, Arabic and their neighbours."""


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["bold"] = bold
    made.filters["isolated"] = isolated
    made.globals["tr"] = tr
    made.globals["language"] = language
    return made


def bold(text: str) -> Markup:
    """Template filter: HTML of a sentence in which **this** is bold; everything else in it is escaped."""
    return Markup(re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", str(escape(text))))  # noqa: S704  # escaped before


def isolated(text: str) -> Markup:
    """Template filter: HTML of a text whose words from right to left do not turn the order of what is beside them."""
    return Markup(_RIGHT_TO_LEFT.sub(r"<bdi>\g<0></bdi>", str(escape(text))))  # noqa: S704  # escaped before


def fill(template: str, **values: object) -> str:
    """Rendered template; every value is escaped."""
    return _environment().get_template(template).render(**values)


def fixed(name: str) -> str:
    """Static style sheet or script of ours, to be inlined into a page."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def paper() -> str:
    """Style sheet of a page on its own, with the product's typeface in it (Source Sans, as Streamlit ships it)."""
    found = next(iter(sorted(FONTS.glob("SourceSansVF-Upright*.woff2"))), None)
    if found is None:
        return fixed("paper.css")
    data = b64encode(found.read_bytes()).decode()
    source = f"url(data:font/woff2;base64,{data}) format('woff2')"
    face = f"@font-face {{ font-family: 'Source Sans'; font-weight: 200 900; src: {source}; }}\n"
    return face + fixed("paper.css")


def allow(texts: Iterable[str]) -> str:
    """CSP sources that allow inline elements with exactly these contents, by SHA-256 hash, and no others."""
    return " ".join(f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in texts) or "'none'"


def hashes(page: str, tag: str) -> str:
    """CSP sources that allow this page's own `script` or `style` elements, by SHA-256 hash, and no others."""
    return allow(re.findall(rf"<{tag}>(.*?)</{tag}>", page, flags=re.DOTALL))


def policy(*, scripts: str, styles: str, forms: bool = False) -> str:
    """Content-Security-Policy that loads nothing from a network; `scripts` and `styles` are its sources."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {scripts}",
            f"style-src {styles}",
            "img-src data:",
            "font-src data:",
            f"form-action {FORMS[forms]}",
            "base-uri 'none'",
        )
    )


def headers(content_policy: str, *, sandbox: str | None) -> dict[str, str]:
    """Response headers of a page of ours: not cached, not indexed, framed by allowed sites only.

    `sandbox` is the CSP sandbox of a shared page, which gets an opaque origin; None is for a page of this server's own.
    """
    ancestors = "'none'" if sandbox is None else settings().frame_ancestors
    alone = "" if sandbox is None else f"; sandbox {sandbox}".rstrip()
    return {
        "Content-Security-Policy": f"{content_policy}; frame-ancestors {ancestors}{alone}",
        "Cache-Control": "no-store, max-age=0",
        "Pragma": "no-cache",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        **({"X-Frame-Options": "DENY"} if ancestors == "'none'" else {}),
    }
