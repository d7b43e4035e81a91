"""Sandbox: work on an untrusted file in a process of its own, without secrets, its memory and time limited (rlimits).

A parser that runs away, or falls over in native code, takes its own process down and no page with it. Run as a program
(`python -m core.apart`), this module is that process. See docs/adr/0014-strangers-files-are-read-apart.md.
"""

import importlib
import json
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from core.errors import DatasetError, ModelError, UserError
from core.shortage import Shortage, lacking_for, lacking_in, machine_for

log = logging.getLogger(__name__)

MEMORY_BYTES = 800 * 1024 * 1024
"""Memory limit (RLIMIT_DATA), beside about 150 MB that the process has before it begins: under 1 GB in all."""
COMPUTING_S = 8
"""CPU time limit: with the start of the process, under ten seconds on a machine that has nothing else to do."""
WAITING_S = 60
"""Wall-clock timeout: for a machine so busy that ten seconds of computing take much longer."""
ROOT = Path(__file__).resolve().parent.parent
INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
OVERRIDDEN = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # gives memory back at once and promises none that it does not have
    "HF_HUB_OFFLINE": "1",
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
NO_MEMORY = re.compile(rb"memory allocation of \d+ bytes failed|std::bad_alloc|Cannot allocate memory")
KINDS: dict[str, type[UserError]] = {kind.__name__: kind for kind in (UserError, DatasetError, ModelError)}


def apart(
    function: str,
    arguments: dict[str, Any],
    *,
    what: str,
    error: type[UserError] = UserError,
    at_most_s: int = COMPUTING_S,
    memory_bytes: int = MEMORY_BYTES,
) -> Any:
    """Runs `function`, written "module:name", in the sandbox; arguments and result are JSON. `what` is the file's name.

    It has COMPUTING_S seconds of CPU time, and `at_most_s` once it has called `more_time`. Raises the function's own
    UserErrors, `error` where the work takes too much, breaks down or does not end, and Shortage where the machine lacks
    what such work may take.
    """
    limits = {"at_most_s": at_most_s, "memory_bytes": memory_bytes}
    request = json.dumps({"function": function, "arguments": arguments, **limits}).encode()
    with machine_for(what):
        answer, code = _asked(request, what, error, WAITING_S + 4 * (at_most_s - COMPUTING_S))
    return _result(answer, code, what, error, memory_bytes)


def _asked(request: bytes, what: str, error: type[UserError], waiting_s: float) -> tuple[dict[str, Any], int]:
    """Answer and exit code of the sandbox. Raises OSError where it cannot be started."""
    with tempfile.TemporaryDirectory(prefix="apart-") as folder:
        stderr_file = Path(folder) / "stderr.txt"
        with stderr_file.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "core.apart"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                cwd=folder,
                env=_environment(folder),
            )
            try:
                said, _ = process.communicate(request, timeout=waiting_s)
            except subprocess.TimeoutExpired:
                raise Shortage("time", what) if _is_kept_waiting(process.pid) else _too_slow(what, error) from None
            finally:
                process.kill()
                process.wait()
        return _answer(said, stderr_file, process.returncode), process.returncode


def _is_kept_waiting(pid: int) -> bool:
    """Whether a process without its CPU time wants to compute: then the machine is busy, and the work not endless."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        times = process.cpu_times()
        return times.user + times.system < COMPUTING_S and process.status() in (psutil.STATUS_RUNNING, "disk-sleep")
    return False


def _answer(said: bytes, stderr_file: Path, code: int) -> dict[str, Any]:
    """Parsed standard output, or a fault by the exit code: native code that gets no memory ends its process at once."""
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        with stderr_file.open("rb") as file:
            printed = file.read(100_000)
        lacking = lacking_in(printed.decode(errors="replace"))
        if lacking and lacking != "memory":
            return {"lacking": lacking}
        return {"fault": "MemoryError" if NO_MEMORY.search(printed) else f"ended with code {code}"}
    return answer


def _result(answer: dict[str, Any], code: int, what: str, error: type[UserError], memory_bytes: int) -> Any:
    if "result" in answer:
        return answer["result"]
    if told := answer.get("error"):
        raise KINDS.get(told["kind"], error)(told["message"], told["hint"])
    if lacking := answer.get("lacking"):
        raise Shortage(lacking, what)
    if code == -signal.SIGKILL:  # by the kernel: our own limits end a process in other ways
        raise Shortage("memory", what)
    if code == -24:  # SIGXCPU
        raise _too_slow(what, error)
    if answer["fault"] == "MemoryError":
        raise error(
            f"{what} takes more memory to read than the {memory_bytes // 1024**2:,} MB that one file may have.",
            "Keep fewer rows or columns, or divide it into several files.",
        )
    log.warning("a file from outside broke its reader: %s", answer["fault"])
    raise error(f"{what} breaks the program that reads such files, so it was refused.", "Save it anew and try again.")


def _too_slow(what: str, error: type[UserError]) -> UserError:
    return error(
        f"{what} takes longer to read than the time that one file may have.",
        "Keep fewer rows or columns, or divide it into several files.",
    )


def _environment(folder: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    paths = [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return kept | OVERRIDDEN | {"HOME": folder, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}


def main() -> None:
    """Entry point of the sandbox: does the one request on standard input and answers in one JSON document.

    SIGTERM to a whole service leaves it alone, so that the file is not blamed: whoever asked ends it.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    request = json.loads(sys.stdin.buffer.read())
    module, _, name = request["function"].partition(":")
    work = getattr(importlib.import_module(module), name)
    is_short = _limit(request["at_most_s"], request["memory_bytes"])
    answers.write(json.dumps(_done(work, request["arguments"], is_short=is_short)).encode())
    answers.flush()
    os._exit(0)  # a library's threads are not waited for


def _done(work: Any, arguments: dict[str, Any], *, is_short: bool) -> dict[str, Any]:
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


def more_time() -> None:
    """Raises the CPU time limit to what the request allows: called by work that has seen that it takes long."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        if most != resource.RLIM_INFINITY:
            resource.setrlimit(resource.RLIMIT_CPU, (most - 1, most))


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
