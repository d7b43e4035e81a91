"""The whole product, started as a person starts it: `tuneboard up` in a home of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.dashboard.server import ROOT, free_port, wait_until_healthy

STOP_S = 90


COMPUTED = ("tokens", "vectors")
"""Folders of the cache that runs fill, by the content of what they read."""


def lend(assets: Path, home: Path, *, computed: bool = False) -> None:
    """Put the archives and models that were fetched before into a new home, so that nothing is fetched again.

    With `computed`, runs of all such homes share what they compute for their inputs, as runs of one home do.
    """
    if computed:
        for name in COMPUTED:
            (assets / name).mkdir(exist_ok=True)
    for kind, source in (("models", assets / "models"), ("cache", assets)):
        (home / kind).mkdir(parents=True, exist_ok=True)
        for item in source.iterdir() if source.is_dir() else ():
            if item.name != "models" and (computed or item.name not in COMPUTED):
                (home / kind / item.name).symlink_to(item.resolve())


@contextmanager
def up(home: Path, *more: str) -> Iterator[str]:
    """The product's processes over `home`; gives the dashboard's address and ends them all afterwards."""
    port = free_port()
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "2"}
    log = home.parent / "up.log"
    command = [sys.executable, "-m", "dashboard", "up", "--no-browser", "--port", str(port), "--home", str(home), *more]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, cwd=home.parent)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_healthy(address, process, log)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=STOP_S)
