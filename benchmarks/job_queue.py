"""How fast the queue is, and that it gives each job once: many real processes that claim, start and end short jobs.

    python benchmarks/job_queue.py [--jobs 2000] [--sqlite 1 2 4 8] [--postgres 1 2 4 8 16 32] [--json]

Nothing is trained: a job is claimed, started, one number of it recorded, and ended, as a supervisor does it, so that
what is timed is the queue alone: four transactions a job, each waiting for its disk. PostgreSQL is one on loopback
that is started for this. Ends with 1 when a job was done twice or not at all.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import argparse
import json
import os
import statistics
import time
from typing import Any

from benchmarks.stores import home_of, queued, together


def worker(home: Path, n: int) -> dict[str, Any]:
    """Does jobs until none is left; says which, and how many milliseconds each claim took."""
    from core.events import Measured
    from storage import Store

    done, claims_ms = [], []
    with Store.open(home) as store:
        while True:
            began = time.perf_counter()
            job = store.jobs.claim(f"benchmark {os.getpid()}/0/0 {n}")
            claims_ms.append((time.perf_counter() - began) * 1000)
            if job is None:
                return {"done": done, "claims_ms": claims_ms}
            store.jobs.start(job, f"{os.getpid()}/0/0")
            store.jobs.record(job, [Measured(name="loss", value=0.5, step=1)], 1)
            store.jobs.succeed(job)
            done.append(job.run_id)


def measure(kind: str, workers: int, jobs: int) -> dict[str, Any]:
    """Figures of so many workers on so many jobs, and how many were done twice or not at all."""
    from storage import Store

    with home_of(kind) as home:
        began = time.perf_counter()
        asked = queued(home, jobs)
        queueing_s = time.perf_counter() - began
        seconds, found = together(workers, lambda n: worker(home, n))
        done = [run for one in found for run in one["done"]]
        claims = [ms for one in found for ms in one["claims_ms"]]
        with Store.open(home) as store:
            right = sum(run.status == "succeeded" and run.attempts == 1 for run in store.runs.list(limit=jobs + 1))
        return {
            "database": kind,
            "workers": workers,
            "jobs": jobs,
            "queued_per_second": round(jobs / queueing_s),
            "jobs_per_second": round(jobs / seconds),
            "claim_median_ms": round(statistics.median(claims), 1),
            "claim_slowest_ms": round(max(claims)),
            "least_by_one_worker": min(len(one["done"]) for one in found),
            "done_twice": len(done) - len(set(done)),
            "not_done": len(set(asked) - set(done)) + jobs - right,
        }


def main() -> None:
    """Measure, print a table, end with 1 when a job was not done exactly once."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2000)
    parser.add_argument("--sqlite", type=int, nargs="*", default=[1, 2, 4, 8])
    parser.add_argument("--postgres", type=int, nargs="*", default=[1, 2, 4, 8, 16, 32])
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = []
    for kind, counts in (("sqlite", asked.sqlite), ("postgres", asked.postgres)):
        for workers in counts:
            found.append(one := measure(kind, workers, asked.jobs))
            if not asked.json:
                print("  ".join(f"{name} {value}" for name, value in one.items()), flush=True)
    if asked.json:
        print(json.dumps(found))
    if any(one["done_twice"] or one["not_done"] for one in found):
        sys.exit(1)


if __name__ == "__main__":
    main()
