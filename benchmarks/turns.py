"""What one person's thousand jobs do to the others: how long each waits in jobs begun, and how long a claim takes.

    python benchmarks/turns.py [--jobs 1000] [--ended 10000] [--json]

One asks for all her jobs at once; then nine others ask for one job each, now and then, while a worker does job after
job. The targets: none of the nine waits for more than ten jobs, and the slowest claim stays below a fifth of a second.
"""

import argparse
import json
import secrets
import statistics
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
MOST_WAITED, SLOWEST_S = 10, 0.2


def measure(home: Path, jobs: int, ended: int) -> dict[str, float]:
    """Times in milliseconds, waits in jobs that began between asking and beginning."""
    from core.config import make_config
    from core.data import Table
    from storage import Actor, Limits, Store
    from storage.tables import JobRow, RunRow

    store = Store.open(home, Limits(queued=0, running=0))
    rows = Table(pd.DataFrame({"text": ["a", "b"], "label": ["x", "y"]}), ())
    config = make_config(dataset=store.datasets.add(rows, name="rows", source="made up").id)

    def put(count: int, who: str, state: str) -> None:
        """Rows as `queue` writes them, in one transaction: a thousand of them would take a minute one by one."""
        over = state == "succeeded"
        with store._database.write() as session:
            for n in range(count):
                run_id = f"r{secrets.token_hex(5)}"
                about = {"id": run_id, "request_id": run_id, "dataset_id": config.dataset, "config": config}
                session.add(RunRow(**about, name="x", created_by=who))
                session.flush()
                turn = 0 if over else n
                session.add(JobRow(run_id=run_id, asked_by=who, turn=turn, state=state, attempts=int(over)))

    put(ended, "before", "succeeded")
    put(jobs, "much", "queued")
    step = max(jobs // 20, 1)
    claims, asks, waits, asked_at = [], [], [], {}
    for began in range(jobs // 2):
        if began % step == step // 2 and len(asked_at) < 9:
            start = time.perf_counter()
            run = store.acting(Actor(name=f"other {began}", role="editor")).runs.queue(config, secrets.token_hex(8))
            asks.append(time.perf_counter() - start)
            asked_at[run.id] = began
        start = time.perf_counter()
        job = store.jobs.claim("benchmark")
        claims.append(time.perf_counter() - start)
        assert job is not None
        if job.run_id in asked_at:
            waits.append(began - asked_at[job.run_id])
        store.jobs.cancel(job)
    assert len(waits) == len(asked_at), "one of the others never began"
    return {
        "most_waited": max(waits),
        "claim_ms": 1000 * statistics.median(claims),
        "slowest_claim_ms": 1000 * max(claims),
        "ask_ms": 1000 * statistics.median(asks),
    }


def main() -> None:
    """Measure once, print what was found, end with 1 when somebody waited too long or a claim took too long."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--ended", type=int, default=10_000, help="jobs that ended before")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder) / "home", asked.jobs, asked.ended)
    if asked.json:
        print(json.dumps(found))
    else:
        print(f"{asked.jobs} jobs of one person, {asked.ended} that ended before:")
        print(f"  of nine others, whoever waited longest waited for {found['most_waited']} jobs")
        print(f"  a claim: {found['claim_ms']:.1f} ms (median), {found['slowest_claim_ms']:.1f} ms (slowest)")
        print(f"  asking for a run: {found['ask_ms']:.1f} ms (median)")
    sys.exit(found["most_waited"] > MOST_WAITED or found["slowest_claim_ms"] > 1000 * SLOWEST_S)


if __name__ == "__main__":
    main()
