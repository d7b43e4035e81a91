"""Attributions of a record's answer: none yet."""

from collections.abc import Sequence

from core.explanations import Alike, Explanation
from dashboard.language.words import tr
from storage import Run


def asking() -> str:
    """Says that there is no such explanation."""
    return tr(
        "Answers to single records are not explained yet. The page Diagnostics shows for which groups it is weak."
    )


def explained(_run: Run, _found: Explanation, _cell: str, _key: str) -> None:
    """Draws nothing."""


def alike(_run: Run, _rows: Sequence[Alike], _target_title: str) -> None:
    """Draws nothing."""
