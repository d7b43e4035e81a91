"""Keeps secrets out of what is written down: what the environment calls secret never stands in a log or a message."""

import logging
import os
import re
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlsplit

HIDDEN = "(hidden)"
SHORTEST = 6
"""A shorter word is no secret, and would be found in every line."""
_NAMES = re.compile(r"(SECRET|TOKEN|PASSWORD|PASSWD|PRIVATE_KEY|API_KEY|ACCESS_KEY|CREDENTIALS)(_|$)")
_IN_ADDRESS = re.compile(r"(?<=://)[^\s/@'\"]+@")


def secrets_of(environment: Mapping[str, str]) -> set[str]:
    """The values of variables whose names say that they are secret, and the passwords in addresses."""
    found = {value for name, value in environment.items() if _NAMES.search(name.upper()) and "/" not in value[:1]}
    found |= {word for value in environment.values() for word in _passwords(value)}
    return {secret for secret in found if len(secret) >= SHORTEST}


def hide(text: str, environment: Mapping[str, str] | None = None) -> str:
    """The text without any secret of the environment, and without user and password in any address."""
    for secret in sorted(secrets_of(os.environ if environment is None else environment), key=len, reverse=True):
        if secret in text:
            text = text.replace(secret, HIDDEN)
    return _IN_ADDRESS.sub(f"{HIDDEN}@", text)


def without_password(address: str) -> str:
    """The address without user and password."""
    return _IN_ADDRESS.sub("", address)


class Hiding(logging.Formatter):
    """Formats a record, traceback and all, and hides what is secret in it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """One entry, fit for a file."""
        return hide(super().format(record))


def log_to_stderr(level: int = logging.INFO) -> None:
    """This process's log goes to standard error, from `level` on; nothing secret stands in it."""
    handler = logging.StreamHandler()
    handler.setFormatter(Hiding())
    handler.setLevel(level)
    logging.basicConfig(level=level, handlers=[handler])


def _passwords(value: str) -> set[str]:
    if "://" not in value or "@" not in value:
        return set()
    try:
        password = urlsplit(value).password or ""
    except ValueError:
        return set()
    return {password, unquote(password), quote(unquote(password), safe="")}
