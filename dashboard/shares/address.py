"""Where a share is found."""

from dashboard.server.settings import settings


def address_of(token: str, base: str = "") -> str:
    """The link that a token opens; `base` is where this server is when no setting says otherwise."""
    return f"{settings().public_url or base.rstrip('/')}/s/{token}"
