"""Process supervisor: starts worker, predictor and dashboard together. Only the command line comes here."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from contextlib import suppress
from pathlib import Path

import httpx

from core.errors import UserError
from core.models import locate
from dashboard.commands.speaking import say_aside
from dashboard.intake.rows import add_scenario, scenario
from dashboard.language.engine import said
from dashboard.language.scenarios import scenarios
from dashboard.language.words import tr
from dashboard.server.settings import LOOPBACK, settings
from storage import Run, Store

HEALTHY_S = 60.0
GRACE_S = 75.0
RESTART_S = 5.0
LOG_BYTES = 10_000_000
"""Log rotation: a longer log is renamed when its process starts again; one earlier log is kept."""
TIED = "TUNEBOARD_TIED"
"""Environment variable of child processes that end when their parent has closed their standard input."""
LOOPBACK_OF = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # read, not bound
"""Loopback address by which this machine reaches a server that listens on all interfaces."""
OIDC_PREFIX = "TUNEBOARD_OIDC_"
"""Prefix of environment variables with the dashboard's secrets; no other process gets them."""


def told_to(name: str) -> dict[str, str]:
    """Environment variables of the process with this name."""
    return {k: v for k, v in os.environ.items() if name == "dashboard" or not k.startswith(OIDC_PREFIX)}


class Process:
    """Child process of the product; it is restarted when it exits by itself."""

    def __init__(self, name: str, arguments: list[str], home: Path) -> None:
        self.name = name
        self._command = [sys.executable, "-m", "dashboard", *arguments]
        self._environment = {**told_to(name), "TUNEBOARD_HOME": str(home), TIED: "1"}
        self._log = home / "logs" / f"{name}.log"
        self._started = 0.0
        self.popen = self._start()

    def restart_if_ended(self) -> None:
        """Restarts the process if it has exited, but not within five seconds of its last start."""
        if self.popen.poll() is not None and time.monotonic() - self._started > RESTART_S:
            say_aside(
                tr(
                    "The process '{name}' ended with code {code}; it is started again. See {log}.",
                    name=self.name,
                    code=self.popen.returncode,
                    log=self._log,
                )
            )
            self.popen = self._start()

    def terminate(self) -> None:
        """Sends SIGTERM, where the process still runs."""
        if self.popen.poll() is None:
            self.popen.terminate()

    def _start(self) -> "subprocess.Popen[bytes]":
        self._started = time.monotonic()
        if self._log.exists() and self._log.stat().st_size > LOG_BYTES:
            self._log.replace(self._log.with_suffix(".earlier.log"))
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,
            )


def run_together(home: Path | None, *, host: str, port: int, demo: str | None, open_browser: bool) -> None:
    """Starts all three processes, and the demo's run where one is asked for; ends them all on Ctrl-C or SIGTERM."""
    _require_loopback(host)
    port = _free_port(host, port)
    story = scenario(demo) if demo else None
    store = Store.open(home)
    store.announce_preparation(story.title if story else "")
    signal.signal(signal.SIGTERM, _raise_interrupt)
    processes = [
        Process("worker", ["worker"], store.home),
        Process("predictor", ["predictor"], store.home),
        Process("dashboard", ["dashboard", "--host", host, "--port", str(port)], store.home),
    ]
    try:
        url = f"http://{_url_host(host)}:{port}"
        _wait_until_healthy(url, processes[-1])
        run = start_demo(store, story.key) if story else None
        store.announce_preparation("")
        url = settings().public_url if settings().has_sign_in else url
        place = f"{url}/runs?run={run.id}" if run else url
        say_aside(who_may_come(host))
        say_aside(tr("Tuneboard is at {place}  (Ctrl-C ends it; a run that is going on is saved)", place=place))
        if open_browser:
            webbrowser.open(place)
        while True:
            for process in processes:
                process.restart_if_ended()
            time.sleep(1)
    except KeyboardInterrupt:
        say_aside(tr("Ending. A run that is going on saves a checkpoint first."))
    finally:
        store.announce_preparation("")
        _end_all(processes)


def who_may_come(host: str) -> str:
    """Access notice printed at the start: who reaches this dashboard, in one sentence."""
    known = settings()
    if known.has_sign_in:
        return tr("People sign in at {url}; the server listens on {host}.", url=known.public_url, host=host)
    return tr("No sign-in is set up: Tuneboard answers this machine only, and whoever sits at it may do everything.")


def end_with_parent() -> None:
    """Graceful shutdown of a process that `up` started, by SIGTERM to itself, once `up` is gone, whatever killed it."""
    if os.environ.pop(TIED, None):
        threading.Thread(target=_end_with_stdin, daemon=True).start()


def _end_with_stdin() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os._exit(1)


def start_demo(store: Store, key: str) -> Run:
    """Downloads what the scenario needs and queues its quick run, unless one from an earlier start is unfinished."""
    story = scenario(key)
    for run in store.runs.list(scenario=key):
        if not run.has_ended:
            return run
    say_aside(
        tr("Fetching the rows and the model for '{title}' (once; about 120 MB) ...", title=scenarios()[key].title)
    )
    dataset = add_scenario(store, story)
    config = story.config(dataset.id, "quick")
    locate(config.model, store.models, lambda sentence: say_aside(said(sentence)))
    return store.runs.queue(config, secrets.token_hex(8))


def serve_dashboard(home: Path | None, *, host: str, port: int, open_browser: bool) -> None:
    """Serves the dashboard alone, in this process."""
    _require_loopback(host)
    if home is not None:
        os.environ["TUNEBOARD_HOME"] = str(home)
    from dashboard.server.serve import serve

    say_aside(who_may_come(host))
    serve(host, port, open_browser=open_browser)


def serve_worker(home: Path | None, *, executor: str, at_once: int) -> None:
    """Serves a worker alone, in this process. Raises UserError for a Ray cluster that must not be used."""
    from worker.__main__ import serve

    if executor == "local":
        if at_once > 1:
            raise UserError(
                "On this machine a worker does one run at a time.", "Start a second worker, or use --executor ray."
            )
        serve(home)
        return
    from worker.ray.cluster import RayCluster, token_here
    from worker.ray.executor import Needs, RayExecutor

    chosen = settings()
    cluster = RayCluster(chosen.ray_address, token_here())
    needs = Needs(chosen.ray_cpus, chosen.ray_gpus, chosen.ray_python or sys.executable)

    def make(store: Store) -> RayExecutor:
        made = RayExecutor(store, cluster, needs)
        made.check()
        return made

    serve(home, make, at_once)


def _require_loopback(host: str) -> None:
    """Raises UserError for an address off the loopback without sign-in, and for settings that contradict."""
    if not settings().has_sign_in and host not in LOOPBACK:
        raise UserError(
            f"Without sign-in, the dashboard listens on this machine only, not on {host}.",
            "Leave out --host, set sign-in up (docs/sign-in.md), or reach this machine through an SSH tunnel.",
        )


def _free_port(host: str, port: int) -> int:
    """`port`, or the next free one after it."""
    for candidate in range(port, port + 50):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            if candidate != port:
                say_aside(tr("Port {port} is taken; using {other}.", port=port, other=candidate))
            return candidate
    raise UserError(f"The ports {port} to {port + 49} are all taken.", "Name another with --port.")


def _url_host(host: str) -> str:
    """Host of the dashboard's URL on this machine, an IPv6 address in brackets."""
    name = LOOPBACK_OF.get(host, host)
    return f"[{name}]" if ":" in name else name


def _wait_until_healthy(url: str, process: Process) -> None:
    deadline = time.monotonic() + HEALTHY_S
    by_a_known_name = {"Host": "localhost"}
    while time.monotonic() < deadline and process.popen.poll() is None:
        with suppress(httpx.HTTPError):
            if httpx.get(f"{url}/_stcore/health", headers=by_a_known_name, trust_env=False).is_success:
                return
        time.sleep(0.2)
    raise UserError("The dashboard did not start.", f"Its log says why: {process._log}")


def _end_all(processes: list[Process]) -> None:
    """Graceful shutdown: SIGTERM to all and a wait; after a second Ctrl-C or the grace period, SIGKILL."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + GRACE_S
        for process in processes:
            process.popen.wait(max(deadline - time.monotonic(), 0.1))
    except (KeyboardInterrupt, subprocess.TimeoutExpired):
        say_aside(tr("Something took too long and is ended now."))
    finally:
        for process in processes:
            if process.popen.poll() is None:
                process.popen.kill()


def _raise_interrupt(*_: object) -> None:
    raise KeyboardInterrupt
