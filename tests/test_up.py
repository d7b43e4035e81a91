"""`tuneboard up`: three processes that begin and end together, whatever ends the first."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.worker.conftest import wait_for

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.xdist_group("processes")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def interruptible() -> None:
    """A shell that started the tests in its background has them ignore SIGINT, and their children with them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def up(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    port = free_port()
    words = ["up", "--no-browser", "--port", str(port), "--home", str(tmp_path / "home")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "dashboard", *words]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, preexec_fn=interruptible)  # noqa: PLW1509  # no thread runs here

    def healthy() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/_stcore/health", trust_env=False).is_success
        except httpx.HTTPError:
            return False

    wait_for(healthy, "the dashboard")
    yield process
    for one in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []:
        one.kill()
    process.kill()
    process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_when_up_ends_nothing_of_it_stays(up: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    family = psutil.Process(up.pid).children(recursive=True)
    assert len(family) >= 3
    up.send_signal(number)
    wait_for(lambda: not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in family), "their end")


def test_a_second_signal_while_ending_leaves_nobody_behind(up: "subprocess.Popen[bytes]") -> None:
    family = psutil.Process(up.pid).children(recursive=True)
    up.send_signal(signal.SIGTERM)
    up.send_signal(signal.SIGTERM)
    up.send_signal(signal.SIGINT)
    wait_for(lambda: not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in family), "their end")


def test_a_process_that_dies_is_started_again(up: "subprocess.Popen[bytes]") -> None:
    def of(name: str) -> list[int]:
        alive = [one for one in psutil.Process(up.pid).children() if one.status() != psutil.STATUS_ZOMBIE]
        return [one.pid for one in alive if name in one.cmdline()]

    first = of("predictor")
    wait_for(lambda: psutil.Process(first[0]).create_time() + 6 < time.time(), "it to have lived a while")
    os.kill(first[0], signal.SIGKILL)
    wait_for(lambda: of("predictor") not in ([], first), "another predictor")
