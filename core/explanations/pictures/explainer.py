"""Protocol of attribution methods for pictures."""

from typing import TYPE_CHECKING, Protocol

import numpy as np

from core.callbacks import Watch
from core.explanations.explainer import Described

if TYPE_CHECKING:
    from core.explanations.aims import Aim
    from core.explanations.pictures.seeing import Seeing


class PictureExplainer(Described, Protocol):
    """Attribution method for pictures: shares an answer out among the patches."""

    def pushes(self, seeing: "Seeing", aim: "Aim", watch: Watch) -> np.ndarray:
        """Attribution of each patch to the score of `aim`, float64 (patches down, patches across)."""
        ...
