"""What the simple ways beside a model are called, and in which order they stand."""

from collections.abc import Iterable

from core.rivals import BASELINES
from dashboard.words import tr


def called(who: str) -> str:
    """The simple way's name; its own word where nobody here knows it."""
    return tr(BASELINES[who].title) if who in BASELINES else who


def in_order(some: Iterable[str]) -> list[str]:
    """The simple ways, the strong one first, strangers last."""
    known = list(BASELINES)
    return sorted(some, key=lambda who: known.index(who) if who in known else len(known))
