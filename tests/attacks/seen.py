"""What work in a process apart sees of its surroundings."""

import os
import signal


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
