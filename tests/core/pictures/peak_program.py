"""A process that trains on 120 drawn pictures, once or for a label curve, and says the peak of its memory in bytes."""

import sys
from pathlib import Path

from core.config import make_config
from core.data import read_apart
from core.execute import execute
from core.inputs.picture import shelf
from core.searches import LabelCurve
from core.searches.run import search

SETTINGS = {
    "task": "picture-classification",
    "method": "scratch",
    "task.picture": "picture",
    "task.target": "label",
    "epochs": 1,
    "precision": "fp32",
    "batch_size": 64,
    "dataset": "pictures",
}


def main(what: str, archive: Path, folder: Path) -> None:
    """Trains, and prints the peak of the resident memory."""
    table, config = read_apart(archive, archive.name), make_config(**SETTINGS)
    places = {"models": folder, "cache": folder / "cache", "report": lambda _event: None}
    with shelf.holding(table.pictures):
        if what == "run":
            execute(config, table.frame, folder / "work", **places)
        else:
            search(config, LabelCurve(sizes=(4, 12), draws=2), table.frame, folder / "work", **places)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    sys.stdout.write(str(int(peak.split()[1]) * 1024))  # ru_maxrss begins with what the process that started it held


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
