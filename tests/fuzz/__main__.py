"""Seeded cases of four kinds of input: each is read rightly, or refused in one sentence; `make fuzz` runs thousands.

`python -m tests.fuzz --cases 10000` prints a table. A case is made from its kind and its number alone: `--only KIND
--first NUMBER --cases 1 --verbose` makes and tells one again.
"""

import argparse
import collections
import contextlib
import faulthandler
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from tests.fuzz.backups import Backups
from tests.fuzz.case import Arena, Broken, Came
from tests.fuzz.meters import Meter
from tests.fuzz.models import Models
from tests.fuzz.requests import Requests
from tests.fuzz.rows import Rows
from tests.fuzz.sandbox import WarmSandbox

KINDS = {"rows": Rows, "models": Models, "backups": Backups, "requests": Requests}
SHARES = {"rows": 35, "models": 10, "backups": 25, "requests": 30}
"""Of a hundred cases, how many each kind gets."""
MOST_S, MOST_SANDBOX_MB, MOST_GROWTH_MB = 20.0, 1_000.0, 200.0
"""CPU time of a case, memory of the sandbox, and growth of this process during a case."""
WATCHDOG_S = 180
"""Seconds on the wall after which a case hangs, however busy the machine is."""


@dataclass
class Found:
    """What came of the cases of one kind, and the most that one of them took."""

    came: collections.Counter[Came] = field(default_factory=collections.Counter)
    broken: dict[int, str] = field(default_factory=dict)
    cpu_s: list[float] = field(default_factory=list)
    sandbox_mb: float = 0.0
    growth_mb: float = 0.0

    def count(self, *, refused: bool) -> int:
        return sum(times for one, times in self.came.items() if one.is_refused == refused)


def fuzz(kind: str, first: int, cases: int, *, is_verbose: bool = False) -> Found:
    """Tries the cases of one kind from number `first` on, all in one place."""
    found = Found()
    with arena_of(kind) as (arena, sandbox, temporary):
        for number in range(first, first + cases):
            meter = Meter()
            sandbox.spent.clear()
            try:
                with watched(), meter.running():
                    came = arena.tried(number)
                refuse_excess(meter, sandbox, temporary)
                found.came[came] += 1
            except Exception as error:
                told = str(error) if isinstance(error, Broken) else traceback.format_exc(limit=-4)
                found.broken[number] = told
                for left in temporary.iterdir():
                    left.unlink() if left.is_file() else None
            found.cpu_s.append(meter.cpu_s + sum(one.cpu_s for one in sandbox.spent))
            found.sandbox_mb = max([found.sandbox_mb, *(one.memory_mb for one in sandbox.spent)])
            found.growth_mb = max(found.growth_mb, meter.growth_mb)
            if is_verbose:
                sys.stdout.write(f"{kind} {number}: {arena.about(number)}\n")
    return found


@contextlib.contextmanager
def arena_of(kind: str) -> Iterator[tuple[Arena, WarmSandbox, Path]]:
    """The arena of a kind, its sandbox, and the folder for temporary files, which each case leaves empty."""
    with tempfile.TemporaryDirectory(prefix="fuzz-", ignore_cleanup_errors=True) as folder:
        temporary = Path(folder) / "temporary"
        temporary.mkdir()
        with patch.object(tempfile, "tempdir", str(temporary)), WarmSandbox().in_use() as sandbox:
            arena = KINDS[kind](Path(folder) / "home")
            try:
                yield arena, sandbox, temporary
            finally:
                getattr(arena, "close", lambda: None)()


def refuse_excess(meter: Meter, sandbox: WarmSandbox, temporary: Path) -> None:
    """Raises Broken for a case that took too much, or left something among the temporary files."""
    cpu_s = meter.cpu_s + sum(one.cpu_s for one in sandbox.spent)
    memory_mb = max((one.memory_mb for one in sandbox.spent), default=0.0)
    for is_over, what in (
        (cpu_s > MOST_S, f"{cpu_s:.0f} s of CPU"),
        (memory_mb > MOST_SANDBOX_MB, f"{memory_mb:.0f} MB in the sandbox"),
        (meter.growth_mb > MOST_GROWTH_MB, f"{meter.growth_mb:.0f} MB more in the process that asked"),
        (left := [path.name for path in temporary.iterdir()], f"left among the temporary files: {left}"),
    ):
        if is_over:
            raise Broken(what)


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Raises Broken where the block hangs."""

    def hang(*_: object) -> None:
        raise Broken(f"no end after {WATCHDOG_S} s")

    before = signal.signal(signal.SIGALRM, hang)
    signal.alarm(WATCHDOG_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def main() -> None:
    """Prints a table; ends with 1 where a case was broken."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--cases", type=int, default=10_000)
    words.add_argument("--first", type=int, default=0)
    words.add_argument("--only", choices=list(KINDS))
    words.add_argument("--verbose", action="store_true")
    asked = words.parse_args()
    faulthandler.enable()
    sys.stdout.write(
        "| kind | read | refused | broken | mean and most s | sandbox MB | growth MB |\n|---|---|---|---|---|---|---|\n"
    )
    is_broken = False
    for kind in [asked.only] if asked.only else list(KINDS):
        cases = asked.cases if asked.only else max(1, asked.cases * SHARES[kind] // 100)
        began = time.monotonic()
        found = fuzz(kind, asked.first, cases, is_verbose=asked.verbose)
        is_broken |= bool(found.broken)
        seconds = f"{sum(found.cpu_s) / len(found.cpu_s):.2f}, {max(found.cpu_s):.1f}"
        sys.stdout.write(
            f"| {kind} | {found.count(refused=False):,} | {found.count(refused=True):,} | {len(found.broken)} "
            f"| {seconds} | {found.sandbox_mb:.0f} | {found.growth_mb:.0f} |\n"
        )
        for number, what in found.broken.items():
            sys.stdout.write(f"BROKEN {kind} {number}: {what}\n")
        sys.stdout.write(f"({kind}: {time.monotonic() - began:.0f} s on the wall)\n")
        sys.stdout.flush()
    sys.exit(is_broken)


if __name__ == "__main__":
    main()
