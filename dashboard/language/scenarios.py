"""Translation of scenarios: their texts for people, in the reader's language. Rows, classes and examples stay."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TypeVar

from pydantic import BaseModel

from core.scenarios import SCENARIOS
from core.scenarios.scenario import Scenario
from dashboard.language.words import SOURCE_LANGUAGE, language, tr

SPOKEN = {
    "title", "market", "question", "story", "summary", "case", "why", "meaning", "misuse", "description", "licence",
}  # fmt: skip
"""Names of the fields, at any depth of a scenario, that hold texts for people."""
DATA = {"examples", "settings", "presets", "repeated", "archive"}
Told = TypeVar("Told", bound=BaseModel)


def scenarios() -> dict[str, Scenario]:
    """Scenarios by key, in the reader's language."""
    return SCENARIOS if language() == SOURCE_LANGUAGE else _scenarios(language())


@lru_cache(maxsize=8)
def _scenarios(_language: str) -> dict[str, Scenario]:
    return {key: _translated(one) for key, one in SCENARIOS.items()}


def texts() -> Iterator[str]:
    """Every text of the scenarios for people."""
    for one in SCENARIOS.values():
        yield from _texts(one)


def _texts(told: BaseModel) -> Iterator[str]:
    for name in type(told).model_fields:
        value = getattr(told, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, BaseModel) and name not in DATA:
                yield from _texts(one)
            elif isinstance(one, str) and name in SPOKEN and one:
                yield one


def _translated(told: Told) -> Told:
    changed = {name: _of(name, getattr(told, name)) for name in type(told).model_fields if name not in DATA}
    return told.model_copy(update=changed)


def _of(name: str, value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_of(name, one) for one in value)
    if isinstance(value, BaseModel):
        return _translated(value)
    return tr(value) if isinstance(value, str) and name in SPOKEN else value
