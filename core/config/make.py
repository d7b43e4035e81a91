"""Parsing of settings from plain values, as a form, a file or a command line has them."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from core.config.base import Frozen
from core.config.learning import METHODS
from core.config.run import FIRST_TASK, Preparation, RunConfig, Split
from core.config.upgrade import upgrade
from core.errors import ConfigError, did_you_mean

PRESETS: dict[str, dict[str, Any]] = {
    "quick": {"preset": "quick", "learning": {"method": "frozen"}},
    "balanced": {"preset": "balanced", "learning": {"method": "full"}},
    "best": {"preset": "best", "learning": {"method": "full", "early_stopping": 3}},
}
"""Default values of each preset, where a task says nothing else. Values not named here are the fields' own defaults."""


def make_config(**fields: Any) -> RunConfig:
    """Parses a RunConfig from plain values, nested, dotted (`split.by`) or short (`epochs`, which one group alone has).

    A preset fills every field that is not given; what the chosen task or method does not know is left out, where
    another one knows it. Raises ConfigError with one plain sentence.
    """
    given = {name: value for name, value in fields.items() if value is not None or name not in groups()}
    if isinstance(given.get("task"), str):
        given = {"task.task" if name == "task" else name: value for name, value in given.items()}
    nested = _grouped(upgrade(_nest(given)))
    task = _name(nested, "task", FIRST_TASK)
    preset = nested.get("preset", "quick")
    presets = presets_of(task)
    nested = _merge(presets.get(preset, {}) if isinstance(preset, str) else {}, nested)
    nested = _merge({"task": {"task": task}}, nested)
    nested["task"] = _fitting(nested["task"], groups(task)["task"], _every("task"))
    method = _name(nested, "learning", "frozen", key="method")
    if method in METHODS:
        nested["learning"] = _fitting(nested.get("learning", {}), METHODS[method], _every("learning"))
    try:
        return RunConfig.model_validate(nested)
    except ValidationError as error:
        raise _as_sentence(error, task, method) from None


def presets_of(task: str) -> dict[str, dict[str, Any]]:
    """Default values of each preset for a task."""
    from core.tasks import TASKS

    own = TASKS[task].presets if task in TASKS else {}
    return {name: _merge(preset, dict(own.get(name, {}))) for name, preset in PRESETS.items()}


def groups(task: str = FIRST_TASK, method: str = "frozen") -> dict[str, type[Frozen]]:
    """Nested models of a RunConfig of this task and method, by field."""
    from core.tasks import settings_of

    return {
        "task": settings_of(task),
        "preparation": Preparation,
        "split": Split,
        "learning": METHODS.get(method, Frozen),
    }


def _every(group: str) -> set[str]:
    """Every setting that some task, or some method, has."""
    from core.tasks import TASKS, settings_of

    classes = map(settings_of, TASKS) if group == "task" else METHODS.values()
    return {name for one in classes for name in one.model_fields}


def _name(nested: Mapping[str, Any], group: str, otherwise: str, key: str = "") -> str:
    found = nested.get(group)
    found = found.get(key or group, otherwise) if isinstance(found, dict) else getattr(found, key or group, otherwise)
    return found if isinstance(found, str) else otherwise


def _grouped(nested: dict[str, Any]) -> dict[str, Any]:
    """The values with each short name in the group that has it."""
    homes = {
        "learning": _every("learning"),
        "task": _every("task"),
        "preparation": set(Preparation.model_fields),
        "split": set(Split.model_fields),
    }
    found: dict[str, Any] = {}
    for name, value in nested.items():
        home = next((group for group, names in homes.items() if name in names), None)
        is_short = name not in RunConfig.model_fields and home is not None
        found = _merge(found, {home: {name: value}} if is_short and home else {name: value})
    return found


def _fitting(values: Any, settings: type[Frozen], every: set[str]) -> Any:
    """Filter of the values: without those that only another task or method knows."""
    if not isinstance(values, dict):
        return values
    return {name: value for name, value in values.items() if name in settings.model_fields or name not in every}


def _nest(fields: dict[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, value in fields.items():
        *parents, last = name.split(".")
        spot = nested
        for parent in parents:
            spot = _group(spot, parent, name)
        if isinstance(value, dict) and isinstance(spot.get(last), dict):
            spot[last] = _merge(spot[last], value)
        else:
            spot[last] = value
    return nested


def _group(above: dict[str, Any], name: str, wanted: str) -> dict[str, Any]:
    """The group of settings called `name`, made where it is not there or empty. Raises ConfigError for a value."""
    if above.get(name) is None:
        above[name] = {}
    group = above[name]
    if not isinstance(group, dict):
        raise ConfigError(
            f"'{name}' is set to {group!r}, and '{wanted}' is one of its parts.",
            f"Set each part of '{name}' by its name, as in '{wanted}'.",
        )
    return group


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Deep merge of two nested dictionaries: `above` laid over `below`, group by group."""
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        merged[name] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _as_sentence(error: ValidationError, task: str, method: str) -> ConfigError:
    first = error.errors()[0]
    parts = [str(part) for part in first["loc"]]
    place = ".".join(part for n, part in enumerate(parts) if not (n == 1 and parts[0] == "learning" and part == method))
    if first["type"] == "extra_forbidden":
        inner = (f"{group}.{name}" for group, model in groups(task, method).items() for name in model.model_fields)
        return ConfigError(
            f"There is no setting called '{place}'.", did_you_mean(place, [*RunConfig.model_fields, *inner])
        )
    if first["type"] == "value_error":
        return ConfigError(str(first["msg"]).removeprefix("Value error, ") + ".")
    return ConfigError(f"The setting '{place}' is {first['input']!r}. {first['msg']}.", "Change it and try again.")
