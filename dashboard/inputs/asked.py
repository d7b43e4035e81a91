"""Rows that a command asks about."""

from dataclasses import dataclass

from core.inputs.base import Brought


@dataclass(frozen=True)
class AskedRows:
    """What a model is to read, the file that each row comes from where it is one, and what was left out."""

    brought: Brought
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
