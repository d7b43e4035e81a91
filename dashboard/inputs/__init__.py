"""Rooms of inputs: how a row of one kind is shown, a text or a picture. A folder a kind, with alike files in each.

Whoever shows a row asks what the run reads and hands over to that room; no page knows more than the kind's name.
"""

from importlib import import_module
from typing import Any

from core.config import RunConfig
from core.tasks import task_of

ROOMS = {"text": "text", "picture": "picture"}
"""Each kind's folder, by the name that inputs carry."""


def room(kind: str, part: str) -> Any:
    """The file `part` of the room of a kind, such as "rows"; loaded when it is first asked for."""
    return import_module(f"dashboard.inputs.{ROOMS[kind]}.{part}")


def room_of(config: RunConfig, part: str) -> Any:
    """The file `part` of the room of what a run reads."""
    return room(task_of(config).inputs.name, part)
