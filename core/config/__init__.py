"""RunConfig: everything needed to repeat a run. Form, command line, file, worker and database use this object."""

from core.config.base import Frozen, Versioned, setting
from core.config.learning import (
    METHODS,
    Boosted,
    Descent,
    Estimator,
    Forest,
    FullFineTuning,
    Head,
    Learning,
    Linear,
    Lora,
    Scratch,
)
from core.config.make import PRESETS, groups, make_config, presets_of
from core.config.run import FIRST_TASK, Preparation, RunConfig, Split
from core.config.tasks import CellKind, LearnsClass, LearnsNumber, ReadsPicture, ReadsTable, ReadsText, TaskSettings
from core.config.upgrade import upgrade

__all__ = [
    "FIRST_TASK",
    "METHODS",
    "PRESETS",
    "Boosted",
    "CellKind",
    "Descent",
    "Estimator",
    "Forest",
    "Frozen",
    "FullFineTuning",
    "Head",
    "Learning",
    "LearnsClass",
    "LearnsNumber",
    "Linear",
    "Lora",
    "Preparation",
    "ReadsPicture",
    "ReadsTable",
    "ReadsText",
    "RunConfig",
    "Scratch",
    "Split",
    "TaskSettings",
    "Versioned",
    "groups",
    "make_config",
    "presets_of",
    "setting",
    "upgrade",
]
