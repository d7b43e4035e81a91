"""Shapley values of columns (Lundberg and Lee 2017; Strumbelj and Kononenko 2014), against reference rows.

For each reference row the columns of the record replace its own one by one; a column's value is the mean of what its
coming changes, over all orders, or over random ones and their reverses (Mitchell et al. 2022). Each reference row has
orders of its own, so that the spread over reference rows holds the chance of both.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.callbacks import Watch

if TYPE_CHECKING:
    from core.explanations.aims import Aim
    from core.explanations.table.record import MixedRecord

ALL_SUBSETS = 8
"""Columns up to which every subset of them is asked about."""
ASKED = 25_600
"""Rows that the model is asked about, roughly."""


class ColumnShapley:
    """Shapley values of a record's columns."""

    name = "shap"
    title = "SHAP values"
    meaning = (
        "Puts the record's columns one by one, in many orders, into rows that the model learned from, and gives each "
        "the mean of what it adds. Its parts add up exactly."
    )

    def pushes(self, record: "MixedRecord", aim: "Aim", watch: Watch) -> NDArray[np.float64]:
        """Attribution of each column to the score of `aim` against each reference row, (references, columns)."""
        columns = len(record.columns)
        if columns <= ALL_SUBSETS:
            return _exact(record, aim, watch)
        pairs = max(1, ASKED // (2 * columns * record.references))
        return _sampled(record, aim, pairs, watch)


def _exact(record: "MixedRecord", aim: "Aim", watch: Watch) -> NDArray[np.float64]:
    columns, references = len(record.columns), record.references
    subsets = np.arange(2**columns)
    present = (subsets[:, None] >> np.arange(columns)) & 1 == 1
    scores = _scores(
        record, aim, np.tile(present, (references, 1)), np.repeat(np.arange(references), len(present)), watch
    )
    value = scores.reshape(references, len(subsets))
    sizes = present.sum(axis=1)
    found = np.zeros((references, columns))
    for column in range(columns):
        without = subsets[~present[:, column]]
        weights = np.array([1 / (columns * math.comb(columns - 1, int(size))) for size in sizes[without]])
        found[:, column] = (value[:, without | (1 << column)] - value[:, without]) @ weights
    return found


def _sampled(record: "MixedRecord", aim: "Aim", pairs: int, watch: Watch) -> NDArray[np.float64]:
    columns, references = len(record.columns), record.references
    chance = np.random.default_rng(0)
    drawn = np.array([chance.permutation(columns) for _ in range(references * pairs)])
    orders = np.stack([drawn, drawn[:, ::-1]], axis=1).reshape(-1, columns)
    ranks = np.argsort(orders, axis=1)
    present = (ranks[:, None, :] < np.arange(columns + 1)[None, :, None]).reshape(-1, columns)
    other = np.repeat(np.arange(references), 2 * pairs * (columns + 1))
    gains = np.diff(_scores(record, aim, present, other, watch).reshape(len(orders), columns + 1), axis=1)
    own = np.take_along_axis(gains, ranks, axis=1).reshape(references, 2 * pairs, columns)
    found: NDArray[np.float64] = own.mean(axis=1)
    return found


def _scores(
    record: "MixedRecord", aim: "Aim", present: NDArray[np.bool_], other: NDArray[np.int64], watch: Watch
) -> NDArray[np.float64]:
    found: NDArray[np.float64] = aim.score(record.outputs(present, other, watch)).numpy()
    return found
