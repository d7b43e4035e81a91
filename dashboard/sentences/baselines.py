"""Names of the baselines beside a model, and their order."""

from collections.abc import Iterable

from core.baselines import BASELINES
from dashboard.language.words import tr, word

SPOKEN = {"pixels": word("comparing raw points"), "gradients": word("comparing edges and colours")}
"""Names within a sentence, of baselines whose title names no activity."""


def called(who: str) -> str:
    """Title of the baseline; its key where it is unknown here."""
    return tr(BASELINES[who].title) if who in BASELINES else who


def spoken(who: str) -> str:
    """Name of the baseline within a sentence: "word counting"."""
    return tr(SPOKEN[who]) if who in SPOKEN else called(who).lower()


def in_order(some: Iterable[str]) -> list[str]:
    """Baselines in the registry's order, the strongest first, unknown ones last."""
    known = list(BASELINES)
    return sorted(some, key=lambda who: known.index(who) if who in known else len(known))
