"""Who a process is: its pid, when it started and which boot of the machine; a stranger with its pid is another."""

import socket

import psutil


def host() -> str:
    """This machine's name."""
    return socket.gethostname()


def of(pid: int) -> str:
    """The process's identity, `pid/started/boot`. Raises psutil.NoSuchProcess."""
    return f"{pid}/{psutil.Process(pid).create_time():.2f}/{psutil.boot_time():.0f}"


def process(identity: str) -> psutil.Process | None:
    """The living process with this identity, or None."""
    try:
        pid = int(identity.split("/", maxsplit=1)[0])
        return psutil.Process(pid) if of(pid) == identity else None
    except (ValueError, psutil.Error):
        return None


def end_family(leader: psutil.Process, patience_s: float = 0.0) -> None:
    """Ends the process and its descendants: SIGTERM and `patience_s` first, where there is patience; then SIGKILL."""
    try:
        family = [leader, *leader.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    if patience_s:
        _each(family, "terminate")
        _, family = psutil.wait_procs(family, timeout=patience_s)
    _each(family, "kill")
    psutil.wait_procs(family, timeout=5)


def _each(processes: list[psutil.Process], verb: str) -> None:
    for one in processes:
        try:
            getattr(one, verb)()
        except psutil.NoSuchProcess:
            continue
