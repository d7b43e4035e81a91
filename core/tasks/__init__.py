"""Tasks: what can be learned, one file each, none knowing another."""

from core.config import RunConfig
from core.tasks.task import Task
from core.tasks.text_classification import text_classification

TASKS: dict[str, Task] = {task.name: task for task in (text_classification,)}
"""Every task by its name, the one that stands in `RunConfig.task.task`."""


def task_of(config: RunConfig) -> Task:
    """The task of a run."""
    return TASKS[config.task.task]


__all__ = ["TASKS", "Task", "task_of"]
