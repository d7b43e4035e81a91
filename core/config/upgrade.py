"""Lifts settings of any released shape to today's: a stored run, a file, a bundle's run.json, an order.

A new shape takes two entries: its step in STEPS, and in OUTDATED the names that it does away with.
"""

from collections.abc import Callable, Mapping, Set
from typing import Any

from core.errors import ConfigError

Fields = dict[str, Any]
Lift = Callable[[Fields], Fields]

_DESCENT = {
    *("epochs", "batch_size", "gradient_accumulation_steps", "learning_rate", "optimizer", "momentum"),
    *("weight_decay", "schedule", "warmup", "dropout", "keep_start", "max_grad_norm", "early_stopping"),
}
_LORA = {"lora_rank", "lora_alpha", "lora_dropout"}
_OF_CLASSES = {"label_smoothing", "class_weights"}
_KNOWN = {"frozen": {"method"}, "full": _DESCENT | {"method"}, "lora": _DESCENT | _LORA | {"method"}}


def _learning_apart(fields: Fields) -> Fields:
    """Version 1 had every setting of learning and of classes at the top, those of other methods too."""
    known = _KNOWN.get(str(fields.get("method", "")), _DESCENT | _LORA | {"method"})
    learning = {name: value for name, value in fields.items() if name in known}
    classes = {name: value for name, value in fields.items() if name in _OF_CLASSES}
    rest = {name: value for name, value in fields.items() if name not in _DESCENT | _LORA | _OF_CLASSES | {"method"}}
    for group, values in (("learning", learning), ("task", classes)):
        if values and isinstance(rest.get(group, {}), dict):
            rest[group] = {**rest.get(group, {}), **values}
    return rest


STEPS: dict[int, Lift] = {1: _learning_apart}
"""By a version, the pure function that makes the next version of its fields. It changes nothing in what it is given.

A file sets some fields only, and a caller may give a group as the object it is: a step lets both pass.
"""
OUTDATED: Mapping[int, Set[str]] = {1: _DESCENT | _LORA | _OF_CLASSES | {"method"}}
"""By a version, names at the top that only it and those before it had: what says no version, its names date."""


def newest_version(steps: Mapping[int, Lift] = STEPS) -> int:
    """The version that the last step leads to."""
    return max(steps, default=0) + 1


def upgrade(fields: Fields, steps: Mapping[int, Lift] = STEPS, outdated: Mapping[int, Set[str]] = OUTDATED) -> Fields:
    """The same settings in today's shape. Raises ConfigError where a newer Tuneboard wrote them."""
    newest = newest_version(steps)
    version = fields.get("schema_version", _dated(fields, newest, outdated))
    if not isinstance(version, int) or version < 1:
        return fields  # no version at all; the model says so
    if version > newest:
        raise ConfigError(
            f"These settings were written by a newer Tuneboard: in version {version}, and this one reads up to "
            f"{newest}.",
            "Update Tuneboard, or take settings that this one wrote.",
        )
    for one in range(version, newest):
        fields = {**steps[one](fields), "schema_version": one + 1}
    return fields


def _dated(fields: Fields, newest: int, outdated: Mapping[int, Set[str]]) -> int:
    """The oldest version that had one of these names at the top."""
    return min((version for version, names in outdated.items() if not names.isdisjoint(fields)), default=newest)
