"""An attempt's events on disk: the run process appends, the supervisor reads on from where it was.

A file, not a pipe: the run never waits for its reader, and a supervisor that dies loses nothing.
"""

import logging
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from core.events import EVENT, Event
from core.failpoints import failpoint, is_next

log = logging.getLogger(__name__)

READ_BYTES = 1 << 20


class EventWriter:
    """Appends events, one JSON line each."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("ab", buffering=0)

    def write(self, event: Event) -> None:
        """The event is in the file when this returns. Raises OSError when it cannot be; then nothing of it stays."""
        line = event.model_dump_json().encode() + b"\n"
        if is_next("run.speaking"):
            self._file.write(line[: len(line) // 2])
        failpoint("run.speaking")
        before, written = self._file.tell(), 0
        try:
            while written < len(line):
                written += self._file.write(line[written:])
        except OSError:
            self._file.truncate(before)
            raise


def read_events(path: Path, start: int) -> tuple[list[Event], int]:
    """Whole lines from byte `start` on, at most about a megabyte, and the byte after them.

    A line that is no event is passed over.
    """
    try:
        with path.open("rb") as file:
            file.seek(start)
            content = file.read(READ_BYTES)
    except FileNotFoundError:
        return [], start
    whole = content[: content.rfind(b"\n") + 1]
    if not whole and len(content) == READ_BYTES:
        return [], start + READ_BYTES
    events = []
    for line in whole.splitlines():
        try:
            events.append(EVENT.validate_json(line))
        except ValidationError:
            log.warning("passed over a line of %d bytes that is no event in %s", len(line), path)
    return events, start + len(whole)
