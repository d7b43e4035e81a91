"""What work in a process apart sees of its surroundings."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any


def environment() -> dict[str, str]:
    return dict(os.environ)


def break_on(row: str) -> None:
    raise ValueError(row)


def lack(number: int) -> None:
    try:
        raise OSError(number, os.strerror(number))
    except OSError as error:
        raise ValueError("a library's own words") from error


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


_REMEMBERED: list[str] = []


def remember(word: str) -> dict[str, Any]:
    """What earlier requests left in this process, which is to be nothing; and which process it is."""
    met = list(_REMEMBERED)
    _REMEMBERED.append(word)
    return {"word": word, "met": met, "pid": os.getpid(), "parent": os.getppid()}


def open_files(word: str) -> list[str]:
    """What the open file descriptors of this process stand for; of a file its name, of a socket its kind."""
    names = []
    for number in list(Path("/proc/self/fd").iterdir()):
        with suppress(FileNotFoundError):  # of the listing itself
            names.append(str(number.readlink()))
    return [name if name == os.devnull else Path(name).name for name in names]
