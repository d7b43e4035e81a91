"""Tasks: what can be learned, one file each, none knowing another."""

from core.config.run import RunConfig
from core.config.tasks import TaskSettings
from core.tasks.task import Task
from core.tasks.text_classification import text_classification

TASKS: dict[str, Task] = {task.name: task for task in (text_classification,)}
"""Every task by its name, the one that stands in `RunConfig.task.task`."""


def task_of(config: RunConfig) -> Task:
    """The task of a run."""
    return TASKS[config.task.task]


def input_column(config: RunConfig) -> str:
    """The column that holds what a run's rows are to read."""
    return task_of(config).input_column(config)


def settings_of(name: str) -> type[TaskSettings]:
    """The settings of the task of this name; those that every task has, where there is none."""
    return TASKS[name].settings if name in TASKS else TaskSettings


__all__ = ["TASKS", "Task", "input_column", "settings_of", "task_of"]
