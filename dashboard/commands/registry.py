"""Registry of the commands: where each stands. A command's module is imported when the command is called."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

COMMANDS = {
    "up": "serving:up",
    "dashboard": "serving:dashboard",
    "worker": "serving:worker",
    "predictor": "serving:predictor",
    "scenarios": "data:scenarios",
    "train": "training:train",
    "quote": "training:quote",
    "labels": "labels:labels",
    "evaluate": "answering:evaluate",
    "payoff": "payoff:payoff",
    "predict": "answering:predict",
    "explain": "answering:explain",
    "compare": "comparing:compare_runs",
    "report": "sharing:report",
    "share": "sharing:share",
    "shares": "sharing:shares",
    "unshare": "sharing:unshare",
    "backup": "keeping:backup",
    "restore": "keeping:restore",
    "publish": "keeping:publish",
    "health": "keeping:health",
    "prune": "keeping:prune",
    "rescue": "rescuing:rescue",
    "copy-to": "keeping:copy_to",
    "audit": "people:audit",
    "datasets": "data:datasets",
    "models": "data:models",
    "runs": "runs:runs",
    "accounts": "people:accounts",
}
"""Each command's place, "module:function" or "module:group", in the order in which help lists them."""


class Imported(Mapping[str, Any]):
    """Commands by name; each is imported, and then passed through `told`, when it is first looked up."""

    def __init__(self) -> None:
        self.told: Callable[[Any], Any] = lambda command: command
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = self.told(_command(name))
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class Commands(TyperGroup):
    """Group of all commands, imported when they are called (Click's lazily loaded subcommands)."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = Imported()


@contextmanager
def _for_good() -> Iterator[None]:
    """No garbage collection while modules are imported, nor, in a new process, of what they hold: they stay to the end.

    Walking through all that Pydantic and SQLAlchemy made takes as long as a fifth of a short command.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
    if not gc.get_freeze_count():
        gc.freeze()


def _command(name: str) -> Any:
    """Imports the command. Raises KeyError where there is none of this name."""
    module, _, thing = COMMANDS[name].partition(":")
    with _for_good():
        found = getattr(import_module(f"dashboard.commands.{module}"), thing)
    holder = typer.Typer()
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name)
    else:
        holder.command(name)(found)
    return typer.main.get_group(holder).commands[name]
