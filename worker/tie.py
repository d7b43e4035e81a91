"""The tie between a supervisor and its run process: whoever loses it saves and ends.

On one machine it is the process's standard input, which closes when the supervisor is gone, and a number that grows
as long as the supervisor keeps the lease. Elsewhere it is two small files in the attempt's folder, which both see.
The supervisor keeps writing that it holds the run, and what it wants: go on, stop, end. The run process keeps writing
that it lives. Each goes by its own clock and counts only that the other's file changes, so clocks need not agree.
What is in a file is not lost when a request is, or when whoever should hear it starts later.
"""

import os
import threading
import time
from pathlib import Path
from typing import BinaryIO, Literal

BEAT_S = 5.0
HELD_S = 60.0
"""A run process that has not heard from its supervisor for so long saves and ends; by then the lease has run out."""
ORPHAN_S = 20.0
"""How long it may take to save then."""
LISTEN_S = 0.5
LOOK_S = 1.0
SILENT_S = 42.0
"""A lease that was not renewed for so long is about to be lost (LEASE_S is 60 s): the run saves and ends."""
GONE_S = 54.0
SILENCED = 75
"""The exit code of a run that could not save before the lease lapsed."""
UNSEEN_FOLDER = 72
"""The exit code of a job that does not find its order."""

Signal = Literal["go", "stop", "end"]


def leased_path(attempt: Path) -> Path:
    """A number that the supervisor raises whenever it has kept the attempt's lease."""
    return attempt / "leased"


def held_path(attempt: Path) -> Path:
    """Where the supervisor writes."""
    return attempt / "held"


def pulse_path(attempt: Path) -> Path:
    """Where the run process writes."""
    return attempt / "pulse"


class WatchedFile:
    """A file that somebody else keeps rewriting."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = ""
        self._changed = time.monotonic()

    def restart(self) -> None:
        """Nobody was to be heard of until now."""
        self._changed = time.monotonic()

    def silent_s(self) -> float:
        """Reads the file; for how many seconds it has been the same, or not there."""
        try:
            text = self.path.read_text()
        except OSError:
            text = ""
        if text and text != self.text:
            self.text, self._changed = text, time.monotonic()
        return time.monotonic() - self._changed


class Leased:
    """The supervisor's side on one machine: a number that grows with every renewal of the lease."""

    def __init__(self, attempt: Path) -> None:
        self._path = leased_path(attempt)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch()
        self._count = 0

    def say(self) -> None:
        """The lease is kept."""
        self._count += 1
        with self._path.open("r+b") as file:  # in place: this must work on a disk that is full
            file.write(b"%020d" % self._count)


class StreamTie:
    """The run process's side on one machine: its standard input, and the lease's number."""

    def __init__(self, stream: BinaryIO, attempt: Path) -> None:
        self.stop_asked = threading.Event()
        self._stream = stream
        self._leased = WatchedFile(leased_path(attempt))

    def watch(self) -> None:
        """Begins to listen for "stop" and for the end of the stream, and to look whether the lease is kept."""
        for work in (self._listen, self._look):
            threading.Thread(target=work, daemon=True).start()

    def _look(self) -> None:
        """A supervisor that stands still keeps the stream open; before its lease lapses for others, this ends."""
        while (silent_s := self._leased.silent_s()) < GONE_S:
            if silent_s > SILENT_S:
                self.stop_asked.set()
            time.sleep(LOOK_S)
        os._exit(SILENCED)

    def _listen(self) -> None:
        for line in self._stream:
            if line.strip() == b"stop":
                self.stop_asked.set()
        self.stop_asked.set()
        time.sleep(ORPHAN_S)
        os._exit(1)


class Hold:
    """The supervisor's side, of a run elsewhere."""

    def __init__(self, attempt: Path) -> None:
        self._path = held_path(attempt)
        self._wish: Signal = "go"
        self._beats = 0
        self._next = 0.0
        self.pulse = WatchedFile(pulse_path(attempt))

    def wish(self, wish: Signal) -> None:
        """Says what is wanted now."""
        self._wish, self._next = wish, 0.0
        self.beat()

    def beat(self) -> None:
        """Says that the run is held, if it is time to."""
        if time.monotonic() >= self._next:
            self._beats += 1
            write(self._path, f"{self._wish} {self._beats} {os.getpid()}")
            self._next = time.monotonic() + BEAT_S


class FileTie:
    """The run process's side, elsewhere."""

    def __init__(self, attempt: Path, *, held_s: float = HELD_S) -> None:
        self.stop_asked = threading.Event()
        self._attempt = attempt
        self._held = WatchedFile(held_path(attempt))
        self._held_s = held_s
        self._left_at: float | None = None

    def watch(self) -> None:
        """Begins to listen and to say that this process lives. Ends the process where nobody wants it any more."""
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def is_held(self) -> bool:
        """Whether the supervisor holds this attempt, and no later attempt has begun."""
        self._held.silent_s()
        return self._held.text.split(" ")[0] in ("go", "stop") and not self._is_superseded

    @property
    def _is_superseded(self) -> bool:
        return (self._attempt.parent / str(int(self._attempt.name) + 1)).exists()

    def _listen(self) -> None:
        beats = 0
        while True:
            if beats % int(BEAT_S / LISTEN_S) == 0:
                write(pulse_path(self._attempt), f"{beats} {os.getpid()}")
            beats += 1
            self._heed()
            time.sleep(LISTEN_S)

    def _heed(self) -> None:
        silent_s = self._held.silent_s()
        wish = self._held.text.split(" ")[0]
        if wish == "end" or self._is_superseded:
            os._exit(1)
        if wish == "stop":
            self.stop_asked.set()
        if silent_s > self._held_s:
            self.stop_asked.set()
        if silent_s > self._held_s + ORPHAN_S:
            os._exit(1)


def write(path: Path, text: str) -> None:
    """Puts the text there whole. A disk that is full or away for a moment is no fault: the next beat tries again."""
    temporary = path.with_name(f".{path.name}-{os.getpid()}-{threading.get_ident()}")
    try:
        temporary.write_text(text)
        temporary.replace(path)
    except OSError:
        return
