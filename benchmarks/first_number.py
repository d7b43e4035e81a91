"""How soon a run shows its first number after Start, with a warm worker, and how fast numbers reach the store.

python benchmarks/first_number.py [--turns 5] [--json]
"""

import argparse
import json
import statistics
import tempfile
import threading
import time
from pathlib import Path

from core.data import Table
from core.events import Measured
from core.models import locate
from core.scenarios import SCENARIOS, load
from storage import Store
from worker.executor import LocalExecutor
from worker.supervisor import Supervisor

STORY = SCENARIOS["finance-newsdesk"]


def first_metric_s(store: Store, preset: str, turn: int) -> float:
    """Seconds from Start until the run's first number is in the store; then the run is stopped."""
    while not any(worker.ready for worker in store.workers.list()):
        time.sleep(0.1)
    config = STORY.config(store.datasets.list()[0].id, preset, seed=1000 + turn)
    began = time.perf_counter()
    run = store.runs.queue(config, f"{preset}-{turn}")
    while not store.runs.series(run.id):
        time.sleep(0.02)
    took = time.perf_counter() - began
    store.runs.stop(run.id)
    while not store.runs.get(run.id).has_ended:
        time.sleep(0.1)
    return took


def rows_per_second(store: Store, rows: int = 100_000, batch: int = 500) -> float:
    """Metric rows put into the store per second, in batches as the supervisor writes them."""
    dataset = store.datasets.list()[0]
    run = store.runs.queue(STORY.config(dataset.id, "quick"), "flood")
    job = store.jobs.claim("benchmark")
    assert job is not None
    assert job.run_id == run.id
    began = time.perf_counter()
    for start in range(0, rows, batch):
        events = [Measured(name="loss", value=1.0 / (n + 1), step=n) for n in range(start, start + batch)]
        store.jobs.record(job, list(events), start)
    took = time.perf_counter() - began
    store.jobs.cancel(job)
    return rows / took


def main() -> None:
    """Measures in a new store and prints medians."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--turns", type=int, default=5)
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "home")
        locate("minilm", store.models)
        store.datasets.add(Table(load(STORY, store.cache), ()), name=STORY.title, source=STORY.data.title)
        found = {"metric_rows_per_second": round(rows_per_second(store))}
        stop = threading.Event()
        thread = threading.Thread(target=Supervisor(store, LocalExecutor(store.logs)).work, kwargs={"stop": stop})
        thread.start()
        try:
            for preset in ("quick", "balanced"):
                times = [first_metric_s(store, preset, turn) for turn in range(asked.turns)]
                found[f"first_metric_s_{preset}_median"] = round(statistics.median(times), 2)
                found[f"first_metric_s_{preset}_worst"] = round(max(times), 2)
        finally:
            stop.set()
            thread.join()
    print(json.dumps(found) if asked.json else "\n".join(f"{name:32} {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
