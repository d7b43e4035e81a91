"""What a run process is told, and what it answers when it is done."""

from pathlib import Path
from typing import Literal

from core.config import Frozen, Head, RunConfig
from core.searches import AnyQuestion


class RunOrder(Frozen):
    """All that a run process needs to know; no database address, no token."""

    run_id: str
    config: RunConfig
    dataset: Path
    attempt: Path
    """Where its events, its output and its result go."""
    work: Path
    """Where checkpoints, predictions and the bundle go."""
    models: Path
    cache: Path
    search: AnyQuestion | None = None
    """The question, where this is a search and not one run."""


class RunResult(Frozen):
    """How an attempt ended, in the process's own words."""

    status: Literal["succeeded", "stopped", "failed"]
    message: str = ""
    hint: str = ""
    bug_number: str | None = None


NO_ROOM = 28
"""The exit code of an attempt that could not even write its result, because the disk is full."""


def processes_of(order: RunOrder) -> int:
    """How many processes teach together. A search, or a model that only reads, is one process's work."""
    return 1 if order.search or isinstance(order.config.learning, Head) else order.config.processes


def events_path(attempt: Path) -> Path:
    """The attempt's events."""
    return attempt / "events.jsonl"


def output_path(attempt: Path) -> Path:
    """What the attempt's process printed."""
    return attempt / "output.log"


def lock_path(attempt: Path) -> Path:
    """Locked by the one process that works on the run; the kernel lets go when it ends, however it ends."""
    return attempt.parent / "lock"


def result_path(attempt: Path) -> Path:
    """The attempt's Result; there only when it has ended by itself."""
    return attempt / "result.json"
