"""How long the label curve of the newsdesk takes, and whether it shows the crossing: 8, 25, 100 and 300 labels a class.

    python benchmarks/labels.py [--assets DIR] [--json]

One search of three draws of each size, done by a worker of its own as the product does it, in a new home that holds
only the rows and the model. The target: five minutes on two cores; the pretrained start ahead with few labels, and no
more with many.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
TARGET_S = 300.0


def measure(home: Path, assets: Path) -> dict[str, object]:
    """Seconds from asking to the end, CPU seconds of the processes that worked, and what was found."""
    from core.scenarios import SCENARIOS
    from core.searches import LabelCurve, crossing, levels
    from dashboard.commands.training import wait_for
    from dashboard.intake.rows import add_scenario
    from storage import Store
    from tests.dashboard.product import lend

    lend(assets, home)
    store, story = Store.open(home), SCENARIOS["finance-newsdesk"]
    config = story.config(add_scenario(store, story).id, "quick")
    run = store.runs.queue_search(config, LabelCurve(), "benchmark")
    began = time.perf_counter()
    run = wait_for(store, run.id)
    seconds = time.perf_counter() - began
    children = psutil.Process().cpu_times()
    assert run.status == "succeeded", run.error
    found = levels(store.runs.points(run.id))
    assert found is not None
    return {
        "seconds": seconds,
        "work_seconds": run.seconds,
        "cpu_seconds": children.children_user + children.children_system,
        "rows": found.rows,
        "accuracy": {who: [(one.value, one.low, one.high) for one in found.reached(who)] for who in found.who},
        "standings": crossing(found).standings,
        "ahead": [one.value for one in found.ahead],
    }


def main() -> None:
    """Measure once, print what was found, end with 1 when it took too long or shows no crossing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--assets", type=Path, default=ROOT / ".assets", help="where the archives and models lie")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        found = measure(Path(place) / "home", asked.assets)
    crosses = found["ahead"][0] > 0 > found["ahead"][-1] and found["standings"][0] == "ahead"  # type: ignore[index]
    if asked.json:
        print(json.dumps(found | {"crosses": crosses}))
    else:
        print(f"{found['seconds']:.0f} s in all, {found['cpu_seconds']:.0f} s of CPU")
        for place, rows in enumerate(found["rows"]):  # type: ignore[arg-type]
            shares = [found["accuracy"][who][place] for who in ("model", "tfidf")]  # type: ignore[index]
            words = [f"{value:.4f} ({low:.4f} to {high:.4f})" for value, low, high in shares]
            print(f"  {rows:>5} labels: model {words[0]}, tfidf {words[1]}: {found['standings'][place]}")
    if found["seconds"] > TARGET_S or not crosses:  # type: ignore[operator]
        sys.exit(1)


if __name__ == "__main__":
    main()
