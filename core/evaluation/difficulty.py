"""Difficulty: how large errors usually are near an answer. A value only; `conformal` learns it."""

from typing import TYPE_CHECKING

from core.config import Frozen

if TYPE_CHECKING:  # a process that only keeps decisions needs no NumPy
    from core.arrays import Floats


class Difficulty(Frozen):
    """Local error scale, piecewise linear: how large errors usually are, `sizes` at the answers `knots`."""

    knots: tuple[float, ...]
    sizes: tuple[float, ...]

    def of(self, values: "Floats") -> "Floats":
        """The usual size of the error of each answer, above 0."""
        import numpy as np

        found: Floats = np.interp(values, self.knots, self.sizes)
        return found
