"""What every way to explain an answer has in common."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from core.explanations.aims import Aim
    from core.explanations.reading import Reading

Watch = Callable[[int, int], None]
"""Told how often the model was asked, and how often it will be in all; may raise Stopped."""


class Described(Protocol):
    """One way to explain an answer, as a person chooses it."""

    name: str
    title: str
    meaning: str


class Explainer(Described, Protocol):
    """One way to share an answer out among the words of a text."""

    def pushes(self, reading: "Reading", aim: "Aim", watch: Watch) -> np.ndarray:
        """How much each word moves the score of `aim`, float64 (words,)."""
        ...
