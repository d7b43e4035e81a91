"""Fork server of the sandbox: a process that has imported what a request needs, and forks a sandbox for each.

The server itself reads no file from outside, so that no request meets what an earlier one left. Its standard input is
a socket; a request arrives as one byte with three file descriptors: the request and its answer, the line on which the
sandbox's process id and exit code are told, and its standard error. Whoever closes the line ends the sandbox; whoever
closes the socket ends the server, once no sandbox works any more. Linux only. See
docs/adr/0036-the-sandbox-is-forked.md.
"""

import atexit
import contextlib
import ctypes
import gc
import importlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from core.sandbox import done

IDLE_S = 180.0
"""Time without a request after which a server ends."""
MOST_SERVERS = 3
"""Servers that one process keeps: one for each module that requests ask for, the least recently used ends first."""
BEGUN_S = 60.0
REAPED_S = 10.0
PR_SET_PDEATHSIG = 1
"""Option of prctl(2): the signal that the kernel sends to a process whose parent has ended."""


class NoServer(Exception):
    """The server ended, or could not begin, before it forked: nothing of the request was done."""


class SandboxResult(NamedTuple):
    """What came of a request: bytes of the answer, exit code of the sandbox (negative: the signal), and what it took.

    `cpu_s` is CPU time in seconds, `peak_mb` the largest resident memory in MB; both None where nobody measured.
    """

    answer: bytes
    code: int
    cpu_s: float | None = None
    peak_mb: int | None = None


class ForkServer:
    """Handle of a server, for any thread of this process."""

    def __init__(self, module: str, environment: dict[str, str]) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "core.fork_server", module],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=environment,
            )

    @property
    def lives(self) -> bool:
        """Whether the server can take a request."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self._process.pid

    @contextlib.contextmanager
    def sandbox(self, request: bytes, stderr: int) -> Iterator["Forked"]:
        """A sandbox that does the request; it is gone when the block ends. Raises NoServer.

        The first line of the request is the path of the folder it works in.
        """
        answers, theirs = socket.socketpair()
        line, their_line = socket.socketpair()
        with answers, line:
            with theirs, their_line:
                try:
                    socket.send_fds(self._control, [b"!"], [theirs.fileno(), their_line.fileno(), stderr])
                except OSError as error:
                    raise NoServer from error
            forked = Forked(answers, line)
            try:
                forked.begin(request)
                yield forked
            finally:
                forked.end()

    def let_go(self) -> None:
        """Takes no more requests: the server ends with the last of its sandboxes."""
        self._control.close()
        threading.Thread(target=self._process.wait, daemon=True).start()

    def close(self) -> None:
        """Ends the server and its sandboxes."""
        self._control.close()
        self._process.kill()
        self._process.wait()


class Forked:
    """Handle of one forked sandbox."""

    def __init__(self, answers: socket.socket, line: socket.socket) -> None:
        self._answers, self._line = answers, line
        self._begun = b""
        self.pid = 0

    def begin(self, request: bytes) -> None:
        """Waits for the fork, and hands the request over. Raises NoServer."""
        self._line.settimeout(BEGUN_S)
        try:
            self.pid = self._number()
            self._answers.sendall(request)
            self._answers.shutdown(socket.SHUT_WR)
        except OSError as error:
            raise NoServer from error

    def told(self, waiting_s: float) -> SandboxResult:
        """Answer and exit code. Raises TimeoutError where it has not ended in time."""
        deadline = time.monotonic() + waiting_s
        parts = []
        while True:
            self._answers.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                part = self._answers.recv(1 << 20)
            except ConnectionError:  # it was killed before it had read its request
                break
            if not part:
                break
            parts.append(part)
        self._line.settimeout(max(REAPED_S, deadline - time.monotonic()))
        try:
            code, cpu_ms, peak_kb = self._number(), self._number(), self._number()
        except ConnectionError:  # the server was killed, and its sandbox with it
            return SandboxResult(b"".join(parts), -signal.SIGKILL)
        return SandboxResult(b"".join(parts), code, cpu_ms / 1000, peak_kb // 1000)

    def end(self) -> None:
        """Ends the sandbox where it still lives, and waits until it is gone."""
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_WR)
            self._line.settimeout(REAPED_S)
            while self._line.recv(64):
                pass

    def _number(self) -> int:
        """Next number on the line. Raises ConnectionError at its end."""
        while b"\n" not in self._begun:
            if not (part := self._line.recv(64)):
                raise ConnectionResetError("the line ended")
            self._begun += part
        first, _, self._begun = self._begun.partition(b"\n")
        return int(first)


class ForkServers:
    """Registry of the servers of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._servers: dict[tuple[Any, ...], ForkServer] = {}

    def of(self, module: str, environment: dict[str, str]) -> ForkServer:
        """Living server of the module in this environment, started where there is none. Raises OSError."""
        key = (os.getpid(), module, *sorted(environment.items()))
        with self._lock:
            server = self._servers.pop(key, None)
            if server is None or not server.lives:
                if server is not None:
                    server.close()
                server = ForkServer(module, environment)
            self._servers[key] = server
            spare = list(self._servers)[:-MOST_SERVERS]
            ended = [self._servers.pop(one) for one in spare]
        for one in ended:
            one.let_go()
        return server

    def close(self) -> None:
        """Ends all of them."""
        with self._lock:
            ended = list(self._servers.values())
            self._servers.clear()
        for one in ended:
            one.close()


SERVERS = ForkServers()
atexit.register(SERVERS.close)


class _Child(NamedTuple):
    pid: int
    pidfd: int
    line: socket.socket


def main() -> None:
    """Entry point of the server: imports the module named, then forks a sandbox for each request.

    SIGTERM to a whole service leaves it and its sandboxes alone, so that no file is blamed: they end with their owner.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    control = socket.socket(fileno=os.dup(0))
    importlib.import_module(sys.argv[1])
    gc.collect()
    gc.freeze()  # what is imported stays in memory that the sandboxes share
    _serve(control)


def _serve(control: socket.socket) -> None:
    children: dict[int, _Child] = {}
    is_kept = True
    with selectors.DefaultSelector() as selector:
        selector.register(control, selectors.EVENT_READ)
        while (is_kept or children) and (events := selector.select(None if children else IDLE_S)):
            for key, _ in events:
                child = key.data
                if child is None:
                    message, fds, _, _ = socket.recv_fds(control, 1, 3)
                    if not message:  # its owner lets go: what works ends in its own time
                        selector.unregister(control)
                        is_kept = False
                        continue
                    child = _forked(fds, [control.fileno(), selector.fileno(), *_held(children)])
                    children[child.pid] = child
                    selector.register(child.pidfd, selectors.EVENT_READ, child)
                    selector.register(child.line, selectors.EVENT_READ, child)
                elif child.pid not in children:
                    continue
                elif key.fd == child.pidfd:
                    selector.unregister(child.pidfd)
                    with contextlib.suppress(KeyError):
                        selector.unregister(child.line)
                    _reap(children.pop(child.pid))
                elif not child.line.recv(64):
                    selector.unregister(child.line)
                    signal.pidfd_send_signal(child.pidfd, signal.SIGKILL)


def _held(children: dict[int, _Child]) -> Iterator[int]:
    for child in children.values():
        yield from (child.pidfd, child.line.fileno())


def _reap(child: _Child) -> None:
    """Tells how a sandbox ended, and what it took."""
    _, status, used = os.wait4(child.pid, 0)
    cpu_ms = int((used.ru_utime + used.ru_stime) * 1000)
    with child.line, contextlib.suppress(OSError):
        child.line.sendall(b"%d\n%d\n%d\n" % (os.waitstatus_to_exitcode(status), cpu_ms, used.ru_maxrss))
    os.close(child.pidfd)


def _forked(fds: list[int], ours: list[int]) -> _Child:
    """Forks the sandbox of one request. `ours` are the descriptors of the server, which it does not get."""
    answers, line, stderr = fds
    server = os.getpid()
    pid = os.fork()
    if pid == 0:
        _do(answers, stderr, [*ours, line], server)
    os.close(answers)
    os.close(stderr)
    told = socket.socket(fileno=line)
    with contextlib.suppress(OSError):
        told.sendall(b"%d\n" % pid)
    return _Child(pid, os.pidfd_open(pid), told)


def _do(answers: int, stderr: int, others: list[int], server: int) -> None:
    """Does the request, and never returns."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # it does not outlive the server
        if os.getppid() != server:
            return
        for one in others:
            os.close(one)
        os.dup2(stderr, 2)
        os.dup2(2, 1)  # what a library prints is no answer
        os.close(stderr)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        with socket.socket(fileno=answers) as told:
            place, _, request = b"".join(iter(lambda: told.recv(1 << 20), b"")).partition(b"\n")
            os.chdir(place)
            os.environ["HOME"] = os.fsdecode(place)
            told.sendall(done(request))
        code = 0
    finally:
        os._exit(code)  # a library's threads are not waited for


if __name__ == "__main__":
    main()
