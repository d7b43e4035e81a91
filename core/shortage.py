"""Shortage of the machine (disk, memory, file handles, time), told apart from a fault of the file."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from core.disk import FULL
from core.errors import UserError

HANDLES = {errno.EMFILE, errno.ENFILE}
WORDS = {
    "disk": re.compile(r"no space left|disk is full|file too large|quota exceeded|os error (28|27)\b", re.IGNORECASE),
    "handles": re.compile(r"too many open files|os error (24|23)\b", re.IGNORECASE),
    "memory": re.compile(
        r"cannot allocate memory|resource temporarily unavailable|can't start new thread", re.IGNORECASE
    ),
}
SENTENCES = {
    "disk": (
        "The disk has no room for the temporary files that reading {what} needs.",
        "Free some space where temporary files lie (TMPDIR), or raise the limit on a file's size (ulimit -f).",
    ),
    "handles": (
        "This machine lets a program open too few files at once to read {what}.",
        "Raise the limit (ulimit -n), or close other programs, and try again.",
    ),
    "memory": (
        "This machine has too little free memory to read {what}.",
        "Close other programs, or raise the limit on memory (ulimit -v, or the container's), and try again.",
    ),
    "time": (
        "This machine is too busy to read {what} in time.",
        "Try again when less is going on here.",
    ),
}


class Shortage(UserError):
    """Resource exhaustion: the machine lacks disk, memory, file handles or time; the file may be sound."""

    def __init__(self, lacking: str, what: str) -> None:
        message, hint = SENTENCES[lacking]
        super().__init__(message.format(what=what), hint)
        self.lacking, self.what = lacking, what

    def __reduce__(self) -> tuple[type["Shortage"], tuple[str, str]]:
        return type(self), (self.lacking, self.what)


def lacking_for(error: BaseException) -> str | None:
    """What the machine lacked, by an error or what caused it: disk, handles or memory; None for any other error."""
    met: BaseException | None = error
    while met is not None:
        number = met.errno if isinstance(met, OSError) else None
        if number in FULL:
            return "disk"
        if number in HANDLES:
            return "handles"
        if number in (errno.ENOMEM, errno.EAGAIN):
            return "memory"
        if not isinstance(met, UserError) and (found := lacking_in(str(met)[:10_000])):
            return found
        met = met.__cause__ or met.__context__
    return None


def lacking_in(text: str) -> str | None:
    """What the machine lacked, by the words that a native library prints before it ends its process."""
    return next((lacking for lacking, words in WORDS.items() if words.search(text)), None)


@contextmanager
def machine_for(what: str) -> Iterator[None]:
    """Raises Shortage where an OSError in the block says that the machine lacks something."""
    try:
        yield
    except OSError as error:
        if lacking := lacking_for(error):
            raise Shortage(lacking, what) from error
        raise
