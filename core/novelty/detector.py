"""Nearest-neighbour detector: a row's distance to the training rows, as a conformal p-value.

The distance is one less the cosine to the fifth nearest training row, in the embeddings that the last layer reads (Sun
et al. 2022, "Out-of-distribution detection with deep nearest neighbors"). Its rank among the distances of rows that
taught nothing is the p-value: of new rows that are drawn as those were, at most the share a has one of a or below
(Bates et al. 2023, "Testing for outliers with conformal p-values").
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from core.arrays import Floats
from core.errors import ModelError

FALSE_ALARMS = 0.05
"""Largest share of new rows like the training rows that may be flagged."""
CONFIDENCE = 0.95
"""How sure that is, over the rows that calibrated: a tolerance limit (Wilks 1941)."""
FEWEST_ROWS = 59
"""Fewest rows to calibrate on: with fewer even the farthest of them promises too little."""
NEIGHBOUR = 5
BLOCK_ROWS = 1_024
FILE = "detector.safetensors"


@dataclass(frozen=True, eq=False)
class Detector:
    """Detector of rows unlike the training rows.

    `references` are embeddings of training rows, of unit length, float16 (rows, width); `known` are the distances of
    rows that taught nothing, float32, ascending.
    """

    references: NDArray[np.float16]
    known: NDArray[np.float32]

    @classmethod
    def fit(cls, learned: NDArray[np.float32], others: NDArray[np.float32]) -> "Detector | None":
        """Fits the detector to embeddings of training rows and of rows that taught nothing.

        None with fewer than FEWEST_ROWS of the latter, or without training rows: nothing could be promised.
        """
        if len(others) < FEWEST_ROWS or not len(learned):
            return None
        references = _unit(learned).astype(np.float16)
        return cls(references, np.sort(_distances(references, others)))

    @property
    def level(self) -> float:
        """Largest p-value that is flagged: with CONFIDENCE at most FALSE_ALARMS of rows alike have one so small.

        Of n rows the r farthest may be passed, with r the largest for which P(Binomial(n, FALSE_ALARMS) < r) is at most
        1 - CONFIDENCE; the level is r / (n + 1).
        """
        from scipy.stats import binom  # slow to load

        rows = len(self.known)
        return float(binom.ppf(1 - CONFIDENCE, rows, FALSE_ALARMS)) / (rows + 1)

    def p_values(self, vectors: NDArray[np.float32]) -> Floats:
        """Conformal p-value of each embedding, (1 + known distances as large or larger) / (1 + known distances)."""
        rows = len(self.known)
        nearer = np.searchsorted(self.known, _distances(self.references, vectors), side="left")
        found: Floats = (1 + rows - nearer) / (1 + rows)
        return found

    def flags(self, p_values: Floats) -> NDArray[np.bool_]:
        """Whether each row is unlike the training rows, by its p-value."""
        unlike: NDArray[np.bool_] = p_values <= self.level
        return unlike

    def save(self, folder: Path) -> None:
        """Saves the detector into a bundle, as safetensors."""
        save_file({"references": self.references, "known": self.known}, folder / FILE)


def open_detector(bundle: Path) -> Detector | None:
    """Opens a bundle's detector; None where it has none. Raises ModelError for one that cannot be read."""
    path = bundle / FILE
    if not path.is_file():
        return None
    try:
        found = load_file(path)
        return Detector(found["references"], found["known"])
    except (OSError, SafetensorError, KeyError) as error:
        raise ModelError(f"The detector in {bundle.name} cannot be opened.", "Train the model again.") from error


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (vectors / np.maximum(lengths, np.finfo(np.float32).tiny)).astype(np.float32)
    return unit


def _distances(references: NDArray[np.float16], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosine distance of each vector to its fifth nearest reference; to the farthest where there are fewer."""
    wide, place = references.astype(np.float32).T, min(NEIGHBOUR, len(references)) - 1
    found = np.empty(len(vectors), np.float32)
    for begin in range(0, len(vectors), BLOCK_ROWS):
        distances = 1 - _unit(vectors[begin : begin + BLOCK_ROWS]) @ wide
        found[begin : begin + BLOCK_ROWS] = np.partition(distances, place, axis=1)[:, place]
    return found
