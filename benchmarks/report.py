"""How long a report of three runs takes, and how large it is: python benchmarks/report.py [--rows 2189] [--json]

The targets: 5 s from the stored predictions to the file, 8 MB.
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
SECONDS, MEGABYTES = 5.0, 8.0


def measure(home: Path, rows: int, repeats: int) -> tuple[list[float], float]:
    """Seconds of each report of three runs, the first with everything still to be loaded; and megabytes."""
    from storage import Store
    from tests.dashboard import seed

    store = Store.open(home)
    seed.worker(store)
    dataset = seed.newsdesk(store, rows, scenario="finance-newsdesk")
    rights = (0.90, 0.94, 0.945)
    runs = [seed.finished(store, dataset, right=right, rows=rows, name=f"Run {right}") for right in rights]
    times, size = [], 0
    for _ in range(repeats + 1):
        began = time.perf_counter()
        from dashboard.report import report

        html = report(store, [run.id for run in runs])
        (home / "report.html").write_text(html, encoding="utf-8")
        times.append(time.perf_counter() - began)
        size = (home / "report.html").stat().st_size
    store.close()
    return times, size / 1e6


def main() -> None:
    """Measure, print, end with 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2189)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ |= {"TUNEBOARD_HOME": str(Path(place) / "home"), "HF_HUB_OFFLINE": "1"}
        times, size = measure(Path(place) / "home", asked.rows, asked.repeats)
    first, median = times[0], statistics.median(times[1:])
    if asked.json:
        print(json.dumps({"rows": asked.rows, "first_s": first, "median_s": median, "megabytes": size}))
    else:
        print(f"Three runs of {asked.rows:,} rows: {first:.2f} s at first, then {median:.2f} s; {size:.2f} MB")
    if max(first, median) > SECONDS or size > MEGABYTES:
        sys.exit(1)


if __name__ == "__main__":
    main()
