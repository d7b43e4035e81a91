"""Protocols of attribution methods for texts."""

from typing import TYPE_CHECKING, Protocol

import numpy as np

from core.callbacks import Watch

if TYPE_CHECKING:
    from core.explanations.aims import Aim
    from core.explanations.reading import TokenizedText


class Described(Protocol):
    """Attribution method, as a person chooses it."""

    name: str
    title: str
    meaning: str


class Explainer(Described, Protocol):
    """Attribution method for texts: shares an answer out among the words."""

    def pushes(self, reading: "TokenizedText", aim: "Aim", watch: Watch) -> np.ndarray:
        """Attribution of each word to the score of `aim`, float64 (words,)."""
        ...
