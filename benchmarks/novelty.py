"""How many rows are flagged as unlike the training rows: of a scenario's own test rows, and of other scenarios'.

    python benchmarks/novelty.py [--only KEY] [--preset quick] [--seeds 3] [--rows 1000] [--home FOLDER]
                                 [--write docs/novelty.md]

Trains each scenario as its page does, opens the bundle, and asks its detector about test rows: its own ones should be
flagged in at most 5 of 100, those of another scenario in at least 80. Each of the `--seeds` draws the split and trains
anew, from seed 0 on; the table has the mean, the least and the most. `--write` puts the lines in place of those of the
same model below the page's mark. What a scenario's rows need is fetched.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

KEYS = (
    "finance-newsdesk",
    "support-tone",
    "education-routing",
    "medical-coding",
    "media-rating",
    "finance-cheques",
    "retail-sorting",
)
MARK = "<!-- benchmarks/novelty.py writes what follows -->"
HEAD = (
    "| model of | rows of | wanted | flagged | least to most | trainings | rows | calibrated on |",
    "|---|---|---|---:|---:|---:|---:|---:|",
)


@dataclass(frozen=True)
class Asked:
    """Rows of one scenario, which a detector was asked about: the share that it flagged, and how many they were."""

    rate: float
    rows: int
    calibrated: int


def train(key: str, preset: str, seed: int, home: Path) -> str:
    """Id of a run of the scenario, trained by the command line."""
    command = ["train", "--scenario", key, "--preset", preset, "--wait", "--json", "--home", str(home)]
    command += ["--set", f"seed={seed}", "--set", f"split.split_seed={seed}"]
    ended = subprocess.run(
        [sys.executable, "-m", "dashboard", *command],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return str(json.loads(ended.stdout)["run"]["id"])


def counted(run_id: str, own: str, most: int, home: Path) -> dict[str, Asked]:
    """What one model flags: of its own test rows, and of those of other scenarios whose inputs are alike."""
    from core.bundles.open import open_bundle
    from core.inputs.picture import shelf
    from core.novelty import open_detector, sample
    from core.preparation import prepare
    from core.scenarios import SCENARIOS
    from core.tasks import task_of
    from dashboard.intake.rows import add_scenario
    from storage import Store

    store = Store.open(home)
    bundle = store.runs.bundle(run_id)
    model, detector = open_bundle(bundle), open_detector(bundle)
    assert detector is not None, f"the model of {own} has no detector"
    trained = store.runs.get(run_id).config
    inputs, found = task_of(trained).inputs.name, {}
    for key in (own, *(key for key in KEYS if key != own)):
        dataset = add_scenario(store, SCENARIOS[key]).id
        config = trained if key == own else SCENARIOS[key].config(dataset, "quick")
        if task_of(config).inputs.name != inputs:
            continue
        test = prepare(store.datasets.frame(dataset), config).test
        rows = replace(test, targets=("",) * len(test)).take(sample(len(test), most))
        with ExitStack() as held:
            if inputs == "picture":
                held.enter_context(shelf.holding(store.datasets.pictures(dataset)))
            flagged = detector.flags(detector.p_values(model.represent(rows).layers))
        found[key] = Asked(float(flagged.mean()), len(rows), len(detector.known))
        print(own, key, found[key], flush=True)
    return found


def lines_of(own: str, tries: list[dict[str, Asked]]) -> list[str]:
    """Lines of the table for the models of one scenario."""
    lines = []
    for key, first in tries[0].items():
        rates = [one[key].rate for one in tries]
        cells = (
            own,
            key,
            "at most 5" if key == own else "at least 80",
            f"{sum(rates) / len(rates):.1%}",
            f"{min(rates):.1%} to {max(rates):.1%}" if len(rates) > 1 else "",
            f"{len(rates)}",
            f"{first.rows:,}",
            f"{first.calibrated:,}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def write(path: Path, own: str, lines: list[str]) -> None:
    """Puts the lines of one model into the table."""
    above, _, below = path.read_text(encoding="utf-8").partition(MARK)
    kept = [line for line in below.splitlines() if line.startswith("| ") and line not in HEAD]
    models = dict.fromkeys([*(line.split(" | ")[0] for line in kept), f"| {own}"])
    known = {name: [line for line in kept if line.split(" | ")[0] == name] for name in models} | {f"| {own}": lines}
    ordered = [line for key in KEYS for line in known.get(f"| {key}", [])]
    path.write_text(above + MARK + "\n\n" + "\n".join([*HEAD, *ordered]) + "\n", encoding="utf-8")


def main() -> None:
    """Counts for every scenario."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--only", default="", help="scenarios whose key has these letters")
    given.add_argument("--preset", default="quick")
    given.add_argument("--seeds", type=int, default=3, help="trainings of each scenario")
    given.add_argument("--rows", type=int, default=1_000, help="most test rows of each scenario")
    given.add_argument("--home", type=Path)
    given.add_argument("--write", type=Path)
    wanted = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = wanted.home or Path(folder) / "home"
        for key in KEYS:
            if wanted.only not in key:
                continue
            runs = [train(key, wanted.preset, seed, home) for seed in range(wanted.seeds)]
            lines = lines_of(key, [counted(run_id, key, wanted.rows, home) for run_id in runs])
            print(*lines, sep="\n", flush=True)
            if wanted.write:
                write(wanted.write, key, lines)


if __name__ == "__main__":
    main()
