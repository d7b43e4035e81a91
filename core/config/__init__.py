"""RunConfig: everything needed to repeat a run. Form, command line, file, worker and database use this object."""

from core.config.run import (
    GROUPS,
    PRESETS,
    Frozen,
    Kept,
    Preparation,
    RunConfig,
    Split,
    TaskConfig,
    TextClassification,
    make_config,
    setting,
)
from core.config.upgrade import upgrade

__all__ = [
    "GROUPS",
    "PRESETS",
    "Frozen",
    "Kept",
    "Preparation",
    "RunConfig",
    "Split",
    "TaskConfig",
    "TextClassification",
    "make_config",
    "setting",
    "upgrade",
]
