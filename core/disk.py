"""Full disk (ENOSPC) in words, whatever library met it, and whatever error it made of it."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import UserError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_WORDS = ("no space left", "disk is full", "file too large", "quota exceeded")
NO_ROOM = 1_000_000
"""Bytes. With less than this free, a write that failed is taken to have failed for want of room."""


class DiskFull(UserError):
    """The disk is full: there was no room for something, and nothing of it was kept."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The disk is full: {what} could not be saved.",
            "Free some space, or move the store to a larger disk, and do it again; a run goes on when it is resumed.",
        )
        self.what = what

    def __reduce__(self) -> tuple[type["DiskFull"], tuple[str]]:  # type: ignore[override]
        return type(self), (self.what,)


def is_full(error: BaseException, folder: Path | None = None) -> bool:
    """Whether `error`, or what caused it, says that a disk (the one with `folder`) has no room."""
    met: BaseException | None = error
    while met is not None:
        if isinstance(met, OSError) and met.errno in FULL:
            return True
        if any(words in str(met).lower() for words in _WORDS):
            return True
        met = met.__cause__ or met.__context__
    return folder is not None and folder.exists() and shutil.disk_usage(folder).free < NO_ROOM


@contextmanager
def room_for(what: str) -> Iterator[None]:
    """Raises DiskFull, naming `what`, where writing fails for want of room."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if is_full(error):
            raise DiskFull(what) from error
        raise
