"""Timeouts for a client that may hang: a deadline, or a stall, when nothing comes any more."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from core.errors import ModelError

STALL_S = 120.0
"""Stall timeout of a download, after which it is given up; no client's own timeout covers every way to hang."""

T = TypeVar("T")


def within(seconds: float, call: Callable[[], T]) -> T:
    """Result of `call` by a deadline, else TimeoutError. A DNS lookup can hang beyond a client's timeouts."""
    deadline = time.monotonic() + seconds
    return _while(lambda: time.monotonic() < deadline, call)


def while_growing(folder: Path, what: str, call: Callable[[], T]) -> T:
    """Result of `call`, which fills `folder`. Raises ModelError about `what` when nothing came for two minutes."""
    seen = [(-1, time.monotonic())]

    def is_growing() -> bool:
        size = sum(_bytes(path) for path in folder.rglob("*"))
        if size != seen[0][0]:
            seen[0] = (size, time.monotonic())
        return time.monotonic() - seen[0][1] < STALL_S

    try:
        return _while(is_growing, call)
    except TimeoutError:
        raise ModelError(
            f"{what} stood still for {STALL_S:.0f} s and was given up.",
            "Try again; nothing half-fetched is kept.",
        ) from None


def _while(goes_on: Callable[[], bool], call: Callable[[], T]) -> T:
    """Result of `call` in a thread of its own, or TimeoutError once `goes_on` says no."""
    came: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            came.append(call())
        except BaseException as error:  # the caller gets it below
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True, name="asking-the-hub")
    thread.start()
    while thread.is_alive() and goes_on():
        thread.join(0.1)
    if failed:
        raise failed[0]
    if not came:
        raise TimeoutError
    return came[0]


def _bytes(path: Path) -> int:
    """File size in bytes; 0 for a folder, or for a file that has just been renamed."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0
