"""How long the commands take that a person types often, beside a store that was used for years.

    python benchmarks/commands.py [--queued 500] [--ended 10000] [--times 5] [--json]

Each command is a new process, timed from its start to its end: wall clock, and the processor time of all its threads.
Half of the ended runs are older than 30 days, so that pruning has something to plan; each has an attempt's folder,
predictions and five lines of log. Ends with 1 when a median is over its limit.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import argparse
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import time
from datetime import timedelta
from typing import Any

from benchmarks.stores import ROOT, home_of, queued

COMMANDS = (("runs",), ("health",), ("prune", "--dry-run"))
LIMIT_S = 1.5
DAYS = 60


def with_ended(home: Path, ended: int) -> None:
    """Adds ended runs: one is worked on as a supervisor does it, and its rows are copied."""
    from core.evaluation.records import Evaluation, Interval
    from core.events import LogEvent
    from storage import Store
    from storage.clock import now

    with Store.open(home) as store:
        job = store.jobs.claim(f"benchmark {os.getpid()}/0/0")
        store.jobs.start(job, f"{os.getpid()}/0/0")
        store.jobs.record(job, [LogEvent(level="info", text=f"Line {n}.") for n in range(5)], 1)
        good = Interval(value=0.93, low=0.91, high=0.95)
        metrics = {"accuracy": good, "f1_macro": good}
        store.jobs.succeed(job, Evaluation(rows=500, metrics=metrics, baselines={"tfidf": metrics}))
    with sqlite3.connect(home / "tuneboard.db") as database:
        database.row_factory = sqlite3.Row
        run, one = (
            dict(database.execute(f"SELECT * FROM {table} WHERE {key} = ?", (job.run_id,)).fetchone())  # noqa: S608
            for table, key in (("run", "id"), ("job", "run_id"))
        )
        lines = [dict(row) for row in database.execute("SELECT * FROM log_line WHERE run_id = ?", (job.run_id,))]
        for n in range(ended - 1):
            at = (now() - timedelta(days=DAYS * n / ended)).replace(tzinfo=None).isoformat(" ")
            own = {"id": f"{run['id'][:-6]}{n:06}", "request_id": f"ended {n}", "name": f"answers · quick · {n}"}
            config = run["config"].replace('"seed":0', f'"seed":{n}')
            told = {"config": config, "created": at, "started": at, "ended": at, "number": 1000 + n}
            _insert(database, "run", run | own | told)
            _insert(database, "job", one | {"id": None, "run_id": own["id"], "turn": one["turn"] + n})
            for line in lines:
                _insert(database, "log_line", line | {"id": None, "run_id": own["id"]})
            for name in ("work/predictions/model.parquet", "attempts/1/events.jsonl", "attempts/1/output.txt"):
                place = home / "runs" / own["id"] / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(b"0" * 1000)


def _insert(database: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    database.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", tuple(row.values()))  # noqa: S608


def measure(home: Path, command: tuple[str, ...], times: int) -> dict[str, Any]:
    """Median wall and processor seconds of a command."""
    walls, computed = [], []
    for _ in range(times + 1):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        program = [sys.executable, "-m", "dashboard", *command, "--home", home]
        done = subprocess.run(program, check=False, cwd=ROOT, stdout=subprocess.DEVNULL)
        walls.append(time.perf_counter() - began)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        computed.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert done.returncode in (0, 1), "the command failed"  # health: 1, no worker is running
    return {
        "command": " ".join(command),
        "wall_s": round(statistics.median(walls[1:]), 2),
        "slowest_s": round(max(walls[1:]), 2),
        "cpu_s": round(statistics.median(computed[1:]), 2),
    }


def main() -> None:
    """Measure, print a table, end with 1 when a command takes too long."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queued", type=int, default=500)
    parser.add_argument("--ended", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with home_of("sqlite") as home:
        queued(home, asked.queued + 1)
        with_ended(home, asked.ended)
        found = [measure(home, command, asked.times) for command in COMMANDS]
    lines = ("  ".join(f"{name} {value}" for name, value in one.items()) for one in found)
    print(json.dumps(found) if asked.json else "\n".join(lines))
    if any(one["wall_s"] > LIMIT_S for one in found):
        sys.exit(1)


if __name__ == "__main__":
    main()
