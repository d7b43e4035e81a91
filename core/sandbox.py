"""Sandbox: a process that does one request on an untrusted file, its CPU time, memory and files limited (rlimits).

Run as a program (`python -m core.sandbox`), it does the request on its standard input. On Linux it is forked by
`core.fork_server`, which has the imports done. See docs/adr/0014-strangers-files-are-read-apart.md.
"""

import importlib
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from core.errors import UserError
from core.shortage import lacking_for

MEMORY_BYTES = 800 * 1024 * 1024
"""Memory limit (RLIMIT_DATA), beside about 150 MB that the process has before it begins: under 1 GB in all."""
COMPUTING_S = 8
"""CPU time limit: with the start of the process, under ten seconds on a machine that has nothing else to do."""


def main() -> None:
    """Entry point of the sandbox: does the one request on standard input and answers in one JSON document.

    SIGTERM to a whole service leaves it alone, so that the file is not blamed: whoever asked ends it.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    answers.write(done(sys.stdin.buffer.read()))
    answers.flush()
    os._exit(0)  # a library's threads are not waited for


def done(asked: bytes) -> bytes:
    """Does the request within its limits, which this process keeps: result, or why there is none, as JSON."""
    request = json.loads(asked)
    module, _, name = request["function"].partition(":")
    work = getattr(importlib.import_module(module), name)
    is_short = _limit(request["at_most_s"], request["memory_bytes"])
    return json.dumps(_outcome(work, request["arguments"], is_short=is_short)).encode()


def more_time() -> None:
    """Raises the CPU time limit to what the request allows: called by work that has seen that it takes long."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        if most != resource.RLIM_INFINITY:
            resource.setrlimit(resource.RLIMIT_CPU, (most - 1, most))


def _outcome(work: Any, arguments: dict[str, Any], *, is_short: bool) -> dict[str, Any]:
    """Result of the work, or why there is none. `is_short`: the machine gives less memory than such work may have."""
    try:
        return {"result": work(**arguments)}
    except BaseException as error:  # a Rust library's panic is no Exception
        return _why(error, is_short=is_short)


def _why(error: BaseException, *, is_short: bool) -> dict[str, Any]:
    lacking = "memory" if isinstance(error, MemoryError) else lacking_for(error)
    if lacking and (lacking != "memory" or is_short):
        return {"lacking": lacking}
    if isinstance(error, UserError):
        return {"error": {"kind": type(error).__name__, "message": error.message, "hint": error.hint}}
    if lacking == "memory":
        return {"fault": "MemoryError"}
    last = traceback.extract_tb(error.__traceback__)[-1]  # its words may quote the file, its place does not
    return {"fault": f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"}


def _limit(at_most_s: int, memory_bytes: int) -> bool:
    """Sets the limits of this process; returns whether it had a lower one for memory before."""
    if sys.platform == "win32":  # it has no such limits; the clock on the wall holds there
        return False
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    begun = int(used.ru_utime + used.ru_stime) + 1
    limits = {
        "RLIMIT_CPU": (begun + COMPUTING_S, begun + at_most_s + 1),
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_NOFILE": (256, 256),
    }
    if sys.platform == "linux":
        most = _data_bytes() + memory_bytes
        limits |= {"RLIMIT_DATA": (most, most), "RLIMIT_FSIZE": (2 * MEMORY_BYTES, 2 * MEMORY_BYTES)}
    is_short = any(
        0 <= resource.getrlimit(kind)[0] < _data_bytes() + memory_bytes
        for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA)
        if sys.platform == "linux"
    )
    for name, (soft, hard) in limits.items():
        kind = getattr(resource, name)
        before = resource.getrlimit(kind)
        most = hard if before[1] == resource.RLIM_INFINITY else min(hard, before[1])
        lower = soft if before[0] == resource.RLIM_INFINITY else min(soft, before[0])
        resource.setrlimit(kind, (min(lower, most), most))
    return is_short


def _data_bytes() -> int:
    """Data memory that the process has already (VmData), as the kernel counts it for RLIMIT_DATA."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData"))


if __name__ == "__main__":
    main()
