"""Sign-in secrets for Streamlit: the OpenID Connect client secret, in memory, and the cookie key, in a private file.

Nothing here has a default that others could know: the key is made at the first start.
"""

import os
import secrets
from pathlib import Path
from typing import Any

from filelock import FileLock

from core.errors import UserError
from dashboard.server.settings import Settings, settings
from storage import default_home
from storage.files import write_whole
from storage.health import HealthCheck

KEY_BYTES = 32
OIDC_SETTINGS = ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_METADATA_URL")


def has_sign_in() -> bool:
    """Whether people sign in here; where it is half set up too, so that nothing is open by mistake."""
    return any(os.environ.get(f"TUNEBOARD_{name}") for name in OIDC_SETTINGS)


def cookie_key(home: Path | None = None) -> str:
    """Secret key that signs cookies: random, made at the first start, readable by its owner only."""
    path = (home or default_home()) / "secrets" / "cookies"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(path.with_suffix(".lock"), mode=0o600):
        if not path.is_file() or len(path.read_text().strip()) < KEY_BYTES:
            write_whole(path, secrets.token_hex(KEY_BYTES).encode(), mode=0o600)
    return path.read_text().strip()


def auth_secrets() -> dict[str, Any]:
    """Streamlit's `[auth]` section, or nothing without sign-in. Raises ConfigError for settings that cannot be used."""
    known = settings()
    if not known.has_sign_in:
        return {}
    return {"auth": _auth(known)}


def _auth(known: Settings) -> dict[str, Any]:
    return {
        "redirect_uri": f"{known.public_url}/oauth2callback",
        "cookie_secret": cookie_key(),
        "client_id": known.oidc_client_id,
        "client_secret": known.oidc_client_secret.get_secret_value(),
        "server_metadata_url": known.oidc_metadata_url,
    }


def door() -> HealthCheck:
    """Health check of the sign-in: who reaches this installation over HTTP."""
    try:
        known = settings()
    except UserError as error:
        return HealthCheck(name="Door", ok=False, text=error.message, hint=error.hint)
    if known.has_sign_in:
        return HealthCheck(name="Door", ok=True, text=f"People sign in at {known.public_url}.")
    return HealthCheck(name="Door", ok=True, text="No sign-in is set up; the dashboard answers this machine only.")
