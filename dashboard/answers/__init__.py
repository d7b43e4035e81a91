"""Answer kinds on the screen: evaluation, charts, prices and sentences. A folder a kind, with the same files in each.

Whoever shows a run asks what its answers are and hands over to that room; no page knows more than the kind's name.
"""

from importlib import import_module
from typing import Any

ROOMS = {"class": "one_class", "number": "number"}
"""Each kind's folder, by the name that answers and evaluations carry."""


def room(kind: str, part: str) -> Any:
    """The file `part` of the room of a kind, such as "predict"; loaded when it is first asked for."""
    return import_module(f"dashboard.answers.{ROOMS[kind]}.{part}")
