"""How many numbers a second the store takes from runs at once, that none is lost, and what rivals' stores take.

    python benchmarks/metrics.py [--points 2000000] [--runs 8] [--rival PYTHON ...] [--rival-points 200000] [--json]

Each run is a real process that records its numbers as a supervisor does: four series, in batches of 1,000, each batch
one transaction that also moves the mark in the event file and waits for its disk. Afterwards every number is counted
and summed in the database, and one run's series are read as a chart reads them. SQLite is our own file with full
sync; PostgreSQL is one on loopback that is started for this.

`--rival PYTHON` names an interpreter where MLflow or Trackio is installed (twice for both). The same numbers, fewer of
them, go into their own SQLite stores by as many processes: MLflow's by `MlflowClient.log_batch`, 1,000 a call, which is
its limit; Trackio's by `SQLiteStorage.bulk_log`, 250 rows of four numbers a call. Both leave SQLite's sync at what they
choose themselves.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.stores import home_of, queued, together

NAMES = ("train/loss", "train/learning_rate", "validation/loss", "validation/accuracy")
BATCH = 1000


def value(step: int) -> float:
    """The number measured at a step."""
    return math.sin(step) / (step + 1)


def record(home: Path, points: int) -> dict[str, Any]:
    """One run's numbers, a thousand at a time."""
    from core.events import Measured
    from storage import Store

    slowest = 0.0
    with Store.open(home) as store:
        job = store.jobs.claim("benchmark")
        assert job is not None
        store.jobs.start(job, "1/1/1")
        for start in range(0, points, BATCH):
            places = range(start, min(start + BATCH, points))
            events = [Measured(name=NAMES[n % 4], value=value(n // 4), step=n // 4) for n in places]
            began = time.perf_counter()
            store.jobs.record(job, list(events), start + BATCH)
            slowest = max(slowest, time.perf_counter() - began)
        store.jobs.cancel(job)
    return {"slowest_s": slowest}


def ours(kind: str, runs: int, points: int) -> dict[str, Any]:
    """Rows a second into our own store, how many are missing, and how long a chart takes to read one run's."""
    from sqlalchemy import func, select

    from storage import Store
    from storage.tables import MetricRow

    each = points // runs
    with home_of(kind) as home:
        ids = queued(home, runs)
        seconds, found = together(runs, lambda _: record(home, each))
        with Store.open(home) as store:
            table = MetricRow.__table__  # type: ignore[attr-defined]
            with store._database.read() as session:
                counted = select(func.count(), func.sum(table.c.value))
                kept, total = session.execute(counted).one()
            began = time.perf_counter()
            series = store.runs.series(ids[0])
            read_s = time.perf_counter() - began
        right = math.isclose(total, runs * sum(value(n // 4) for n in range(each)), rel_tol=1e-9)
        assert right, "the numbers kept are not the numbers sent"
        return {
            "store": f"Tuneboard on {kind}",
            "points": each * runs,
            "lost": each * runs - kept,
            "rows_per_second": round(each * runs / seconds),
            "slowest_batch_s": round(max(one["slowest_s"] for one in found), 2),
            "read_one_run_s": round(read_s, 2),
            "points_read": sum(len(one.values) for one in series.values()),
        }


RIVAL = """
import json, logging, math, multiprocessing, os, sys, time, warnings
warnings.filterwarnings("ignore"); logging.disable(logging.CRITICAL)
home, runs, points = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
names = sys.argv[4].split(",")
each = points // runs
os.environ.update(TRACKIO_DIR=home, HF_HUB_OFFLINE="1", MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true")
value = lambda step: math.sin(step) / (step + 1)
try:
    import mlflow
    from mlflow.entities import Metric
    told = f"MLflow {mlflow.__version__} on its SQLite"
    uri = f"sqlite:///{home}/mlflow.db"
    client = mlflow.MlflowClient(uri)
    experiment = client.create_experiment("numbers")
    ids = [client.create_run(experiment).info.run_id for _ in range(runs)]
    def work(n):
        client = mlflow.MlflowClient(uri)
        for start in range(0, each, 1000):
            stamp = int(time.time() * 1000)
            places = range(start, min(start + 1000, each))
            client.log_batch(ids[n], metrics=[Metric(names[i % 4], value(i // 4), stamp, i // 4) for i in places])
    def kept():
        import sqlite3
        return sqlite3.connect(f"{home}/mlflow.db").execute("SELECT count(*) FROM metrics").fetchone()[0]
except ImportError:
    import trackio
    from trackio.sqlite_storage import SQLiteStorage
    told = f"Trackio {trackio.__version__} on its SQLite"
    SQLiteStorage.init_db("numbers")
    def work(n):
        for start in range(0, each // 4, 250):
            places = range(start, min(start + 250, each // 4))
            rows = [{name: value(i) for name in names} for i in places]
            SQLiteStorage.bulk_log("numbers", f"run{n}", rows, steps=list(places))
    def kept():
        import sqlite3
        path = SQLiteStorage.get_project_db_path("numbers")
        return 4 * sqlite3.connect(path).execute("SELECT count(*) FROM metrics").fetchone()[0]
def guarded(n, failures):
    try:
        work(n)
    except Exception as error:
        failures.put(f"{type(error).__name__}: {str(error)[:120]}")
context = multiprocessing.get_context("fork")
failures = context.SimpleQueue()
processes = [context.Process(target=guarded, args=(n, failures)) for n in range(runs)]
began = time.perf_counter()
for process in processes: process.start()
for process in processes: process.join()
took = time.perf_counter() - began
count = kept()
first = "" if failures.empty() else failures.get()
print(json.dumps({"store": told, "points": each * runs, "lost": each * runs - count,
                  "rows_per_second": round(count / took), "first_failure": first}))
"""


def rival(python: str, runs: int, points: int) -> dict[str, Any]:
    """The same of a rival's own store."""
    with tempfile.TemporaryDirectory() as folder:
        ended = subprocess.run(
            [python, "-c", RIVAL, folder, str(runs), str(points), ",".join(NAMES)],
            capture_output=True, text=True, timeout=3600, check=False, cwd=folder,
        )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-2000:]
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def main() -> None:
    """Measure, print a table, end with 1 when a number of ours was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=8)
    parser.add_argument("--on", nargs="*", default=["sqlite", "postgres"])
    parser.add_argument("--rival", action="append", default=[])
    parser.add_argument("--rival-points", type=int, default=200_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = []
    for one in (
        *(lambda kind=kind: ours(kind, asked.runs, asked.points) for kind in asked.on),
        *(lambda python=python: rival(python, asked.runs, asked.rival_points) for python in asked.rival),
    ):
        found.append(one())
        if not asked.json:
            print("  ".join(f"{name} {value}" for name, value in found[-1].items()), flush=True)
    if asked.json:
        print(json.dumps(found))
    if any(one["lost"] for one in found if one["store"].startswith("Tuneboard")):
        sys.exit(1)


if __name__ == "__main__":
    main()
