"""The majority baseline: give every row the class that is most common."""

from typing import TYPE_CHECKING

import numpy as np

from core.answers import ClassAnswers
from core.targets import ClassTarget

if TYPE_CHECKING:
    from core.data import Part
    from core.preparation import Prepared


def majority(prepared: "Prepared") -> tuple[ClassAnswers, ClassAnswers]:
    """Class priors as the scores of every test row, and of every validation row that thresholds are chosen on.

    The priors are the class shares of all training rows, also of those that `rows_per_class` leaves out: which class is
    common is known without labelling every row.
    """
    target = prepared.target
    assert isinstance(target, ClassTarget)  # noqa: S101  # a baseline of tasks that learn classes
    shares = np.array(target.rows, np.float32)
    test, choosing = (
        _always(part, target.labels, shares / shares.sum()) for part in (prepared.test, prepared.choosing)
    )
    return test, choosing


def _always(part: "Part", labels: tuple[str, ...], shares: np.ndarray) -> ClassAnswers:
    return ClassAnswers(part.row_ids, part.targets, labels, np.tile(shares, (len(part), 1)))
