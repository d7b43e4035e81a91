"""Shown: one figure for a stakeholder."""

from core.config import Frozen


class Shown(Frozen):
    """One number for a screen: who reached it, the number, and what it means."""

    name: str
    value: str
    meaning: str
