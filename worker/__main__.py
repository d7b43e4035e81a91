"""Entrypoint of the worker, `python -m worker`: supervisors that work the queue until SIGTERM, or SIGHUP."""

import logging
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

from core.logs import log_to_stderr
from core.signals import on_ending
from storage import Store
from worker.executor import Executor, LocalExecutor
from worker.supervisor import Supervisor

log = logging.getLogger(__name__)


def on_this_machine(store: Store) -> Executor:
    """Executor on this machine."""
    return LocalExecutor(store.logs)


def serve(home: Path | None = None, make: Callable[[Store], Executor] = on_this_machine, at_once: int = 1) -> None:
    """Works the queue of the store in `home` until SIGTERM, SIGINT or SIGHUP, `at_once` runs at a time.

    Raises what a supervisor raised that broke down, after the others have shut down gracefully.
    """
    log_to_stderr()
    os.umask(0o077)
    store = Store.open(home)
    stop = threading.Event()
    on_ending(lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    supervisors = [Supervisor(store, make(store)) for _ in range(at_once)]
    if at_once == 1:
        supervisors[0].work(stop=stop)
    else:
        work_together(supervisors, stop)


def work_together(supervisors: list[Supervisor], stop: threading.Event) -> None:
    """Lets each work in a thread of its own until `stop` is set or one breaks down; then raises what it raised."""
    broken: list[Exception] = []

    def work(supervisor: Supervisor) -> None:
        try:
            supervisor.work(stop=stop)
        except Exception as error:
            log.exception("a supervisor broke down")
            broken.append(error)
            stop.set()

    threads = [threading.Thread(target=work, args=(supervisor,)) for supervisor in supervisors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]


if __name__ == "__main__":
    serve()
