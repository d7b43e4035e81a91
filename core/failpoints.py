"""Fault injection: named spots where a test kills the process, as a power cut would, if the environment asks for it.

`TUNEBOARD_FAILPOINT=name` kills (SIGKILL) when `name` is reached, `name:3` when it is reached for the third time. Where
`TUNEBOARD_FAILPOINT_ONCE` names a file, it is made before the kill, and while it is there nobody is killed.
"""

import os
import signal
from pathlib import Path

FAILPOINTS = {
    "supervisor.claimed": "a job is leased, and nothing else is done",
    "supervisor.known": "the job says who its process is, and the process has no order yet",
    "supervisor.ordered": "the process has its order",
    "supervisor.carried": "events are in storage, and the supervisor has not noted it",
    "supervisor.ended": "the process left its result, and nobody has written it down",
    "jobs.recording": "within the write that keeps events",
    "jobs.ending": "within the write that ends a run",
    "jobs.returning": "within the write that gives a lost job back to the queue",
    "run.ordered": "the run process has read its order",
    "run.loading": "the model is being loaded",
    "run.step": "between two steps of training",
    "run.speaking": "an event is half written",
    "checkpoint.writing": "a checkpoint's files are written, its manifest is not",
    "checkpoint.sealed": "a checkpoint is whole and has not its name yet",
    "checkpoint.named": "a checkpoint has its name, older ones are still there",
    "bundle.sealed": "the trained model is written and has not its name yet",
    "run.saved": "everything is saved, and the run has not said so",
    "run.resulting": "the run has ended, its result is not written",
    "run.resulted": "the run's result is written",
    "files.copied": "an uploaded file is copied and has not its name yet",
    "datasets.adding": "within the write that adds a dataset",
    "runs.queueing": "within the write that queues a run",
    "backup.writing": "a backup is half written",
    "predictor.loading": "the predictor loads a model",
    "predictor.answering": "the predictor has an answer and has not given it",
}
"""Every failpoint, and what has happened there."""

PASSED_ON = ("TUNEBOARD_FAILPOINT", "TUNEBOARD_FAILPOINT_ONCE")
"""Environment variables that a process hands to its children, so that they are killed too."""

_name, _, _nth = os.environ.get("TUNEBOARD_FAILPOINT", "").partition(":")
_once = os.environ.get("TUNEBOARD_FAILPOINT_ONCE", "")
_left = {_name: int(_nth or 1)} if _name else {}


def failpoint(name: str) -> None:
    """Kills this process where the environment asks for it; else nothing."""
    if name in _left:
        _reach(name)


def is_next(name: str) -> bool:
    """Whether the next reaching of `name` kills: for a spot that must leave something half done."""
    return _left.get(name) == 1


def _reach(name: str) -> None:
    _left[name] -= 1
    if _left[name] > 0:
        return
    del _left[name]
    if _once:
        try:
            os.close(os.open(_once, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            return
        Path(_once).write_text(f"{name} {os.getpid()}")
    os.kill(os.getpid(), signal.SIGKILL)
