"""How much the luck of the seed moves each scenario: five trainings of a preset, their mean and standard deviation.

    python benchmarks/seeds.py [--preset quick] [--seeds 5] [--only KEY] [--home FOLDER]

Prints the lines that stand in the scenarios' files. What a scenario's rows need is fetched.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import mean, stdev

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def main() -> None:
    """Trains every scenario so many times."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--preset", default="quick")
    given.add_argument("--seeds", type=int, default=5)
    given.add_argument("--only", default="")
    given.add_argument("--home", type=Path)
    wanted = given.parse_args()

    from core.scenarios import SCENARIOS

    with tempfile.TemporaryDirectory() as folder:
        home = wanted.home or Path(folder) / "home"
        for key in SCENARIOS:
            if wanted.only not in key:
                continue
            command = ["train", "--scenario", key, "--preset", wanted.preset, "--seeds", str(wanted.seeds)]
            ended = subprocess.run(
                [sys.executable, "-m", "dashboard", *command, "--wait", "--json", "--home", str(home)],
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                check=False,
                stdout=subprocess.PIPE,
                text=True,
            )
            if ended.returncode:
                print(f"# {key}: not measured", flush=True)
                continue
            values = json.loads(ended.stdout)["recipe"]["values"]
            print(f"# {key}\n[repeated.{wanted.preset}]\nseeds = {len(values)}", flush=True)
            print(f"mean = {mean(values):.4f}\ndeviation = {stdev(values):.4f}\n", flush=True)


if __name__ == "__main__":
    main()
