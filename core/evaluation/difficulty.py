"""Difficulty: how large errors usually are near an answer. A value only; `conformal` learns it."""

import numpy as np

from core.arrays import Floats
from core.config import Frozen


class Difficulty(Frozen):
    """Local error scale, piecewise linear: how large errors usually are, `sizes` at the answers `knots`."""

    knots: tuple[float, ...]
    sizes: tuple[float, ...]

    def of(self, values: Floats) -> Floats:
        """The usual size of the error of each answer, above 0."""
        found: Floats = np.interp(values, self.knots, self.sizes)
        return found
