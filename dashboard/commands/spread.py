"""Option groups that several commands share: a dataclass whose fields become each command's own parameters."""

import inspect
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import wraps
from typing import Any, get_type_hints


def spread(command: Callable[..., None]) -> Callable[..., None]:
    """Decorator that replaces each dataclass parameter of a command by that class's fields, for Typer to read."""
    own = inspect.signature(command).parameters
    hints = get_type_hints(command, include_extras=True)
    groups = {name: hints[name] for name in own if is_dataclass(hints[name])}
    parts = {name: list(_fields_of(kind)) for name, kind in groups.items()}

    @wraps(command)
    def spread_out(**given: Any) -> None:
        gathered = {
            name: kind(**{field.name: given.pop(field.name) for field in parts[name]}) for name, kind in groups.items()
        }
        command(**gathered, **given)

    flat = [
        field
        for name, parameter in own.items()
        for field in (parts[name] if name in groups else [parameter.replace(annotation=hints[name])])
    ]
    ordered = sorted(flat, key=lambda field: field.default is not inspect.Parameter.empty)  # those without a default
    spread_out.__signature__ = inspect.Signature(ordered)  # type: ignore[attr-defined]
    spread_out.__annotations__ = {field.name: field.annotation for field in ordered}
    del spread_out.__wrapped__  # type: ignore[attr-defined]  # or Typer reads the command beneath
    return spread_out


def _fields_of(kind: type) -> list[inspect.Parameter]:
    hints = get_type_hints(kind, include_extras=True)
    return [field.replace(annotation=hints[name]) for name, field in inspect.signature(kind).parameters.items()]
