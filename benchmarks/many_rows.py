"""How long many rows take: the page of a run with 10,000 test rows of 20 classes, and ten such runs compared.

    python benchmarks/many_rows.py [--rows 10000] [--classes 20] [--runs 10] [--json]

Every page is run whole, every element made, in a real Streamlit session without a browser (AppTest), with nothing kept
from before: predictions are read from disk, every pair is tested and corrected, every range is there. The targets:
Evaluate in 300 ms, the comparison by any metric in 2 s.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
EVALUATE_S, COMPARE_S = 0.3, 2.0
TIMES = 3


def fill(home: Path, runs: int, rows: int, classes: int) -> list[str]:
    """A store with so many finished runs, judged on the same rows."""
    import numpy as np
    import pandas as pd

    from storage import Store
    from tests.dashboard import seed

    store = Store.open(home)
    seed.worker(store)
    labels = tuple(f"class {n:02}" for n in range(classes))
    named = np.array(labels)[np.random.default_rng(0).integers(0, classes, rows)]
    frame = pd.DataFrame({"text": [f"story {n}" for n in range(rows)], "desk": named})
    dataset = store.datasets.add(seed.Rows(frame), name="Large", source="upload")
    made = [
        seed.finished(
            store, dataset, rows=rows, right=0.9 + 0.003 * n, labels=labels, name=f"Run {n}", seed=n, drawn=n + 1
        )
        for n in range(runs)
    ]
    store.close()
    return [run.id for run in made]


def opens(page: str, **where: str) -> float:
    """Median seconds until the page stands in a new session with nothing kept."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    took = []
    for _ in range(TIMES):
        app = AppTest.from_file(str(ROOT / "dashboard" / "server" / "shell.py"), default_timeout=120).run()
        st.cache_data.clear()
        st.cache_resource.clear()
        for name, value in where.items():
            app.query_params[name] = value
        app.switch_page(f"../../pages/{page}.py")
        began = time.perf_counter()
        app.run()
        took.append(time.perf_counter() - began)
        assert not app.exception, app.exception
    return statistics.median(took)


def main() -> None:
    """Prints the seconds of each page."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--rows", type=int, default=10_000)
    given.add_argument("--classes", type=int, default=20)
    given.add_argument("--runs", type=int, default=10)
    given.add_argument("--json", action="store_true")
    wanted = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        os.environ |= {"TUNEBOARD_HOME": str(home), "HF_HUB_OFFLINE": "1"}
        from core.evaluation import METRICS

        runs = fill(home, wanted.runs, wanted.rows, wanted.classes)
        found = {"evaluate": opens("evaluate", run=runs[0])}
        found |= {f"compare by {name}": opens("compare", runs=",".join(runs), metric=name) for name in METRICS}
    for name, took in found.items():
        most = EVALUATE_S if name == "evaluate" else COMPARE_S
        print(json.dumps({name: took}) if wanted.json else f"{name:32}{took:7.2f} s{' *' if took > most else ''}")


if __name__ == "__main__":
    main()
