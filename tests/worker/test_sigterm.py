"""SIGTERM to one process, or to every process of a service at once: each saves, ends, and the work goes on later."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from core.config import RunConfig
from core.training.checkpoints import step_of
from storage import Store
from tests.chaos.house import House
from tests.worker.conftest import wait_for
from tests.worker.test_runs_for_real import process_of, steps_of

pytestmark = pytest.mark.xdist_group("processes")
ROOT = Path(__file__).parent.parent.parent


def tries_left(store: Store) -> int:
    with store._database.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT tries_left FROM job").scalar_one())


def test_a_service_that_is_ended_whole_saves_its_run_and_loses_no_try(
    store: Store, make: Callable[..., RunConfig]
) -> None:
    """As systemd does it: SIGTERM to the worker, the run process and the warm spare at the same moment."""
    run = store.runs.queue(make(epochs=200), "one")
    environment = {**os.environ, "TUNEBOARD_HOME": str(store.home), "PYTHONPATH": str(ROOT)}
    worker = subprocess.Popen([sys.executable, "-m", "worker"], env=environment, cwd=ROOT)
    try:
        wait_for(lambda: steps_of(store, run.id) > 3, "the first steps")
        process = process_of(store, run.id)
        assert process is not None
        for one in (process, psutil.Process(worker.pid)):
            one.terminate()
        assert worker.wait(60) == 0
    finally:
        worker.kill()
    assert (store.runs.get(run.id).status, tries_left(store)) == ("queued", 3)
    saved = [step_of(folder) for folder in (store.runs.work_folder(run.id) / "checkpoints").glob("checkpoint-*")]
    assert max(saved) >= max(store.runs.series(run.id)["train/loss"].steps)


def test_a_run_process_that_is_ended_alone_costs_a_try_and_goes_on(tmp_path: Path) -> None:
    """It may have been for the machine's memory, so that it is not tried again without end."""
    house = House(tmp_path / "home")
    run = house.store.runs.queue(house.config(epochs=15), "one")
    with house.supervisor():
        (pid,) = wait_for(lambda: house.acknowledged(run.id) and house.working_on(run.id), "the first numbers")
        os.kill(pid, signal.SIGTERM)
        wait_for(lambda: house.store.runs.get(run.id).has_ended, "its end")
    ended = house.store.runs.get(run.id)
    assert (ended.status, ended.attempts, tries_left(house.store)) == ("succeeded", 2, 1)
    assert any("SIGTERM" in line.text for line in house.store.runs.log(run.id))


def test_a_predictor_ends_though_a_request_never_comes_whole_and_leaves_no_address(store: Store) -> None:
    environment = {**os.environ, "TUNEBOARD_HOME": str(store.home), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-m", "worker.predictor"], env=environment, cwd=ROOT)
    over = threading.Event()
    try:
        found = wait_for(store.predictor, "its address", 120)
        with socket.create_connection(("127.0.0.1", int(found.url.rsplit(":", 1)[1]))) as line:
            head = f"POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {found.token}\r\n"
            line.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n".encode())
            trickle = threading.Thread(target=send_slowly, args=(line, over))
            trickle.start()
            wait_for(lambda: listening_to(process.pid) > 1, "the connection", 60)
            process.terminate()
            assert process.wait(45) == 0
            over.set()
            trickle.join()
    finally:
        over.set()
        process.kill()
    assert store.predictor() is None


def send_slowly(line: socket.socket, over: threading.Event) -> None:
    with suppress(OSError):
        while not over.wait(1):
            line.sendall(b" ")


def listening_to(pid: int) -> int:
    return len(psutil.Process(pid).net_connections("tcp"))
