"""Task inference for a dataset: from what its columns look like, the likeliest first, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.tasks.task import Task

if TYPE_CHECKING:
    import pandas as pd

    from core.data.checks.suggest import Suggestion


@dataclass(frozen=True)
class TaskFit:
    """A task that could be learned from the columns, and why it is likely or not, in a sentence."""

    task: Task
    reason: str


def fitting(frame: "pd.DataFrame", target: str, tasks: dict[str, Task], inputs: str) -> tuple[TaskFit, ...]:
    """The tasks with inputs of this kind, the likeliest for the column `target` first."""
    from core.data.rows.numbers import looks_like

    look = looks_like(frame[target])
    order = {"class": ("class", "number"), "number": ("number", "class"), "either": ("class", "number")}[look.kind]
    found = [task for task in tasks.values() if task.inputs.name == inputs]
    ranked = sorted(found, key=lambda task: order.index(task.targets.name) if task.targets.name in order else 9)
    return tuple(TaskFit(task, look.reason) for task in ranked)


def settings_for(task: Task, columns: Any, target: str | None) -> dict[str, Any]:
    """The settings that name a task and its columns, by dotted path."""
    named = {f"task.{task.column}": columns, "task.target": target}
    return {"task.task": task.name, **{path: name for path, name in named.items() if name is not None}}


def inputs_among(
    frame: "pd.DataFrame", suggested: "Suggestion", target: str | None, tasks: Mapping[str, Task]
) -> tuple[str, Any]:
    """The kind of inputs that a dataset has, and where they stand: the most telling kind that its rows suggest.

    Where they suggest none it is that of the first task.
    """
    kinds = {task.inputs.name: task.inputs for task in tasks.values()}
    ranked = sorted(kinds.values(), key=lambda kind: -kind.telling(frame, suggested))
    for kind in ranked:
        if (found := kind.suggested(frame, suggested, target)) is not None:
            return kind.name, found
    return next(iter(kinds)), None
