"""What the sandboxes of a process took, as the product logs it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple


class Taken(NamedTuple):
    """CPU time in seconds, and the largest resident memory in MB."""

    seconds: float
    most_mb: int


@contextmanager
def taken() -> Iterator[list[Taken]]:
    """Collects what each sandbox in the block takes."""
    found: list[Taken] = []

    def keep(record: logging.LogRecord) -> bool:
        if record.levelno == logging.DEBUG and isinstance(record.args, tuple):
            found.append(Taken(*record.args[1:]))
        return True

    logger = logging.getLogger("core.apart")
    before = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addFilter(keep)
    try:
        yield found
    finally:
        logger.removeFilter(keep)
        logger.setLevel(before)
