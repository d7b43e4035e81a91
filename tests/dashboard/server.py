"""A real dashboard process over a store, for tests and pictures."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def dashboard(home: Path, port: int | None = None, more: Mapping[str, str] | None = None) -> Iterator[str]:
    """A dashboard process over the store in `home`; gives its address and ends it afterwards.

    `more` are settings of its environment.
    """
    port = port or free_port()
    log = home.parent / f"dashboard-{port}.log"
    command = [sys.executable, "-c", f"from dashboard.server.serve import serve; serve(port={port})"]
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = {
        **os.environ,
        "TUNEBOARD_HOME": str(home),
        "PYTHONPATH": paths,
        "HF_HUB_OFFLINE": "1",
        **(more or {}),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=home.parent, env=environment, stdout=output, stderr=output)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_healthy(address, process, log)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)
        sys.stderr.write(log.read_text(errors="replace")[-8000:])  # pytest shows it beside what failed


def wait_until_healthy(address: str, process: subprocess.Popen[bytes], log: Path, patience_s: float = 60) -> None:
    """Wait until the server answers; raises RuntimeError with its log when it does not."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{address}/_stcore/health", trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError(f"The dashboard did not start:\n{log.read_text(errors='replace')[-4000:]}")
