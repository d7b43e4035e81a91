"""Names of the baselines beside a model, and their order."""

from collections.abc import Iterable

from core.baselines import BASELINES
from dashboard.language.words import tr


def called(who: str) -> str:
    """Title of the baseline; its key where it is unknown here."""
    return tr(BASELINES[who].title) if who in BASELINES else who


def spoken(who: str) -> str:
    """Name of the baseline within a sentence: "the TF-IDF baseline"."""
    return tr(BASELINES[who].spoken) if who in BASELINES else who


def in_order(some: Iterable[str]) -> list[str]:
    """Baselines in the registry's order, the strongest first, unknown ones last."""
    known = list(BASELINES)
    return sorted(some, key=lambda who: known.index(who) if who in known else len(known))
