"""A lesson outside of any run: rows prepared as a config asks, with places of its own to keep notes."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from core.config import RunConfig
from core.events import Event
from core.learners.base import Lesson
from core.preparation import prepare
from core.tasks import task_of


def lesson_on(
    frame: pd.DataFrame,
    config: RunConfig,
    folder: Path,
    *,
    models: Path | None = None,
    report: Callable[[Event], None] = lambda _event: None,
) -> Lesson:
    """What `config` asks to learn from the rows; checkpoints and cache lie in `folder`."""
    return Lesson(
        config=config,
        task=task_of(config),
        prepared=prepare(frame, config),
        models=models or folder / "models",
        checkpoints=folder / "checkpoints",
        cache=folder / "cache",
        report=report,
    )
