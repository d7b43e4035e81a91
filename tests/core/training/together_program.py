"""One of several processes that teach together: does the lessons that test_together.py wrote down, in their order."""

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from core.config import make_config
from core.errors import Stopped
from core.events import Event, Progress
from core.execute import assist, execute
from core.training import reporting
from core.training.together import Together, join
from worker.event_file import EventWriter


def run_lesson(lesson: dict[str, Any], folder: Path, models: Path, together: Together) -> None:
    """Runs the lesson in its own folder; one with `stop_at` is stopped at that step."""
    place = folder / lesson["name"]
    place.mkdir(exist_ok=True)
    config = make_config(**lesson["settings"])
    frame = pd.read_parquet(folder / "rows.parquet")
    places: dict[str, Any] = {"models": models, "cache": folder / "cache", "together": together}
    events = EventWriter(place / f"events-{together.number}.jsonl")

    def report(event: Event) -> None:
        events.write(event)
        in_training = isinstance(event, Progress) and event.epoch is not None
        if in_training and event.done >= lesson["stop_at"] > 0:  # type: ignore[union-attr]
            raise Stopped

    try:
        if together.is_first:
            execute(config, frame, place, report=report, **places)
        else:
            assist(config, frame, place, **places)
    except Stopped:
        (place / f"stopped-{together.number}").touch()


if __name__ == "__main__":
    number, size, folder, models = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
    reporting.TELL_EVERY_S = 0.0
    joined = join(number, size, folder / "meeting")
    for one in json.loads((folder / "lessons.json").read_text()):
        run_lesson(one, folder, models, joined)
