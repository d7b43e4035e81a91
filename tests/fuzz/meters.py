"""Meters of a case: CPU time, and how far this process's memory rose."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CLEAR_PEAK = "5"
"""What /proc/self/clear_refs takes to begin a new peak of memory (VmHWM)."""


class Meter:
    """Seconds of CPU and megabytes of growth of this process, once the block has ended."""

    cpu_s = growth_mb = 0.0

    @contextmanager
    def running(self) -> Iterator["Meter"]:
        with Path("/proc/self/clear_refs").open("w") as file:
            file.write(CLEAR_PEAK)
        began, before = _cpu_s(), _megabytes("VmRSS")
        try:
            yield self
        finally:
            self.cpu_s, self.growth_mb = _cpu_s() - began, _megabytes("VmHWM") - before


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _megabytes(name: str, process: str = "self") -> float:
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def resident_mb(process: int) -> float:
    """Memory of another process, in megabytes."""
    return _megabytes("VmRSS", str(process))
