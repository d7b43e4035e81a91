"""Event log of an attempt (JSON Lines): the run process appends, the supervisor reads on from its offset.

A file, not a pipe: the run never waits for its reader, and a supervisor that dies loses nothing.
"""

import logging
import os
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from core.events import EVENT, Event, LogEvent, Measured
from core.failpoints import failpoint, is_next

log = logging.getLogger(__name__)

READ_BYTES = 1 << 20
LONGEST_LINE = 4_000
"""Longest log line, in characters."""
MOST_BYTES = 1_000_000_000
"""Size limit of one attempt's event log, so that a flood does not fill the disk; storage's limits lie far below."""
_TOO_MUCH = f"It has said {MOST_BYTES // 1_000_000:,} MB. Its lines and numbers are not heard any more; it goes on."


class EventWriter:
    """Appends events, one JSON line each. Beyond the size limit it drops log lines and measurements."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("ab", buffering=0)
        self._bytes = path.stat().st_size

    def write(self, event: Event) -> None:
        """Appends the event, unbuffered, unless it is a line or a number beyond the size limit.

        Raises OSError where there is no room; then nothing of it stays.
        """
        if isinstance(event, LogEvent) and len(event.text) > LONGEST_LINE:
            event = event.model_copy(update={"text": event.text[:LONGEST_LINE] + "…"})
        if self._bytes > MOST_BYTES and isinstance(event, LogEvent | Measured):
            return
        line = event.model_dump_json().encode() + b"\n"
        if self._bytes <= MOST_BYTES < self._bytes + len(line):
            line += LogEvent(text=_TOO_MUCH, level="warning").model_dump_json().encode() + b"\n"
        if is_next("run.speaking"):
            self._file.write(line[: len(line) // 2])
        failpoint("run.speaking")
        self._append(line)
        self._bytes += len(line)

    def _append(self, line: bytes) -> None:
        before, written = os.fstat(self._file.fileno()).st_size, 0
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
