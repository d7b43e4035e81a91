"""How quick a comparison is: 10 runs of 50,000 test rows on the compare page, and one run's figures by a rival.

    python benchmarks/compare.py [--runs 10] [--rows 50000] [--repeats 20] [--rival PYTHON] [--json]

The page is run whole, every element made, in a real Streamlit session without a browser (AppTest). It opens with
nothing kept from before: predictions are read from disk, matched row by row, every pair tested. The targets: it opens
in 1.5 s and reruns in 300 ms, at the median.

`--rival PYTHON` names an interpreter where MLflow is installed: the same runs are logged into its own SQLite store
(predictions as a Parquet artifact, metrics as metrics), and the same answers are asked of its client: the runs best
first, their series, and the pairs from the artifacts it gives back, tested with the same count. MLflow makes no such
view itself, so what it is timed on is handing over what the view needs, with the least work that a person who wrote
the view by hand could do.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
OPENS_S, RERUN_MS = 1.5, 300


def fill(home: Path, runs: int, rows: int) -> list[str]:
    """A store with so many finished runs, each judged on the same rows."""
    import numpy as np
    import pandas as pd

    from storage import Store
    from tests.dashboard import seed

    store = Store.open(home)
    seed.worker(store)
    chance = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"text": [f"story {i}" for i in range(rows)], "desk": chance.choice(seed.DESKS, rows, p=_shares())}
    )
    dataset = store.datasets.add(seed.Rows(frame), name="Large", source="upload")
    made = []
    for n in range(runs):
        run = seed.finished(
            store, dataset, rows=rows, right=0.93 + 0.002 * n, points=2000, name=f"Run {n}", seed=n, drawn=n + 1
        )
        made.append(run.id)
    store.close()
    return made


def _shares() -> list[float]:
    from tests.dashboard import seed

    return [share / sum(seed.SHARES) for share in seed.SHARES]


def opening(runs: list[str], view: str | None) -> tuple[Any, float, float]:
    """The compare page in a new session with nothing kept, the seconds until it stood there, and the CPU's seconds."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "dashboard" / "server" / "shell.py"), default_timeout=120).run()
    st.cache_data.clear()
    st.cache_resource.clear()
    app.query_params["runs"] = ",".join(runs)
    if view:
        app.query_params["view"] = view
    app.switch_page("../../pages/compare.py")
    began, worked = time.perf_counter(), time.process_time()
    app.run()
    took, worked = time.perf_counter() - began, time.process_time() - worked
    assert not app.exception, app.exception
    return app, took, worked


def reruns(app: Any, repeats: int) -> list[float]:
    """Milliseconds of each rerun."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        app.run()
        times.append((time.perf_counter() - began) * 1000)
        assert not app.exception, app.exception
    return times


VIEWS = (None, "Rows that changed", "While learning", "Curves", "Confusion matrix", "Settings")

RIVAL = """
import json, sys, time, itertools, tempfile, warnings, logging
warnings.filterwarnings("ignore"); logging.disable(logging.WARNING)
import mlflow, pandas as pd, numpy as np
from pathlib import Path
from scipy.stats import binom
home, folders = sys.argv[1], sys.argv[2:]
mlflow.set_tracking_uri(f"sqlite:///{home}/mlflow.db")
experiment = mlflow.create_experiment("compare", artifact_location=f"file://{home}/artifacts")
client = mlflow.MlflowClient()
ids = []
for n, folder in enumerate(folders):
    table = pd.read_parquet(folder + "/predictions/model.parquet")
    with mlflow.start_run(experiment_id=experiment, run_name=f"Run {n}") as run:
        mlflow.log_metric("accuracy", float((table.answer == table.target).mean()))
        mlflow.log_artifact(folder + "/predictions/model.parquet")
        stamp = int(time.time() * 1000)
        from mlflow.entities import Metric
        steps = [Metric("loss", 1 / (s + 1), stamp, s) for s in range(2000)]
        for i in range(0, 2000, 1000):
            client.log_batch(run.info.run_id, metrics=steps[i:i + 1000])
        ids.append(run.info.run_id)
def view():
    found = client.search_runs([experiment], order_by=["metrics.accuracy DESC"])
    series = {one.info.run_id: client.get_metric_history(one.info.run_id, "loss") for one in found}
    right = {}
    for one in found:
        path = client.download_artifacts(one.info.run_id, "model.parquet", tempfile.mkdtemp())
        table = pd.read_parquet(path, columns=["row_id", "target", "answer"]).set_index("row_id")
        right[one.info.run_id] = table.answer == table.target
    right = pd.DataFrame(right)
    pairs = []
    for a, b in itertools.combinations(right.columns, 2):
        only = int((right[a] & ~right[b]).sum()), int((right[b] & ~right[a]).sum())
        pairs.append(min(1.0, 2 * binom.cdf(min(only), sum(only), 0.5)))
    return len(pairs)
times = []
for _ in range(4):
    began = time.perf_counter(); view(); times.append(time.perf_counter() - began)
print(json.dumps({"mlflow": mlflow.__version__, "first_s": times[0], "again_s": sorted(times[1:])[1]}))
"""


def rival(python: str, home: Path, runs: list[str], folder: Path) -> dict[str, Any]:
    """The rival's first and later times for the same runs."""
    places = [str(home / "runs" / run / "work") for run in runs]
    ended = subprocess.run(
        [python, "-c", RIVAL, str(folder), *places], capture_output=True, text=True, timeout=600, check=False
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    """Every view's opening and reruns, and the rival's where one is named."""
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        os.environ |= {"TUNEBOARD_HOME": str(home), "HF_HUB_OFFLINE": "1"}
        runs = fill(home, asked.runs, asked.rows)
        found: dict[str, Any] = {"opens_s": {}, "opens_cpu_s": {}, "rerun_ms": {}}
        for view in VIEWS:
            name = view or "Who is better"
            opened = [opening(runs, view) for _ in range(asked.openings)]
            found["opens_s"][name] = statistics.median(took for _, took, _ in opened)
            found["opens_cpu_s"][name] = statistics.median(worked for _, _, worked in opened)
            found["rerun_ms"][name] = statistics.median(reruns(opened[-1][0], asked.repeats))
        if asked.rival:
            found["rival"] = rival(asked.rival, home, runs, Path(place))
        return found


def main() -> None:
    """Measure, print a table, end with 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--openings", type=int, default=3)
    parser.add_argument("--rival", default="")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measure(asked)
    if asked.json:
        print(json.dumps(found))
    else:
        print(f"{asked.runs} runs of {asked.rows:,} test rows, medians: opens (s), of the CPU (s), reruns (ms)")
        for name, opened in found["opens_s"].items():
            print(f"  {name:<18} {opened:6.2f} {found['opens_cpu_s'][name]:6.2f} {found['rerun_ms'][name]:7.0f}")
        if "rival" in found:
            said = "  MLflow {mlflow}: what the first view needs in {first_s:.2f} s, again in {again_s:.2f} s"
            print(said.format(**found["rival"]))
    if found["opens_s"]["Who is better"] > OPENS_S or max(found["rerun_ms"].values()) > RERUN_MS:
        sys.exit(1)


if __name__ == "__main__":
    main()
