"""Rooms for answers of each kind: how answers are judged, shown, priced and told. A folder a kind, with alike files.

Whoever shows a run asks what its answers are and hands over to that room; no page knows more than the kind's name.
Sentences are here, which a command line needs too; what draws on a page is in `dashboard.answers.views`.
"""

from importlib import import_module
from typing import Any

from dashboard.answers.judgement import Judge, Judgement
from dashboard.answers.number.judgement import judge as judge_numbers
from dashboard.answers.one_class.judgement import judge as judge_classes

ROOMS = {"class": "one_class", "number": "number"}
"""Each kind's folder, by the name that answers and evaluations carry."""

JUDGES: dict[str, Judge] = {"class": judge_classes, "number": judge_numbers}
"""Who says whether fine-tuning was worth it, by the kind of the answers."""


def room(kind: str, part: str) -> Any:
    """The file `part` of the room of a kind, such as "predict"; loaded when it is first asked for."""
    return import_module(f"dashboard.answers.{ROOMS[kind]}.{part}")


__all__ = ["JUDGES", "ROOMS", "Judge", "Judgement", "room"]
