"""Process identity: pid, start time and boot id, so that another process with a reused pid is told apart.

Neither part moves with the wall clock: on Linux the start is counted in ticks since the boot, and the boot has a random
name of its own. (psutil's times since 1970 change whenever the clock is set.)
"""

import contextlib
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psutil

FAMILY = "TUNEBOARD_FAMILY"
"""Environment variable that marks a process tree: the supervisor's identity, a random word and the folder."""


def host() -> str:
    """Host name of this machine."""
    return socket.gethostname()


@cache
def boot() -> str:
    """Boot id of this machine, and its pid namespace (a container has its own)."""
    if not sys.platform.startswith("linux"):
        return f"{psutil.boot_time():.0f}"
    name = Path("/proc/sys/kernel/random/boot_id").read_text().strip().replace("-", "")
    return f"{name}.{Path('/proc/self/ns/pid').stat().st_ino}"


def of(pid: int) -> str:
    """Identity of the process, `pid/started/boot`. Raises psutil.NoSuchProcess."""
    return f"{pid}/{_started(pid)}/{boot()}"


def process(identity: str) -> psutil.Process | None:
    """The living process with this identity, or None."""
    try:
        pid = int(identity.split("/", maxsplit=1)[0])
        found = psutil.Process(pid)
        lives = of(pid) == identity and found.status() != psutil.STATUS_ZOMBIE
        return found if lives else None
    except (ValueError, psutil.Error):
        return None


def is_gone(identity: str) -> bool:
    """Whether the process has surely ended; False where this boot cannot know: another machine, or an earlier boot."""
    return identity.rpartition("/")[2] == boot() and process(identity) is None


def _started(pid: int) -> str:
    if not sys.platform.startswith("linux"):
        return f"{psutil.Process(pid).create_time():.2f}"
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        raise psutil.NoSuchProcess(pid) from None
    return fields[19]  # the 22nd of proc(5): starttime, in ticks since the boot


def new_family(place: Path) -> str:
    """Mark of a new process tree of the store at `place`, which all descendants inherit by their environment."""
    return f"{of(os.getpid())}#{secrets.token_hex(4)}#{place}"


def members(family: str) -> list[psutil.Process]:
    """Living processes of this process tree, by its mark."""
    return [one for one, mark in _marked() if mark == family]


def orphans(place: Path) -> list[psutil.Process]:
    """Orphaned processes of the store at `place`: alive, while the supervisor in their mark surely is gone."""
    marks = ((one, mark.split("#", 2)) for one, mark in _marked())
    return [one for one, mark in marks if mark[2:] == [str(place)] and is_gone(mark[0])]


def _marked() -> Iterator[tuple[psutil.Process, str]]:
    for one in psutil.process_iter():
        try:
            mark = one.environ().get(FAMILY)
        except (psutil.Error, OSError):  # another user's, or it ended meanwhile
            continue
        if mark:
            yield one, mark


def end_family(leader: psutil.Process, patience_s: float = 0.0) -> None:
    """Ends a process tree: SIGTERM and a grace period of `patience_s`, unless that is 0; then SIGKILL."""
    try:
        family = [leader, *leader.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    if patience_s:
        _each(family, "terminate")
        psutil.wait_procs(family, timeout=patience_s)
    _each(family, "kill")
    psutil.wait_procs(family, timeout=5)


def _each(processes: list[psutil.Process], verb: str) -> None:
    for one in processes:
        with contextlib.suppress(psutil.Error):
            getattr(one, verb)()
