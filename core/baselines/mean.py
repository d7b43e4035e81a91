"""The constant baselines: every row gets the same number.

The mean is what R2 is measured against. Where a few targets are very large, the median has the smaller usual error
(of all constants, the smallest), so it is the harder one to beat there.
"""

import numpy as np

from core.baselines.number_rows import BaselineAnswers, NumberParts


def mean(parts: NumberParts) -> BaselineAnswers:
    """The mean of the training targets for every row."""
    return _always(parts, float(parts.train.targets.mean()))


def median(parts: NumberParts) -> BaselineAnswers:
    """The median of the training targets for every row."""
    return _always(parts, float(np.median(parts.train.targets)))


def _always(parts: NumberParts, number: float) -> BaselineAnswers:
    validation, test = (rows.answered(np.full(len(rows), number)) for rows in (parts.validation, parts.test))
    return BaselineAnswers(validation, test)
