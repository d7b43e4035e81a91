"""Every kind of answers has a room with the same files, and in each the same functions with the same arguments."""

import inspect
from pathlib import Path

import pytest

from core.evaluation import YARDSTICKS
from dashboard import answers
from dashboard.answers import ROOMS, room

ALIKE = ("asked", "command", "data", "demo", "examples", "explain", "payoff", "predict", "report", "telling", "worth")


def functions(kind: str, part: str) -> dict[str, list[str]]:
    """The public functions that a file defines or hands on, with the names of their arguments."""
    module = room(kind, part)
    named = getattr(module, "__all__", None)
    found = inspect.getmembers(module, inspect.isfunction)
    return {
        name: [argument.lstrip("_") for argument in inspect.signature(one).parameters]
        for name, one in found
        if not name.startswith("_") and (name in named if named else one.__module__ == module.__name__)
    }


def test_every_kind_of_answers_has_a_room():
    assert set(ROOMS) == set(YARDSTICKS)
    for folder in ROOMS.values():
        assert (Path(answers.__file__).parent / folder / "__init__.py").is_file()


@pytest.mark.parametrize("part", ALIKE)
def test_what_one_room_offers_every_other_offers_too(part):
    offered = {kind: functions(kind, part) for kind in ROOMS}
    common = set.intersection(*(set(one) for one in offered.values()))
    assert common
    for name in common:
        assert len({tuple(one[name]) for one in offered.values()}) == 1, (part, name)
