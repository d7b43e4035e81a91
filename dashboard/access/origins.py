"""Host and Origin checks: by which name a request reached this server, and whether another site forged it (CSRF)."""

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from dashboard.server.settings import LOOPBACK, Settings

SAFE = ("GET", "HEAD", "OPTIONS")
_HOST = re.compile(r"(?P<name>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?")


def host_name(header: str | None) -> str | None:
    """Host name in a Host header, None for one that is no name."""
    found = _HOST.fullmatch((header or "").lower())
    return found["name"].strip("[]").rstrip(".") if found else None


def knows_host(name: str | None, path: str, known: Settings) -> bool:
    """Whether this server answers under `name`. Without sign-in the public name opens shared pages only."""
    if name is None:
        return False
    if name in LOOPBACK or name in known.allowed_hosts.split():
        return True
    public = urlsplit(known.public_url).hostname
    return name == public and (known.has_sign_in or path.startswith("/s/"))


def is_ours(headers: Headers, known: Settings) -> bool:
    """Whether the request's Origin is this server; a missing one, `null` and one that is no origin are not."""
    origin = headers.get("origin", "").lower()
    scheme, _, host = origin.partition("://")
    if scheme not in ("http", "https") or host_name(host) is None:
        return False
    return host == headers.get("host", "").lower() or origin == known.origin


def is_forged(method: str, path: str, headers: Headers, known: Settings) -> bool:
    """Whether it is a cross-site request forgery. A shared page's form has no origin, and needs no cookie."""
    if path.startswith("/s/"):
        return False
    if method not in SAFE:
        return not is_ours(headers, known)
    if headers.get("sec-fetch-site") not in ("cross-site", "same-site"):
        return False
    return path == "/auth/logout" or headers.get("sec-fetch-mode") != "navigate"
