"""Schema migration of settings to today's version: a stored run, a file, a bundle's run.json, an order.

A new version takes two entries: its step in STEPS, and in OUTDATED the names that it does away with.
"""

from collections.abc import Callable, Mapping, Set
from typing import Any

from core.errors import ConfigError

Fields = dict[str, Any]
Migration = Callable[[Fields], Fields]

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


def _split_seed_apart(fields: Fields) -> Fields:
    """Version 2 split the rows by whole rows and by the seed of the training."""
    split = fields.get("split", {})
    if not isinstance(split, dict):
        return fields
    return {**fields, "split": {"split_seed": fields.get("seed", 0), "drawn_from": "rows", **split}}


STEPS: dict[int, Migration] = {1: _learning_apart, 2: _split_seed_apart}
"""Migrations by version: the pure function that makes the next version of its fields. It changes nothing that it gets.

A file sets some fields only, and a caller may give a group as the object it is: a step lets both pass.
"""
OUTDATED: Mapping[int, Set[str]] = {1: _DESCENT | _LORA | _OF_CLASSES | {"method"}, 2: set()}
"""Outdated field names by version, which only it and those before it had at the top: they date what says no version."""


def newest_version(steps: Mapping[int, Migration] = STEPS) -> int:
    """Schema version that the last migration leads to."""
    return max(steps, default=0) + 1


def upgrade(
    fields: Fields, steps: Mapping[int, Migration] = STEPS, outdated: Mapping[int, Set[str]] = OUTDATED
) -> Fields:
    """Migrates settings to today's schema version. Raises ConfigError where a newer Tuneboard wrote them."""
    newest = newest_version(steps)
    version = fields["schema_version"] if "schema_version" in fields else _dated(fields, newest, outdated)
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
