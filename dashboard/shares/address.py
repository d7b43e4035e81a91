"""URL of a share."""

from dashboard.server.settings import settings


def address_of(token: str, base: str = "") -> str:
    """URL that a token opens; `base` is this server's when no setting says otherwise."""
    return f"{settings().public_url or base.rstrip('/')}/s/{token}"
