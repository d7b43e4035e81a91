"""Redaction of secrets: what the environment calls secret never stands in a log or a message."""

import os
import re
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlsplit

HIDDEN = "(hidden)"
SHORTEST = 6
"""Minimum length of a secret: a shorter word is none, and would be found in every line."""
_NAMES = re.compile(r"(SECRET|TOKEN|PASSWORD|PASSWD|PRIVATE_KEY|API_KEY|ACCESS_KEY|CREDENTIALS)(_|$)")
_IN_ADDRESS = re.compile(r"(?<=://)[^\s/@'\"]+@")


def secrets_of(environment: Mapping[str, str]) -> set[str]:
    """Secrets in environment variables: values whose names say so, and the passwords in addresses."""
    found = {value for name, value in environment.items() if _NAMES.search(name.upper()) and "/" not in value[:1]}
    found |= {word for value in environment.values() for word in _passwords(value)}
    return {secret for secret in found if len(secret) >= SHORTEST}


def hide(text: str, environment: Mapping[str, str] | None = None) -> str:
    """Redacted text: without any secret of the environment, and without user and password in any address."""
    for secret in sorted(secrets_of(os.environ if environment is None else environment), key=len, reverse=True):
        if secret in text:
            text = text.replace(secret, HIDDEN)
    return _IN_ADDRESS.sub(f"{HIDDEN}@", text)


def without_password(address: str) -> str:
    """The address without user and password."""
    return _IN_ADDRESS.sub("", address)


def _passwords(value: str) -> set[str]:
    if "://" not in value or "@" not in value:
        return set()
    try:
        password = urlsplit(value).password or ""
    except ValueError:
        return set()
    return {password, unquote(password), quote(unquote(password), safe="")}
