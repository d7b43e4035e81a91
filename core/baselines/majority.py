"""The majority baseline: give every row the class that is most common."""

from typing import TYPE_CHECKING

import numpy as np

from core.answers import ClassAnswers
from core.targets import ClassTarget

if TYPE_CHECKING:
    from core.preparation import Prepared


def majority(prepared: "Prepared") -> ClassAnswers:
    """Class priors as the scores of every test row, so that its answer is the commonest class.

    The priors are the class shares of all training rows, also of those that `rows_per_class` leaves out: which class is
    common is known without labelling every row.
    """
    target = prepared.target
    assert isinstance(target, ClassTarget)  # noqa: S101  # a baseline of tasks that learn classes
    shares = np.array(target.rows, np.float32)
    return ClassAnswers(
        row_ids=prepared.test.row_ids,
        targets=prepared.test.targets,
        labels=target.labels,
        scores=np.tile(shares / shares.sum(), (len(prepared.test.row_ids), 1)),
    )
