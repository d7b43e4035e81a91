"""Redaction of secrets: what the environment calls secret never stands in a log or a message."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

HIDDEN = "(hidden)"
SHORTEST = 6
"""Minimum length of a secret: a shorter word is none, and would be found in every line."""
_NAMES = re.compile(
    r"(SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|(PRIVATE|API|ACCESS|SECRET|SIGNING|ENCRYPTION|MASTER)_KEY|CREDENTIALS)(_|$)"
    r"|(^|_)(PASS|PW)$|_PWD$"
)
_NAMES_OF_PATHS = re.compile(r"_(FILE|PATH|DIR|FOLDER)$")
_IN_ADDRESS = re.compile(r"(?<=://)[^\s/@'\"]+@")
_IN_QUERY = re.compile(
    r"(?i)((?:[?&;]|\b)(?:pass|passwd|password|pwd)=|[?&;][\w-]*(?:token|secret|key|signature|sig)=)[^&;\s'\"]+"
)


def secrets_of(environment: Mapping[str, str]) -> set[str]:
    """Secrets in environment variables: values whose names say so, and the passwords in addresses."""
    found = {value for name, value in environment.items() if _is_secret(name.upper(), value)}
    found |= {word for value in environment.values() for word in _passwords(value)}
    return {secret for secret in found if len(secret) >= SHORTEST}


def hide(text: str, environment: Mapping[str, str] | None = None) -> str:
    """Redacted text: without any secret of the environment, and without user, password and keys in any address."""
    for secret in sorted(secrets_of(os.environ if environment is None else environment), key=len, reverse=True):
        if secret in text:
            text = text.replace(secret, HIDDEN)
    return _IN_QUERY.sub(rf"\g<1>{HIDDEN}", _IN_ADDRESS.sub(f"{HIDDEN}@", text))


def _is_secret(name: str, value: str) -> bool:
    """Whether a variable's name says that its value is a secret, and the value is no path of a file."""
    return bool(_NAMES.search(name) and not _NAMES_OF_PATHS.search(name) and not _is_path(value))


def _is_path(value: str) -> bool:
    try:
        return value.startswith("/") and Path(value).exists()
    except (OSError, ValueError):  # longer than a path may be
        return False


def without_password(address: str) -> str:
    """The address without user and password."""
    return _IN_ADDRESS.sub("", address)


def _passwords(value: str) -> set[str]:
    """Passwords and keys of an address: before its host, and in its query."""
    if "://" not in value:
        return {found[0].partition("=")[2] for found in _IN_QUERY.finditer(value)}
    try:
        parts = urlsplit(value)
        found = [parts.password or "", *(one[0].partition("=")[2] for one in _IN_QUERY.finditer(value))]
    except ValueError:
        return set()
    return {shape for one in found for shape in (one, unquote(one), quote(unquote(one), safe=""))}
