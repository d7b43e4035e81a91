"""The processes beside the queue: killed while they take rows in, queue a run, back up, answer, show pages."""

import os
import random
import signal
import time
from pathlib import Path

import httpx

from storage import Store
from storage.backup import restore
from tests.chaos.house import House
from tests.chaos.ordeal import Toll
from tests.dashboard.server import free_port, wait_until_healthy
from tests.worker.conftest import wait_for

WRITERS = ("files.copied", "datasets.adding", "runs.queueing", "backup.writing")
PREDICTORS = ("predictor.loading", "predictor.answering")
DASHBOARD = "dashboard, anywhere"
_QUEUE = """
from pathlib import Path; import sys
from storage import Store; from core.config import make_config
store = Store.open(Path(sys.argv[1]))
store.runs.queue(make_config(dataset=sys.argv[2], model="local:tiny"), sys.argv[3])
"""


def writer(house: House, spot: str, toll: Toll) -> None:
    """A command is killed at `spot` and given again: its work is done once, and whole."""
    name, mark = f"{spot}-{time.time_ns()}", house.mark()
    place = house.store.home.parent / name
    if spot == "runs.queueing":
        words = ["-c", _QUEUE, str(house.store.home), house.dataset.id, name]
    elif spot == "backup.writing":
        words = ["-m", "dashboard", "backup", f"{place}.zip"]
    else:
        place.write_text("text,label\n" + "\n".join(f"row {n} {name},{'ab'[n % 2]}" for n in range(40)))
        words = ["-m", "dashboard", "datasets", "add", str(place), "--name", name, "--target", "label"]
    assert house.begin(*words, failpoint=spot, mark=mark).wait(240) == -signal.SIGKILL
    assert mark.exists()
    toll.kills[spot] += 1
    house.check_database()
    assert house.begin(*words).wait(240) == 0
    house.check_database()
    _look_for(house, spot, name, place)


def _look_for(house: House, spot: str, name: str, place: Path) -> None:
    if spot == "runs.queueing":
        runs = house.store.runs.list(status="queued")
        assert len(runs) == 1
        house.store.runs.stop(runs[0].id)
    elif spot == "backup.writing":
        restore(Path(f"{place}.zip"), place)
        assert [one.id for one in Store.open(place).runs.list()] == [one.id for one in house.store.runs.list()]
    else:
        assert [one.name for one in house.store.datasets.list()].count(name) == 1
        assert len(house.store.datasets.frame(name)) == 40


def predictor(house: House, spot: str, toll: Toll) -> None:
    """The predictor dies while it answers; the next one answers the same."""
    question = {"run": house.undisturbed().id, "rows": [{"text": "oil price crude"}, {"text": "ship port late"}]}
    mark = house.mark()
    dying = house.begin("-m", "worker.predictor", failpoint=spot, mark=mark)
    try:
        _ask(house, dying.pid, question)
        raise AssertionError("it answered before it died")
    except httpx.HTTPError:
        assert dying.wait(60) == -signal.SIGKILL
    toll.kills[spot] += 1
    living = house.begin("-m", "worker.predictor")
    try:
        answer = _ask(house, living.pid, question)
        assert len(answer["predictions"]) == 2
    finally:
        living.terminate()
        living.wait(60)


def _ask(house: House, pid: int, question: dict[str, object]) -> dict[str, list[object]]:
    def listens() -> bool:
        address = house.store.predictor()
        try:
            return address is not None and httpx.get(f"{address.url}/health", trust_env=False).is_success
        except httpx.HTTPError:
            return False

    wait_for(listens, f"predictor {pid}")
    address = house.store.predictor()
    assert address is not None
    headers = {"Authorization": f"Bearer {address.token}"}
    reply = httpx.post(f"{address.url}/predict", json=question, headers=headers, timeout=120, trust_env=False)
    return reply.raise_for_status().json()  # type: ignore[no-any-return]


def dashboard(house: House, chance: random.Random, toll: Toll) -> None:
    """The dashboard dies while a run goes on, which does not notice."""
    port = free_port()
    serve = f"from dashboard.server.serve import serve; serve(port={port})"
    process = house.begin("-c", serve)
    wait_until_healthy(f"http://127.0.0.1:{port}", process, house.store.home.parent / "said.log", 240)
    run = house.store.runs.queue(house.config(), f"beside-{time.time_ns()}")
    with house.supervisor():
        wait_for(lambda: house.working_on(run.id), "a process at work")
        time.sleep(chance.uniform(0, 0.3))  # anywhere in the run
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
        toll.kills[DASHBOARD] += 1
        wait_for(lambda: house.store.runs.get(run.id).has_ended, "the end of the run")
    assert house.store.runs.get(run.id).attempts == 1
    house.check_outcome(run.id, set())
