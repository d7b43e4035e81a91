"""What the benchmarks of storage share: a store in SQLite or in a PostgreSQL of their own, and processes that start
together.
"""

import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
TOGETHER = multiprocessing.get_context("fork")


class Rows(NamedTuple):
    """Rows as a reader of files gives them."""

    frame: Any
    notes: tuple[str, ...] = ()


@contextmanager
def home_of(kind: str) -> Iterator[Path]:
    """An empty home whose rows lie in 'sqlite' or in 'postgres': a server of its own that waits for its disk."""
    from tests.postgres import server

    os.environ.pop("TUNEBOARD_DATABASE_URL", None)
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            yield Path(folder) / "home"
            return
        with server(fsync="on") as one:
            os.environ["TUNEBOARD_DATABASE_URL"] = one.url(one.new_database())
            yield Path(folder) / "home"
            del os.environ["TUNEBOARD_DATABASE_URL"]


def queued(home: Path, jobs: int) -> list[str]:
    """So many runs in the queue of a new store; their ids in order."""
    import pandas as pd

    from core.config import make_config
    from storage import Store

    with Store.open(home) as store:
        rows = Rows(pd.DataFrame({"text": ["good", "bad"], "label": ["yes", "no"]}))
        config = make_config(dataset=store.datasets.add(rows, name="answers", source="benchmark").id)
        return [store.runs.queue(config, str(n)).id for n in range(jobs)]


def together(count: int, work: Callable[[int], dict[str, Any]]) -> tuple[float, list[dict[str, Any]]]:
    """Runs `work(n)` in `count` processes that begin at the same moment.

    Returns the seconds from that moment until the last has ended, and what each gave back. Raises where one failed.
    """
    ready, go = TOGETHER.Semaphore(0), TOGETHER.Event()
    answers: Any = TOGETHER.SimpleQueue()

    def run(n: int) -> None:
        ready.release()
        go.wait()
        answers.put(json.dumps(work(n)))

    processes = [TOGETHER.Process(target=run, args=(n,)) for n in range(count)]
    for process in processes:
        process.start()
    for _ in processes:
        ready.acquire()
    began = time.perf_counter()
    go.set()
    found = []
    while len(found) < count:
        while answers.empty() and all(p.is_alive() or p.exitcode == 0 for p in processes):
            time.sleep(0.005)
        assert not answers.empty(), "a process failed"
        found.append(json.loads(answers.get()))
    took = time.perf_counter() - began
    for process in processes:
        process.join()
    return took, found
