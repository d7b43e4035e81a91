"""`python -m worker`: a supervisor that works the queue until it is told to stop."""

import signal
import threading
from pathlib import Path

from core.logs import begin_logging
from storage import Store
from worker.executor import LocalExecutor
from worker.supervisor import Supervisor


def serve(home: Path | None = None) -> None:
    """Works the queue of the store in `home` until SIGTERM or SIGINT."""
    begin_logging()
    store = Store.open(home)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    Supervisor(store, LocalExecutor(store.logs)).work(stop=stop)


if __name__ == "__main__":
    serve()
