"""`tuneboard up`: three processes that begin and end together, whatever ends the first."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
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


def alive(process: psutil.Process) -> bool:
    """Whether it still runs; one that vanishes while we look does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def words_of(process: psutil.Process) -> list[str]:
    """Its command line; of one that has died, nothing."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def is_healthy(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/_stcore/health", trust_env=False).is_success
    except httpx.HTTPError:
        return False


@pytest.fixture
def up(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    port = free_port()
    words = ["up", "--no-browser", "--port", str(port), "--home", str(tmp_path / "home")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "dashboard", *words]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, preexec_fn=interruptible)  # noqa: PLW1509  # no thread runs here

    wait_for(lambda: is_healthy(port), "the dashboard")
    yield process
    family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.kill()  # first the one that would start another
    process.wait()
    for one in family:
        with suppress(psutil.NoSuchProcess):
            one.kill()


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGKILL,
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param(signal.SIGINT, marks=pytest.mark.slow),
    ],
)
def test_when_up_ends_nothing_of_it_stays(up: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    family = psutil.Process(up.pid).children(recursive=True)
    assert len(family) >= 3
    up.send_signal(number)
    wait_for(lambda: not any(alive(one) for one in family), "their end")
    up.wait(60)


@pytest.mark.slow
def test_a_second_signal_while_ending_leaves_nobody_behind(up: "subprocess.Popen[bytes]") -> None:
    family = psutil.Process(up.pid).children(recursive=True)
    up.send_signal(signal.SIGTERM)
    up.send_signal(signal.SIGTERM)
    up.send_signal(signal.SIGINT)
    wait_for(lambda: not any(alive(one) for one in family), "their end")
    up.wait(60)


def test_a_process_that_dies_is_started_again(up: "subprocess.Popen[bytes]") -> None:
    def of(name: str) -> list[int]:
        return [one.pid for one in psutil.Process(up.pid).children() if name in words_of(one)]

    first = of("predictor")
    wait_for(lambda: psutil.Process(first[0]).create_time() + 6 < time.time(), "it to have lived a while")
    os.kill(first[0], signal.SIGKILL)
    wait_for(lambda: of("predictor") not in ([], first), "another predictor")


@pytest.mark.slow
def test_without_a_terminal_with_closed_input_and_full_output_it_works_until_sighup(tmp_path: Path) -> None:
    port, home = free_port(), tmp_path / "home"
    words = f"-m dashboard up --no-browser --port {port} --home {home} <&- >/dev/full 2>/dev/full"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    shell = ["bash", "-c", f"exec {sys.executable} {words}"]
    process = subprocess.Popen(shell, cwd=tmp_path, env=environment, start_new_session=True)
    try:
        wait_for(lambda: is_healthy(port), "the dashboard")
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) >= 3
        process.send_signal(signal.SIGHUP)
        process.wait(60)
        wait_for(lambda: not any(alive(one) for one in family), "their end")
    finally:
        process.kill()


def test_with_sign_in_it_listens_to_everybody_and_says_where_people_come_in(tmp_path: Path) -> None:
    everybody = "0.0.0.0"  # noqa: S104
    words = ["up", "--no-browser", "--host", everybody, "--port", str(free_port()), "--home", str(tmp_path / "home")]
    door = {
        "TUNEBOARD_PUBLIC_URL": "https://models.example",
        "TUNEBOARD_OIDC_METADATA_URL": "https://id.example/.well-known/openid-configuration",
        "TUNEBOARD_OIDC_CLIENT_ID": "tuneboard",
        "TUNEBOARD_OIDC_CLIENT_SECRET": "s",
        "TUNEBOARD_ADMINS": "root@models.example",
    }
    command = [sys.executable, "-m", "dashboard", *words]
    environment = {**os.environ, **door, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        place = ""
        for line in process.stderr:
            if line.startswith("Tuneboard is at"):
                place = line
                process.terminate()
    assert place.startswith("Tuneboard is at https://models.example ")
