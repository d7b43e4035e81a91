"""Logs in which a stranger's text stays on its line, and nothing secret stands: names come from anybody."""

import logging
import re
from typing import Any

from core.hiding import hide

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    """`text` with everything that moves a terminal's cursor or turns its writing spelled out; line ends stay."""
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class OneLine(logging.Formatter):
    """Writes a record's words on one line; a traceback's lines below it are set in, so none looks like a record."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """One entry, fit for a file."""
        return hide(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the library's own name
        """The line."""
        return harmless(super().formatMessage(record)).replace("\n", "\\n")

    def formatException(self, ei: Any) -> str:  # noqa: N802  # the library's own name
        """The traceback, set in."""
        return "\n".join(f"  | {line}" for line in harmless(super().formatException(ei)).split("\n"))


def log_to_stderr(level: int = logging.INFO) -> None:
    """This process's log goes to standard error, from `level` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine())
    handler.setLevel(level)
    logging.basicConfig(level=level, handlers=[handler])
