"""What can be learned: one file a task, none knowing another."""

from core.tasks.task import Task
from core.tasks.text_classification import TextClassification

TASKS: dict[str, Task] = {task.name: task for task in (TextClassification(),)}
"""Every task by its name, the one that stands in `RunConfig.task.task`."""

__all__ = ["TASKS", "Task"]
