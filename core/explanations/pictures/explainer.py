"""What every way to explain the answer to a picture has in common."""

from typing import TYPE_CHECKING, Protocol

import numpy as np

from core.callbacks import Watch
from core.explanations.explainer import Described

if TYPE_CHECKING:
    from core.explanations.aims import Aim
    from core.explanations.pictures.seeing import Seeing


class PictureExplainer(Described, Protocol):
    """One way to share an answer out among the patches of a picture."""

    def pushes(self, seeing: "Seeing", aim: "Aim", watch: Watch) -> np.ndarray:
        """How much each patch moves the score of `aim`, float64 (patches down, patches across)."""
        ...
