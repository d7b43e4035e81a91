"""Heartbeats between a supervisor and its run process: a process that misses them saves and ends.

On one machine they are the process's standard input, which closes when the supervisor is gone, and a counter that
grows as long as the supervisor keeps the lease. Elsewhere they are two small files in the attempt's folder, which both
see: the supervisor writes heartbeats and its command (go, stop, end), the run process writes heartbeats of its own.
Each goes by its own monotonic clock and counts only that the other's file changes, so clocks need not agree. What is in
a file is not lost when a request is, or when its reader starts later.
"""

import os
import threading
import time
from pathlib import Path
from typing import BinaryIO, Literal

HEARTBEAT_S = 5.0
HELD_S = 60.0
"""Heartbeat timeout of a run process, after which it saves and ends; by then the lease has run out."""
ORPHAN_S = 20.0
"""Grace period for saving then."""
LISTEN_S = 0.5
LOOK_S = 1.0
SILENT_S = 42.0
"""Soft timeout of the lease: one not renewed for so long is about to lapse (LEASE_S is 60 s), so the run saves."""
GONE_S = 54.0
"""Hard timeout of the lease: the process exits before others may claim the job."""
SILENCED = 75
"""Exit code of a run that could not save before the lease lapsed."""
UNSEEN_FOLDER = 72
"""Exit code of a job that does not find its order."""

Signal = Literal["go", "stop", "end"]


def leased_path(attempt: Path) -> Path:
    """File with a counter that the supervisor raises whenever it has renewed the attempt's lease."""
    return attempt / "leased"


def held_path(attempt: Path) -> Path:
    """File of the supervisor's heartbeats and commands."""
    return attempt / "held"


def pulse_path(attempt: Path) -> Path:
    """File of the run process's heartbeats."""
    return attempt / "pulse"


class WatchedFile:
    """Heartbeat file that another process keeps rewriting."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = ""
        self._changed = time.monotonic()

    def restart(self) -> None:
        """Resets the silence: no heartbeat was due until now."""
        self._changed = time.monotonic()

    def silent_s(self) -> float:
        """Seconds since the last heartbeat: how long the file has been the same, or not there."""
        try:
            text = self.path.read_text()
        except OSError:
            text = ""
        if text and text != self.text:
            self.text, self._changed = text, time.monotonic()
        return time.monotonic() - self._changed


class Leased:
    """Heartbeat of the lease on one machine, written by the supervisor: a counter of its renewals."""

    def __init__(self, attempt: Path) -> None:
        self._path = leased_path(attempt)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch()
        self._count = 0

    def say(self) -> None:
        """Writes a heartbeat: the lease was renewed."""
        self._count += 1
        with self._path.open("r+b") as file:  # in place: this must work on a disk that is full
            file.write(b"%020d" % self._count)


class StreamTie:
    """Listener of a run process on this machine: its standard input, and the counter of the lease."""

    def __init__(self, stream: BinaryIO, attempt: Path) -> None:
        self.stop_asked = threading.Event()
        self._stream = stream
        self._leased = WatchedFile(leased_path(attempt))

    def watch(self) -> None:
        """Starts the threads that wait for "stop" and the end of the stream, and that watch the lease."""
        for work in (self._listen, self._watch_lease):
            threading.Thread(target=work, daemon=True).start()

    def _watch_lease(self) -> None:
        """Exits before the lease lapses for others: a supervisor that is frozen keeps the stream open."""
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
    """Heartbeat and command of a run elsewhere, written by the supervisor."""

    def __init__(self, attempt: Path) -> None:
        self._path = held_path(attempt)
        self._wish: Signal = "go"
        self._beats = 0
        self._next = 0.0
        self.pulse = WatchedFile(pulse_path(attempt))

    def wish(self, wish: Signal) -> None:
        """Changes the command and writes it at once."""
        self._wish, self._next = wish, 0.0
        self.beat()

    def beat(self) -> None:
        """Writes a heartbeat, if one is due."""
        if time.monotonic() >= self._next:
            self._beats += 1
            write(self._path, f"{self._wish} {self._beats} {os.getpid()}")
            self._next = time.monotonic() + HEARTBEAT_S


class FileTie:
    """Listener of a run process elsewhere: it reads the supervisor's file and writes its own heartbeats."""

    def __init__(self, attempt: Path, *, held_s: float = HELD_S) -> None:
        self.stop_asked = threading.Event()
        self._attempt = attempt
        self._held = WatchedFile(held_path(attempt))
        self._held_s = held_s
        self._left_at: float | None = None

    def watch(self) -> None:
        """Starts the thread that sends heartbeats and obeys commands; it exits where the lease is lost."""
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
            if beats % int(HEARTBEAT_S / LISTEN_S) == 0:
                write(pulse_path(self._attempt), f"{beats} {os.getpid()}")
            beats += 1
            self._obey()
            time.sleep(LISTEN_S)

    def _obey(self) -> None:
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
    """Writes the file atomically. A disk that is full or away for a moment is no fault: the next heartbeat retries."""
    temporary = path.with_name(f".{path.name}-{os.getpid()}-{threading.get_ident()}")
    try:
        temporary.write_text(text)
        temporary.replace(path)
    except OSError:
        return
