"""Registry of input kinds (rooms): how a row of one kind, a text or a picture, is shown. A folder a kind.

Whoever shows a row asks what the run reads and hands over to that room; no page knows more than the kind's name.
"""

from importlib import import_module
from typing import Any

from core.config import RunConfig
from core.tasks import task_of

ROOMS = {"text": "text", "picture": "picture", "table": "table"}
"""Registry: each kind's folder, by the name that inputs carry."""


def room(kind: str, part: str) -> Any:
    """Module `part` of a kind's room, such as "rows"; imported lazily."""
    return import_module(f"dashboard.inputs.{ROOMS[kind]}.{part}")


def room_of(config: RunConfig, part: str) -> Any:
    """Module `part` of the room of a run's inputs."""
    return room(task_of(config).inputs.name, part)
