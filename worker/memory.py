"""Memory limit of a run's process: its quote with a margin, held by a watch on the process's private memory.

See docs/adr/0034-a-run-has-a-memory-limit.md.
"""

import os
import re
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

from core.config import Descent, RunConfig
from core.errors import UserError
from core.models import CATALOGUE, on_this_machine
from core.quote import row_cost
from core.quote.memory import memory
from core.quote.pace import place
from storage import Failure, Job, Store
from worker import identity

TIMES, SPARE_BYTES = 2.0, 2_000_000_000
"""Margin over the quote, which is an estimate of the peak and not a bound."""
SHARE = 0.9
"""Largest share of the machine's memory that a run may have, whatever its quote."""
KILLED_SHARE = 0.5
"""Share of its limit that a process had when the kernel killed it, from which on memory is taken for the reason."""
LOOK_S = 0.5
HINT = (
    "It is not tried again as it is. Choose a smaller batch, shorter texts, a smaller model or the quick preset, "
    "or a machine with more memory."
)
CGROUPS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
NO_MEMORY = re.compile(r"can(no|')t allocate memory|out of memory", re.IGNORECASE)


class MemoryWatch:
    """Watch on the memory of one run's process and its descendants."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.most_bytes = 0
        self._next = 0.0

    def is_over(self, process: str) -> bool:
        """Whether the process has more than its limit; looked at every LOOK_S seconds, False in between."""
        if (moment := time.monotonic()) < self._next:
            return False
        self._next = moment + LOOK_S
        self.most_bytes = max(self.most_bytes, held_bytes(process))
        return self.most_bytes > self.limit_bytes

    def explains(self, exit_code: int) -> bool:
        """Whether want of memory is why the kernel killed the process: it had much of what it may have."""
        return exit_code == -9 and self.most_bytes > KILLED_SHARE * self.limit_bytes

    def failure(self) -> Failure:
        """Failure of a run that took too much memory."""
        return Failure(
            message=f"The run took {self.most_bytes / 1e9:,.1f} GB of memory and was ended; "
            f"it may have {self.limit_bytes / 1e9:,.1f} GB here.",
            hint=HINT,
        )


def watch_for(store: Store, job: Job) -> MemoryWatch:
    """Watch with the limit of this job's run or search."""
    most = int(SHARE * machine_bytes())
    if store.bounds.limits.run_memory_gb:
        most = min(most, int(store.bounds.limits.run_memory_gb * 1e9))
    quoted = _quoted_bytes(store, job.config, processes=1 if job.search else _processes(job.config))
    return MemoryWatch(most if quoted is None else min(most, int(TIMES * quoted + SPARE_BYTES)))


def _processes(config: RunConfig) -> int:
    return config.processes if isinstance(config.learning, Descent) else 1


def _quoted_bytes(store: Store, config: RunConfig, *, processes: int) -> float | None:
    """Quote of the run with every text as long as it may be; None where it has none, or the Hub must be asked first.

    A search trains on its draws one after the other in one process, so that its quote is that of one run on all rows.
    """
    is_known = config.learning.method == "scratch" or config.model in CATALOGUE
    if not is_known and config.model not in on_this_machine(store.models):
        return None
    try:
        cost = row_cost(
            config,
            store.models,
            mean_tokens=float(getattr(config.task, "max_tokens", 0)),
            frame=lambda: store.datasets.frame(config.dataset),
        )
        rows = store.datasets.get(config.dataset).rows
    except UserError:
        return None
    if cost is None:
        return None
    cores = os.cpu_count() or 1
    return 1e9 * processes * memory(config, rows=rows, cost=cost, place=place("cpu", cores, config))


def machine_bytes() -> int:
    """Memory of this machine, or of the container that we are in."""
    found = psutil.virtual_memory().total
    for path in CGROUPS:
        with suppress(OSError, ValueError):  # it says "max" where there is no limit
            found = min(found, int(path.read_text()))
    return found


def held_bytes(process: str) -> int:
    """Private memory of a process and its descendants, without the pages of files; 0 when it is gone."""
    living = identity.process(process)
    try:
        return sum(map(_private_bytes, [living, *living.children(recursive=True)])) if living else 0
    except psutil.Error:
        return 0


def _private_bytes(process: psutil.Process) -> int:
    if sys.platform == "linux":
        with suppress(OSError, StopIteration):
            lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
            return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))
    return int(process.memory_info().rss)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a run's own error says that memory ran out: Python's, torch's on a CPU or torch's on a GPU."""
    return isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and bool(NO_MEMORY.search(str(error))))
