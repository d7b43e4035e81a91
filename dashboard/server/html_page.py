"""Whole HTML pages of our own, outside Streamlit: filled in with everything escaped, under a policy of their own.

A page carries all that it needs, and its policy lets nothing else in.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from dashboard.language.words import tr
from dashboard.server.settings import settings

TEMPLATES = Path(__file__).parents[1] / "templates"
FORMS = {True: "'self'", False: "'none'"}


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
    made.globals["tr"] = tr
    return made


def bold(text: str) -> Markup:
    """A sentence of ours in which **this** is strong; everything else in it is text."""
    return Markup(re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", str(escape(text))))  # noqa: S704  # escaped before


def fill(template: str, **values: object) -> str:
    """The page that the template makes of the values; every value comes out as text."""
    return _environment().get_template(template).render(**values)


def fixed(name: str) -> str:
    """A style sheet or a script of ours, to be put into a page as it is."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def allow(texts: Iterable[str]) -> str:
    """What a policy says to allow elements with exactly these contents, and no others."""
    return " ".join(f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in texts) or "'none'"


def hashes(page: str, tag: str) -> str:
    """What a policy says to allow this page's own `script` or `style` elements and no others."""
    return allow(re.findall(rf"<{tag}>(.*?)</{tag}>", page, flags=re.DOTALL))


def policy(*, scripts: str, styles: str, forms: bool = False) -> str:
    """A Content-Security-Policy that asks nobody for anything; `scripts` and `styles` are sources."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {scripts}",
            f"style-src {styles}",
            "img-src data:",
            f"form-action {FORMS[forms]}",
            "base-uri 'none'",
        )
    )


def headers(content_policy: str, *, sandbox: str | None) -> dict[str, str]:
    """What an answer with a page of ours carries: not kept, not found by search, not framed by strangers.

    `sandbox` says what a shared page may still do, for it is never this server's own; None is for a page that is.
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
