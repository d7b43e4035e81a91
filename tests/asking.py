"""A real predictor to ask: in a thread for the pages, and what came of an explanation that was asked of it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.testclient import TestClient

from storage import PredictorAddress, Run, Store
from tests.worker.conftest import wait_for
from worker.predictor import application


@contextmanager
def answering(store: Store) -> Iterator[None]:
    """A real predictor in a thread, which the store knows."""
    server = uvicorn.Server(uvicorn.Config(application(store, "right"), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    store.announce_predictor(PredictorAddress(url=f"http://127.0.0.1:{port}", token="right"))
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(60)


def explained(client: TestClient, run: Run, kind: str, cell: str | None = None, **more: str) -> dict[str, Any]:
    """What an explanation came to in the end: of a cell, or of the whole model."""
    about = {} if cell is None else {"cell": cell}
    reply = client.post("/explanations", json={"kind": kind, "run": run.id, **about, **more})
    assert reply.status_code == 200, reply.text

    def look() -> Any:
        found = client.get(f"/explanations/{reply.json()['id']}").json()
        return found["status"] not in ("queued", "running") and found

    found: dict[str, Any] = wait_for(look, "the end of an explanation")
    return found
