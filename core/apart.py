"""Sandbox: work on an untrusted file in a process of its own, without secrets, its memory and time limited (rlimits).

A parser that runs away, or falls over in native code, takes its own process down and no page with it. See
docs/adr/0014-strangers-files-are-read-apart.md.
"""

import json
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import psutil

from core.errors import DatasetError, ModelError, UserError
from core.fork_server import SERVERS, NoServer, SandboxResult
from core.sandbox import COMPUTING_S, MEMORY_BYTES
from core.shortage import Shortage, lacking_in, machine_for

log = logging.getLogger(__name__)

WAITING_S = 60
"""Wall-clock timeout: for a machine so busy that ten seconds of computing take much longer."""
ROOT = Path(__file__).resolve().parent.parent
INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
OVERRIDDEN = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # gives memory back at once and promises none that it does not have
    "HF_HUB_OFFLINE": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # a fork has one thread
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
        answer, code = _asked(
            request, function.partition(":")[0], what, error, WAITING_S + 4 * (at_most_s - COMPUTING_S)
        )
    return _result(answer, code, what, error, memory_bytes)


def _asked(
    request: bytes, module: str, what: str, error: type[UserError], waiting_s: float
) -> tuple[dict[str, Any], int]:
    """Answer and exit code of the sandbox. Raises OSError where it cannot be started."""
    with tempfile.TemporaryDirectory(prefix="apart-") as folder:
        stderr_file = Path(folder) / "stderr.txt"
        with stderr_file.open("wb") as output:
            try:
                told = _processed(request, module, folder, output, waiting_s)
            except _Late as late:
                raise Shortage("time", what) if late.is_kept_waiting else _too_slow(what, error) from None
        log.debug("sandbox of %s: %s s of CPU time, at most %s MB", what, told.cpu_s, told.peak_mb)
        return _answer(told.answer, stderr_file, told.code), told.code


class _Late(Exception):
    """Timeout of a sandbox."""

    def __init__(self, pid: int) -> None:
        self.is_kept_waiting = _is_kept_waiting(pid)


def _processed(request: bytes, module: str, folder: str, output: BinaryIO, waiting_s: float) -> SandboxResult:
    """Answer and exit code of a sandbox, forked where that can be done."""
    if sys.platform == "linux":
        with suppress(NoServer):
            return _forked(request, module, folder, output, waiting_s)
    return _started(request, folder, output, waiting_s)


def _forked(request: bytes, module: str, folder: str, output: BinaryIO, waiting_s: float) -> SandboxResult:
    """Answer and exit code of a forked sandbox. Raises NoServer where none can be forked."""
    server = SERVERS.of(module, _environment("/nonexistent"))
    with server.sandbox(os.fsencode(folder) + b"\n" + request, output.fileno()) as sandbox:
        try:
            return sandbox.told(waiting_s)
        except TimeoutError:
            raise _Late(sandbox.pid) from None


def _started(request: bytes, folder: str, output: BinaryIO, waiting_s: float) -> SandboxResult:
    """Answer and exit code of a sandbox that is a new process, with its imports before it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "core.sandbox"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=output,
        cwd=folder,
        env=_environment(folder),
    )
    try:
        said, _ = process.communicate(request, timeout=waiting_s)
    except subprocess.TimeoutExpired:
        raise _Late(process.pid) from None
    finally:
        process.kill()
        process.wait()
    return SandboxResult(said, process.returncode)


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
