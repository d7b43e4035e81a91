"""Every kind of answers has a room with the same files, and in each the same functions with the same arguments."""

import inspect
from pathlib import Path
from types import ModuleType

import pytest

from core.evaluation import YARDSTICKS
from core.explanations import METHODS
from core.tasks import TASKS
from dashboard import answers, inputs
from dashboard.answers import ROOMS, room

ALIKE = ("asked", "command", "data", "demo", "examples", "explain", "payoff", "predict", "report", "telling", "worth")
INPUTS_ALIKE = ("command", "demo", "explain", "predict", "report", "words")


def functions(kind: str, part: str) -> dict[str, list[str]]:
    """The public functions that a file defines or hands on, with the names of their arguments."""
    return functions_of(room(kind, part))


def functions_of(module: ModuleType) -> dict[str, list[str]]:
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


def test_every_kind_of_inputs_has_a_room_and_ways_to_explain():
    kinds = {task.inputs.name for task in TASKS.values()}
    assert kinds <= set(inputs.ROOMS)
    assert kinds <= set(METHODS)


@pytest.mark.parametrize("part", INPUTS_ALIKE)
def test_what_one_room_of_inputs_offers_every_other_offers_too(part):
    offered = {kind: functions_of(inputs.room(kind, part)) for kind in inputs.ROOMS}
    common = set.intersection(*(set(one) for one in offered.values()))
    assert common
    for name in common:
        assert len({tuple(one[name]) for one in offered.values()}) == 1, (part, name)
