"""Deserialisation of a bundle: the model of any task, by what its run.json says."""

import json
from pathlib import Path

from pydantic import ValidationError

from core.config import RunConfig
from core.errors import ModelError, UserError
from core.learners.base import Model
from core.tasks import task_of


def open_bundle(folder: Path) -> Model:
    """Loads the model in a bundle's folder. Raises ModelError when the folder holds no whole bundle."""
    try:
        about = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        config = RunConfig.model_validate(about["config"])
        task = task_of(config)
        target = task.targets.opened(about)
    except UserError:
        raise
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise ModelError(f"The model in {folder.name} cannot be opened.", "Train it again.") from error
    return task.learner(config.learning.method).open(folder, task, target)
