"""Protocol of attribution methods for records."""

from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from core.callbacks import Watch
from core.explanations.explainer import Described

if TYPE_CHECKING:
    from core.explanations.aims import Aim
    from core.explanations.table.record import MixedRecord


class RecordExplainer(Described, Protocol):
    """Attribution method for records: shares an answer out among the columns."""

    def pushes(self, record: "MixedRecord", aim: "Aim", watch: Watch) -> NDArray[np.float64]:
        """Attribution of each column to the score of `aim` against each reference row, (references, columns)."""
        ...
