"""Distributed training on one machine: the run's own process is rank 0 and starts the other ranks.

The process group meets in a file of the attempt and talks over loopback only. `python -m worker.ranks RANK` is one of
the others: its standard input brings the order, and it exits at the end of that input, when rank 0 is gone.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from core.device import cores
from core.errors import Stopped, UserError
from core.execute import assist
from core.inputs.picture.shelf import rows_of
from core.training.together import ALONE, Together, join
from worker.order import RunOrder, processes_of

LOST = 71
"""Exit code of a rank 0 that lost another rank: no mistake of the run, so it is retried."""


@contextmanager
def joined(order: RunOrder) -> Iterator[Together]:
    """Process group of the order, inside the block. When one of the other ranks is lost, this process exits."""
    size = processes_of(order)
    if size == 1:
        yield ALONE
        return
    _share_cores_and_loopback(size)
    others = [_start(rank, order) for rank in range(1, size)]
    over = threading.Event()
    for other in others:
        threading.Thread(target=_exit_when_lost, args=(other, over), daemon=True).start()
    try:
        yield join(0, size, order.attempt / "meeting")
    finally:
        over.set()
        for other in others:
            other.kill()
            other.wait()


def main() -> None:
    """Trains as one of the other ranks, with the order on standard input; SIGTERM is rank 0's to hear."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    order = RunOrder.model_validate_json(sys.stdin.buffer.readline())
    threading.Thread(target=_exit_at_end_of_input, daemon=True).start()
    size = processes_of(order)
    together = join(int(sys.argv[1]), size, order.attempt / "meeting")
    with contextlib.suppress(Stopped, UserError), rows_of(order.dataset) as frame:  # rank 0 reports them
        assist(
            order.config,
            frame,
            order.work,
            models=order.models,
            cache=order.cache,
            together=together,
        )
    os._exit(0)


def _share_cores_and_loopback(size: int) -> None:
    """Divides the cores between the ranks, and keeps their traffic on loopback."""
    os.environ["OMP_NUM_THREADS"] = str(max(1, cores() // size))
    loopback = "lo0" if sys.platform == "darwin" else "lo"
    os.environ |= {"GLOO_SOCKET_IFNAME": loopback, "NCCL_SOCKET_IFNAME": loopback}


def _start(rank: int, order: RunOrder) -> "subprocess.Popen[bytes]":
    started = subprocess.Popen([sys.executable, "-m", "worker.ranks", str(rank)], stdin=subprocess.PIPE)
    assert started.stdin is not None  # noqa: S101  # it was opened as a pipe
    started.stdin.write(order.model_dump_json().encode() + b"\n")
    started.stdin.flush()
    return started


def _exit_when_lost(other: "subprocess.Popen[bytes]", over: threading.Event) -> None:
    if other.wait() != 0 and not over.is_set():
        os._exit(LOST)


def _exit_at_end_of_input() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
