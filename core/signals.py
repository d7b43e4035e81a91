"""Signals that ask a process to end: SIGTERM of a service manager, SIGHUP of a terminal that closes."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


def on_ending(handler: Callable[[int, FrameType | None], object]) -> dict[int, object]:
    """Handles these signals but for those that are ignored, as nohup has it; returns the handlers before, by signal."""
    return {number: signal.signal(number, handler) for number in ENDING if signal.getsignal(number) != signal.SIG_IGN}


@contextmanager
def unwinding() -> Iterator[None]:
    """Within the block these signals raise SystemExit, so that what is half written is removed; a second one kills."""
    before: dict[int, object] = {}

    def leave(number: int, _: FrameType | None) -> None:
        for one in before:
            signal.signal(one, signal.SIG_DFL)
        raise SystemExit(128 + number)

    before |= on_ending(leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # as it was
