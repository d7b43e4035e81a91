"""Findings of data validation: what is wrong, or worth knowing, about rows."""

import shlex
from collections.abc import Iterable
from typing import Literal

from core.config import Frozen
from core.data.files.options import ReadOptions
from core.data.mends import Offer

Severity = Literal["error", "warning", "info"]
ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}

EMPTY_TARGET = frozenset({"no_targets", "empty_targets", "too_few_rows", "one_class"})
"""Codes of findings that the target, or all of it, is empty."""


class OtherSetting(Frozen):
    """Value of a run's setting, by its dotted name, that answers a finding."""

    name: str
    value: str

    @property
    def option(self) -> str:
        """The same as an option of the command."""
        return f"--set {self.name}={shlex.quote(self.value)}"


class SheetAtHand(Frozen):
    """Sheet of a workbook: its rows with a value in them, whether it is hidden, and whether it was read."""

    name: str
    rows: int
    is_hidden: bool = False
    is_read: bool = False


class Finding(Frozen):
    """One finding: `message` says what with the real values, `hint` what to do, `rows` how many rows it touches.

    `examples` are the positions of some of these rows, the first being 0; where rows belong together, they stand
    together. `readings` are other ways to read the file, each a whole set of options; the first is the likeliest.
    `columns` are those that it is about, where it is about some. `settings` are settings of a run that answer it.
    `sheets` are all that a workbook has, where it has several.
    """

    code: str
    severity: Severity
    message: str
    hint: str = ""
    rows: int | None = None
    examples: tuple[int, ...] = ()
    readings: tuple[ReadOptions, ...] = ()
    mends: tuple[Offer, ...] = ()
    columns: tuple[str, ...] = ()
    settings: tuple[OtherSetting, ...] = ()
    sheets: tuple[SheetAtHand, ...] = ()

    def mended_by(self, *mends: Offer) -> "Finding":
        """The finding with these mends, those that would change a row."""
        return self.model_copy(update={"mends": tuple(one for one in mends if one.rows)})

    def answered_by(self, setting: str, value: str) -> "Finding":
        """The finding with a setting of a run that answers it."""
        return self.model_copy(update={"settings": (*self.settings, OtherSetting(name=setting, value=value))})


def error(code: str, message: str, hint: str = "", rows: int | None = None) -> Finding:
    """An error: it must be mended before training."""
    return Finding(code=code, severity="error", message=message, hint=hint, rows=rows)


def warning(code: str, message: str, hint: str = "", rows: int | None = None) -> Finding:
    """A warning: it will make the result worse or its measure less sure."""
    return Finding(code=code, severity="warning", message=message, hint=hint, rows=rows)


def info(code: str, message: str, hint: str = "", rows: int | None = None) -> Finding:
    """A piece of information, good to know."""
    return Finding(code=code, severity="info", message=message, hint=hint, rows=rows)


def with_reading(read: Iterable[Finding], checked: Iterable[Finding], target: str) -> list[Finding]:
    """Findings of reading and of the checks, errors first.

    Where the target's cells are formulas without results, that is the error, and not that they are empty.
    """
    lost = {one for one in read if one.code == "formulas_without_results" and target in one.columns}
    kept = [one for one in checked if not (lost and one.code in EMPTY_TARGET)]
    found = [one.model_copy(update={"severity": "error"}) if one in lost else one for one in read]
    return sorted([*found, *kept], key=lambda one: ORDER[one.severity])
