"""Scales of a table's features for a network: what brings numbers to one size and class names to codes.

A number becomes the normal score of its quantile among the training rows, so that no outlier drowns the others; a
missing one is 0, with a flag. A class becomes its place in a list; 0 stands for those that are seldom or new.
"""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from core.config import Frozen
from core.config.tasks import CellKind
from core.inputs.table.features import MOST_CLASSES, feature_names, features

QUANTILES = 100
FARTHEST = 1e-3
"""Share of rows beyond which a quantile counts no further: about three standard deviations."""
FEWEST_ROWS = 3
"""Rows that a class needs to have a code of its own."""


class TableScales(Frozen):
    """Quantiles of each number and codes of each class, as found in the training rows."""

    columns: dict[str, CellKind]
    quantiles: dict[str, tuple[float, ...]]
    codes: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, cells: Sequence[str], columns: Mapping[str, CellKind]) -> Self:
        """Scales of these training rows."""
        table, names = features(cells, columns), feature_names(columns)
        return cls(
            columns=dict(columns),
            quantiles={name: _quantiles(table[name]) for name in names.numbers},
            codes={name: _codes(table[name]) for name in names.classes},
        )

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of codes of each column of classes, 0 among them."""
        return tuple(len(codes) + 1 for codes in self.codes.values())

    def scaled(self, cells: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
        """Numbers, flags of the missing ones, and codes of classes, each (rows, columns)."""
        table, rows = features(cells, self.columns), len(cells)
        values = [_scored(table[name].to_numpy(float), known) for name, known in self.quantiles.items()]
        numbers = np.stack(values, axis=1) if values else np.zeros((rows, 0))
        places = [{word: n + 1 for n, word in enumerate(codes)} for codes in self.codes.values()]
        classes = np.zeros((rows, len(places)), np.int64)
        for place, (name, codes) in enumerate(zip(self.codes, places, strict=True)):
            classes[:, place] = table[name].map(codes).fillna(0)
        flags = np.isnan(numbers)
        return np.where(flags, 0.0, numbers).astype(np.float32), flags.astype(np.float32), classes


def _quantiles(values: pd.Series) -> tuple[float, ...]:
    known = values.dropna().to_numpy(float)
    return tuple(np.quantile(known, np.linspace(0, 1, QUANTILES)).tolist()) if len(known) else ()


def _scored(values: NDArray[np.float64], known: Sequence[float]) -> NDArray[np.float64]:
    """Normal scores of the values' quantiles; of equal quantiles the middle one counts."""
    if not known:
        return np.full(len(values), np.nan)
    points, shares = np.asarray(known), np.linspace(0, 1, len(known))
    low = np.interp(values, points, shares)
    high = 1 - np.interp(-values, -points[::-1], shares)
    scored: NDArray[np.float64] = ndtri(np.clip((low + high) / 2, FARTHEST, 1 - FARTHEST))
    return np.where(np.isnan(values), np.nan, scored)


def _codes(values: pd.Series) -> tuple[str, ...]:
    sizes = values.value_counts()
    return tuple(sorted(map(str, sizes[sizes >= FEWEST_ROWS].index[:MOST_CLASSES])))
