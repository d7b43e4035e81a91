"""The majority baseline: give every row the class that is most common among the training rows."""

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from core.results import Predictions

if TYPE_CHECKING:
    from core.data import Prepared


def majority(prepared: "Prepared") -> Predictions:
    """Every test row gets the training rows' class shares as its scores, so its answer is the commonest class."""
    counts = Counter(prepared.train.targets)
    shares = np.array([counts[label] for label in prepared.labels], np.float32)
    return Predictions(
        row_ids=prepared.test.row_ids,
        targets=prepared.test.targets,
        labels=prepared.labels,
        scores=np.tile(shares / shares.sum(), (len(prepared.test.row_ids), 1)),
    )
