"""Authentication: from Streamlit's signed cookie to an account of ours, checked anew each time."""

import json
from collections.abc import Mapping
from typing import Any

from core.errors import NotFound
from dashboard.server.settings import Settings, settings
from storage import Actor, Store
from storage.accounts import sign_in_id


def actor_of(house: Store, cookies: Mapping[str, str]) -> Actor:
    """Actor of a session cookie, with the present role; the account is made at the first sign-in.

    Raises NotFound for nobody, and Forbidden for somebody who may not come in.
    """
    known = settings()
    claims = claims_of(cookies, known)
    try:
        return house.accounts.actor(sign_in_of(claims))
    except NotFound:
        return house.accounts.arrive(
            claims["iss"],
            claims["sub"],
            claims["nonce"],
            name=_name(claims),
            role=known.newcomers,
            is_admin=_is_listed(claims, known),
        )


def claims_of(cookies: Mapping[str, str], known: Settings) -> dict[str, Any]:
    """The OpenID Connect claims in the signed cookie, which is no older than a sign-in may be. Raises NotFound."""
    from streamlit.auth_util import get_cookie_with_chunks
    from streamlit.web.server.server_util import get_cookie_secret
    from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

    def signed(name: str) -> bytes | None:
        value = cookies.get(name, "").encode("latin-1", "ignore")
        return decode_signed_value(get_cookie_secret(), name, value, max_age_days=known.sign_in_hours / 24)

    found = get_cookie_with_chunks(signed, USER_COOKIE_NAME)
    try:
        claims = json.loads(found or b"null")
    except ValueError:
        claims = None
    if not isinstance(claims, dict) or claims.get("origin") != known.origin or not claims.get("is_logged_in"):
        raise NotFound("Nobody is signed in.", "Sign in.")
    if not all(isinstance(claims.get(name), str) and claims[name] for name in ("iss", "sub", "nonce")):
        raise NotFound("The identity provider did not say who you are.", "Ask whoever runs it.")
    return claims


def sign_in_of(claims: Mapping[str, Any]) -> str:
    """The id of the sign-in that these claims came with; the nonce was made for it alone."""
    return sign_in_id(str(claims["iss"]), str(claims["sub"]), str(claims["nonce"]))


def _name(claims: Mapping[str, Any]) -> str:
    """Display name: an e-mail address only where the provider has verified it, since anyone may claim another."""
    if claims.get("email_verified") is True and claims.get("email"):
        return str(claims["email"])
    names = (claims.get(one) for one in ("preferred_username", "name", "sub"))
    return next(str(name).replace("@", " at ") for name in names if name)


def _is_listed(claims: Mapping[str, Any], known: Settings) -> bool:
    """Admin check: whether the settings list this identity."""
    listed = known.admins.split()
    email = str(claims.get("email", "")).lower() if claims.get("email_verified") is True else ""
    return claims["sub"] in listed or bool(email and email in [one.lower() for one in listed])
