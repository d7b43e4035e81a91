"""Logging that prevents log injection and redacts secrets: untrusted text stays on its line."""

import logging
import re
from typing import Any

from core.hiding import hide

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    """Escapes control characters, which move a terminal's cursor or turn its writing; line ends stay."""
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class OneLine(logging.Formatter):
    """Log formatter: a record on one line; a traceback's lines are indented, so that none looks like a record."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Redacted log entry, fit for a file."""
        return hide(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the library's own name
        """Escaped message on one line."""
        return harmless(super().formatMessage(record)).replace("\n", "\\n")

    def formatException(self, ei: Any) -> str:  # noqa: N802  # the library's own name
        """Indented traceback."""
        return "\n".join(f"  | {line}" for line in harmless(super().formatException(ei)).split("\n"))


def log_to_stderr(level: int = logging.INFO) -> None:
    """Configures this process's logging to standard error, from `level` on; of Alembic only warnings."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine())
    handler.setLevel(level)
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)  # two lines each time a schema is looked at
