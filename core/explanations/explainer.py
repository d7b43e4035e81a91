"""What every way to explain an answer has in common."""

from typing import TYPE_CHECKING, Protocol

import numpy as np

from core.callbacks import Watch

if TYPE_CHECKING:
    from core.explanations.aims import Aim
    from core.explanations.reading import TokenizedText


class Described(Protocol):
    """One way to explain an answer, as a person chooses it."""

    name: str
    title: str
    meaning: str


class Explainer(Described, Protocol):
    """One way to share an answer out among the words of a text."""

    def pushes(self, reading: "TokenizedText", aim: "Aim", watch: Watch) -> np.ndarray:
        """How much each word moves the score of `aim`, float64 (words,)."""
        ...
