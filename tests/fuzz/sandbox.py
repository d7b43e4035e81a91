"""Sandbox kept warm: one process that has imported what a reader needs, and forks for each request.

A start of Python with pandas or torch takes seconds and would be most of a case. Each fork is the product's own sandbox
(`core.apart.main`) from there on: its limits, its request on standard input, its answer on standard output.
"""

import contextlib
import gc
import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from select import select
from typing import Any, NamedTuple
from unittest.mock import patch

from core import apart
from core.errors import UserError

IMPORTED = {
    "core.preparation.proof": ("openpyxl", "sklearn.feature_extraction.text", "sklearn.metrics"),
    "core.models.trial": ("tokenizers",),
    "core.learners.trial": ("tokenizers",),
}
"""Modules of functions that run in the sandbox, and what they import only when they are called."""


class Spent(NamedTuple):
    """Resources that the sandbox took: seconds of CPU, and megabytes of memory at its peak."""

    cpu_s: float
    memory_mb: float


class WarmSandbox:
    """Takes the place of the sandbox's start while it is `in_use`; `spent` lists what each request took."""

    def __init__(self) -> None:
        self.spent: list[Spent] = []
        self._parents: dict[str, subprocess.Popen[bytes]] = {}

    @contextlib.contextmanager
    def in_use(self) -> Iterator["WarmSandbox"]:
        try:
            with patch.object(apart, "_asked", self._asked):
                yield self
        finally:
            for process in self._parents.values():
                _end(process)

    def _asked(self, request: bytes, what: str, error: type[UserError], waiting_s: float) -> tuple[dict[str, Any], int]:
        """As `core.apart._asked`."""
        module = json.loads(request)["function"].partition(":")[0]
        with tempfile.TemporaryDirectory(prefix="apart-") as folder:
            place = Path(folder)
            (place / "request").write_bytes(request)
            process = self._parent(module)
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(folder.encode() + b"\n")
            process.stdin.flush()
            if not select([process.stdout], [], [], waiting_s)[0]:
                _end(self._parents.pop(module))
                raise apart._too_slow(what, error)
            told = json.loads(process.stdout.readline())
            self.spent.append(Spent(told["cpu_s"], told["memory_mb"]))
            return apart._answer((place / "answer").read_bytes(), place / "stderr.txt", told["code"]), told["code"]

    def _parent(self, module: str) -> "subprocess.Popen[bytes]":
        if module not in self._parents:
            command = [sys.executable, "-m", "tests.fuzz.sandbox", module]
            environment = apart._environment(tempfile.gettempdir())
            self._parents[module] = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=tempfile.gettempdir(),
                env=environment,
                start_new_session=True,
            )
        return self._parents[module]


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ends a warm sandbox with what it has forked."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, 9)
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def serve(module: str) -> None:
    """Forks for each folder that is named on standard input, and tells how it ended and what it took."""
    for name in (module, *IMPORTED.get(module, ())):
        importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become_sandbox(Path(line.removesuffix("\n")))
        _, status, used = os.wait4(child, 0)
        told = {
            "code": os.waitstatus_to_exitcode(status),
            "cpu_s": used.ru_utime + used.ru_stime,
            "memory_mb": used.ru_maxrss / 1024,
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def _become_sandbox(folder: Path) -> None:
    try:
        os.chdir(folder)
        os.environ["HOME"] = str(folder)
        for number, name, flags in (
            (0, "request", os.O_RDONLY),
            (1, "answer", os.O_WRONLY | os.O_CREAT),
            (2, "stderr.txt", os.O_WRONLY | os.O_CREAT),
        ):
            handle = os.open(name, flags, 0o600)
            os.dup2(handle, number)
            os.close(handle)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # closes with the process
        apart.main()
    finally:
        os._exit(1)


if __name__ == "__main__":
    serve(sys.argv[1])
