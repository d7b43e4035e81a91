"""Executors start a run's process, stop it, end it and report its exit code; here, on this machine."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol

from core.failpoints import PASSED_ON as FAILPOINTS
from core.failpoints import failpoint
from worker import identity
from worker.order import RunOrder

log = logging.getLogger(__name__)

TERMINATE_S = 10.0
PASSED_ON = (
    "PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "VIRTUAL_ENV", "PYTHONPATH",
    "LD_LIBRARY_PATH", "NVIDIA_VISIBLE_DEVICES", "OMP_NUM_THREADS",
    "TUNEBOARD_CHECKPOINT_EVERY_S",
    "HF_ENDPOINT", "HF_HOME", "HF_HUB_OFFLINE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE",
    "http_proxy", "https_proxy", "no_proxy", "REQUESTS_CA_BUNDLE",
    "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CERT", "PIP_CONFIG_FILE", "PIP_DEFAULT_TIMEOUT",
)  # fmt: skip
"""Allowlist of environment variables for a run process: no database address and no token."""
PREFIXES_PASSED_ON = ("CUDA_", "GLOO_", "NCCL_", "PYTORCH_")
"""Prefixes on the allowlist: how a person chooses and tunes her GPUs."""


class NotReady(Exception):
    """The executor cannot take an order now, and has started nothing."""


class Ended(int):
    """Exit code with its reason, as a clause in words."""

    why: str

    def __new__(cls, code: int, why: str) -> "Ended":
        """The code with its reason."""
        made = super().__new__(cls, code)
        made.why = why
        return made


class Handle(Protocol):
    """Handle of a run's process."""

    @property
    def process(self) -> str:
        """Identity of the process, as storage keeps it."""
        ...

    def exit_code(self) -> int | None:
        """Exit code, None while the process lives."""
        ...

    def ask_to_stop(self) -> None:
        """Requests a graceful shutdown: save and end."""
        ...

    def end(self, *, now: bool = False) -> None:
        """Ends the process and its descendants: SIGTERM, then SIGKILL; `now` leaves out SIGTERM."""
        ...


OnIdentity = Callable[[str], None]
"""Callback that takes the identity of a process, as storage keeps it."""


class Executor(Protocol):
    """Executor: starts the processes of runs, here or on a cluster."""

    def submit(self, order: RunOrder, known: OnIdentity) -> Handle:
        """Starts the order. Raises NotReady.

        `known` is called with the identity before the process has the order, so that none works that storage does
        not know; what it raises leaves here.
        """
        ...

    def recover(self, process: str) -> None:
        """Ends an orphaned process that a dead supervisor left running here."""
        ...

    def is_ready(self) -> bool:
        """Whether it could take an order now."""
        ...

    def keep_warm(self) -> None:
        """Keeps one process warm (imports done) for the next order."""
        ...

    def device(self) -> str | None:
        """Device of the warm process, in words; None while none is warm."""
        ...

    def close(self) -> None:
        """Ends the warm process."""
        ...


class LocalProcess:
    """Process of a run on this machine, in a session of its own."""

    def __init__(self, logs: Path, module: str = "worker.run_process") -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._output = logs / f"warm-{os.getpid()}-{time.time_ns()}.log"
        self._family = identity.new_family(logs)
        with self._output.open("wb") as output:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", module],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=_environment() | {identity.FAMILY: self._family},
            )
        self.process = identity.of(self._popen.pid)

    def device(self) -> str | None:
        """Device that it printed when it was warm; None before."""
        printed = self._output.read_text(errors="replace") if self._output.exists() else ""
        lines = [line for line in printed.split("\n")[:-1] if line]
        return lines[-1] if lines and self.exit_code() is None else None

    def send(self, order: RunOrder) -> None:
        """Sends the order to its standard input, which it reads as soon as it is warm."""
        self._write(order.model_dump_json().encode())

    def ask_to_stop(self) -> None:
        """Requests a graceful shutdown: save and end."""
        self._write(b"stop")

    def exit_code(self) -> int | None:
        """Exit code, None while it lives; negative: the signal that ended it."""
        return self._popen.poll()

    def end(self, *, now: bool = False) -> None:
        """Ends the process and its descendants."""
        if living := identity.process(self.process):
            identity.end_family(living, patience_s=0.0 if now else TERMINATE_S)
        for one in identity.members(self._family):
            identity.end_family(one)
        self._popen.wait(timeout=10)
        self._output.unlink(missing_ok=True)

    def last_words(self) -> str:
        """Tail of what it printed before it had an order."""
        return self._output.read_text(errors="replace")[-2000:] if self._output.exists() else ""

    @property
    def _stdin(self) -> BinaryIO:
        assert self._popen.stdin is not None  # noqa: S101  # it was opened as a pipe
        return self._popen.stdin  # type: ignore[return-value]

    def _write(self, line: bytes) -> None:
        try:
            self._stdin.write(line + b"\n")
            self._stdin.flush()
        except (BrokenPipeError, ValueError):
            log.info("process %s has ended and took no more orders", self.process)


class LocalExecutor:
    """Executor on this machine, one process an order; a warm spare that has imported torch waits for the next."""

    def __init__(self, logs: Path, module: str = "worker.run_process") -> None:
        self._logs = logs
        self._module = module
        self._spare: LocalProcess | None = None
        self._device: str | None = None

    def submit(self, order: RunOrder, known: OnIdentity = lambda _: None) -> LocalProcess:
        """Gives the order to the warm spare, or to a new process."""
        self.keep_warm()
        chosen = self._spare
        assert chosen is not None  # noqa: S101  # keep_warm made it
        known(chosen.process)
        failpoint("supervisor.known")
        self._spare = None
        chosen.send(order)
        failpoint("supervisor.ordered")
        return chosen

    def recover(self, process: str) -> None:
        """Ends the process if its identity is unchanged, and all other orphans of dead supervisors."""
        end_left_behind(process)
        for one in identity.orphans(self._logs):
            log.warning("ended process %d, whose supervisor is gone", one.pid)
            identity.end_family(one)

    def is_ready(self) -> bool:
        """Always true: this machine can take an order at any time."""
        return True

    def keep_warm(self) -> None:
        """Starts a spare where none lives."""
        if self._spare is not None and self._spare.exit_code() is not None:
            log.warning("the warm process ended with %s: %s", self._spare.exit_code(), self._spare.last_words())
            self._spare.end(now=True)
            self._spare = None
        if self._spare is None:
            self._spare = LocalProcess(self._logs, self._module)

    def device(self) -> str | None:
        """Device that the spare printed; None while it warms up."""
        if self._spare is not None and (printed := self._spare.device()):
            self._device = printed
            return printed
        return None

    def close(self) -> None:
        """Ends the spare."""
        if self._spare is not None:
            self._spare.end(now=True)
            self._spare = None


def end_left_behind(process: str) -> None:
    """Ends a process of this machine if its identity is unchanged, not one that reused its pid."""
    if living := identity.process(process):
        log.warning("ended process %s, which a dead supervisor left behind", process)
        identity.end_family(living)


def passes_on(name: str) -> bool:
    """Whether the environment variable of this name is on the allowlist."""
    return name in PASSED_ON or name.startswith(PREFIXES_PASSED_ON)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if passes_on(name) or name in FAILPOINTS}
    root = str(Path(__file__).resolve().parent.parent)
    paths = [root, *(kept.get("PYTHONPATH", "").split(os.pathsep) if kept.get("PYTHONPATH") else [])]
    return kept | {
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
        "PYTHONUNBUFFERED": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    }
