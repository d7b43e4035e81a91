"""Machine-learning tasks: what can be learned, one file each, none knowing another."""

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from core.config.run import FIRST_TASK, RunConfig
from core.config.tasks import TaskSettings
from core.errors import ConfigError, did_you_mean
from core.tasks.fitting import TaskFit, inputs_among, settings_for
from core.tasks.fitting import fitting as fitting_among
from core.tasks.picture_classification import picture_classification
from core.tasks.table_classification import table_classification
from core.tasks.table_regression import table_regression
from core.tasks.task import Task
from core.tasks.text_classification import text_classification
from core.tasks.text_regression import text_regression

if TYPE_CHECKING:  # a process that only keeps settings needs no pandas
    import pandas as pd

    from core.data.checks.suggest import Suggestion

TASKS: dict[str, Task] = {
    task.name: task
    for task in (text_classification, text_regression, picture_classification, table_classification, table_regression)
}
"""Registry of the tasks by name, the one that stands in `RunConfig.task.task`."""
PLUGINS = "tuneboard.tasks"
"""Entry point group of plugins: packages that bring a task name it there, as pytest's plugins do."""


for _plugin in entry_points(group=PLUGINS):
    _task: Task = _plugin.load()
    TASKS[_task.name] = _task


def task_named(name: str) -> Task:
    """The task of this name. Raises ConfigError."""
    if name not in TASKS:
        raise ConfigError(f"There is no task '{name}'.", did_you_mean(name, TASKS) or ", ".join(TASKS))
    return TASKS[name]


def task_of(config: RunConfig) -> Task:
    """The task of a run."""
    return TASKS[config.task.task]


def input_columns(config: RunConfig) -> tuple[str, ...]:
    """The columns that hold what a run's rows are to read."""
    return task_of(config).input_columns(config)


def inputs_in(frame: "pd.DataFrame", config: RunConfig) -> "pd.Series":
    """What a run reads of each of these rows, numbered 0, 1, 2, ... Raises DatasetError where a column is missing."""
    return task_of(config).inputs.cells(frame, config.task)


def fitting(frame: "pd.DataFrame", suggested: "Suggestion", target: str | None = None) -> tuple[TaskFit, ...]:
    """The tasks that could be learned from these rows, the likeliest first; none before a target is known."""
    target = target or suggested.target
    inputs, columns = inputs_suggested(frame, suggested, target)
    if target is None or target not in frame or columns is None:
        return ()
    return fitting_among(frame, target, TASKS, inputs)


def suggested_settings(
    frame: "pd.DataFrame", suggested: "Suggestion", *, task: str | None = None, target: str | None = None
) -> dict[str, Any]:
    """The task and columns that these rows look like, as settings by dotted path; `task` and `target` where given.

    Raises ConfigError where there is no such task.
    """
    found, target = fitting(frame, suggested, target), target or suggested.target
    inputs, _ = inputs_suggested(frame, suggested, target)
    first = next((task for task in TASKS.values() if task.inputs.name == inputs), TASKS[FIRST_TASK])
    likeliest = found[0].task if found else first
    chosen = task_named(task) if task else likeliest
    return settings_for(chosen, chosen.inputs.suggested(frame, suggested, target), target)


def inputs_suggested(frame: "pd.DataFrame", suggested: "Suggestion", target: str | None = None) -> tuple[str, Any]:
    """The kind of inputs that a dataset has, and the setting that says where they stand; None where it has none."""
    return inputs_among(frame, suggested, target or suggested.target, TASKS)


def settings_of(name: str) -> type[TaskSettings]:
    """The settings of the task of this name; those that every task has, where there is none."""
    return TASKS[name].settings if name in TASKS else TaskSettings


__all__ = [
    "TASKS",
    "Task",
    "TaskFit",
    "fitting",
    "input_columns",
    "inputs_in",
    "inputs_suggested",
    "settings_for",
    "settings_of",
    "suggested_settings",
    "task_named",
    "task_of",
]
