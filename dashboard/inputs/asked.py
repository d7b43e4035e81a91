"""Rows that a command asks about."""

from dataclasses import dataclass

from core.inputs.base import Brought


@dataclass(frozen=True)
class AskedRows:
    """Input rows for a model, the file that each comes from where it is one, and notes on what was left out.

    `lines` are the lines of the one file that they all come from.
    """

    brought: Brought
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
