"""What the baselines beside a model are called, and in which order they stand."""

from collections.abc import Iterable

from core.baselines import BASELINES
from dashboard.language.words import tr, word

SPOKEN = {"pixels": word("comparing raw points")}
"""Baselines whose title names no activity."""


def called(who: str) -> str:
    """The baseline's name; its own word where nobody here knows it."""
    return tr(BASELINES[who].title) if who in BASELINES else who


def spoken(who: str) -> str:
    """The same within a sentence, where it does something: "word counting"."""
    return tr(SPOKEN[who]) if who in SPOKEN else called(who).lower()


def in_order(some: Iterable[str]) -> list[str]:
    """The baselines, the strong one first, strangers last."""
    known = list(BASELINES)
    return sorted(some, key=lambda who: known.index(who) if who in known else len(known))
