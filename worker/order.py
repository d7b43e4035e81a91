"""Order and result of a run process, and the files of an attempt."""

from pathlib import Path
from typing import Literal

from core.config import Frozen, Head, RunConfig
from core.searches import AnyQuestion


class RunOrder(Frozen):
    """Work order of a run process: all that it needs to know; no database address, no token."""

    run_id: str
    config: RunConfig
    dataset: Path
    attempt: Path
    """Folder of its events, its output and its result."""
    work: Path
    """Folder of checkpoints, predictions and the bundle."""
    models: Path
    cache: Path
    search: AnyQuestion | None = None
    """The question, where this is a search and not one run."""


class RunResult(Frozen):
    """Result of an attempt, as its process wrote it."""

    status: Literal["succeeded", "stopped", "failed"]
    message: str = ""
    hint: str = ""
    bug_number: str | None = None
    by_signal: bool = False
    """Whether SIGTERM made it stop: from whoever ends the machine's processes, or wants their memory."""


NO_ROOM = 28
"""The exit code of an attempt that could not even write its result, because the disk is full."""


def processes_of(order: RunOrder) -> int:
    """World size: how many processes train together. A search, or a fitted head, is one process's work."""
    return 1 if order.search or isinstance(order.config.learning, Head) else order.config.processes


def events_path(attempt: Path) -> Path:
    """Event log of the attempt."""
    return attempt / "events.jsonl"


def output_path(attempt: Path) -> Path:
    """Standard output and error of the attempt's process."""
    return attempt / "output.log"


def lock_path(attempt: Path) -> Path:
    """Lock file of the one process that works on the run; the kernel releases it when the process ends."""
    return attempt.parent / "lock"


def result_path(attempt: Path) -> Path:
    """Result file of the attempt; there only when it has ended by itself."""
    return attempt / "result.json"
