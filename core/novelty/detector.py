"""Nearest-neighbour detector: a row's distance to the training rows, as a conformal p-value.

The distance in a layer is one less the cosine to the fifth nearest training row there (Sun et al. 2022,
"Out-of-distribution detection with deep nearest neighbors"), over its mean between training rows; those of all layers
are added, as the last one alone is rarely the best (Darrin et al. 2023, "Unsupervised layer-wise score aggregation for
textual OOD detection"). Its rank among the distances of rows that taught nothing is the p-value: of new rows that are
drawn as those were, at most the share a has one of a or below (Bates et al. 2023, "Testing for outliers with conformal
p-values").
"""

from dataclasses import dataclass, replace
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
LEAST_SCALE = 1e-3
"""Resolution of a cosine between float16 vectors."""
BLOCK_ROWS = 1_024
FILE = "detector.safetensors"

Layers = tuple[NDArray[np.float32], ...]
"""Embeddings of the same rows in several layers of a model, the last layer's first; each (rows, width)."""


@dataclass(frozen=True, eq=False)
class Detector:
    """Detector of rows unlike the training rows.

    `references` are embeddings of training rows in each layer, of unit length, float16 (rows, width); `scales` what a
    layer's distances are divided by; `known` the distances of rows that taught nothing, float32, ascending.
    """

    references: tuple[NDArray[np.float16], ...]
    scales: tuple[float, ...]
    known: NDArray[np.float32]

    @classmethod
    def fit(cls, learned: Layers, others: Layers) -> "Detector | None":
        """Fits the detector to embeddings of training rows and of rows that taught nothing.

        None with fewer than FEWEST_ROWS of the latter, or without training rows: nothing could be promised.
        """
        if len(others[0]) < FEWEST_ROWS or not len(learned[0]):
            return None
        references = tuple(_unit(one).astype(np.float16) for one in learned)
        empty = cls(references, tuple(map(_scale, references)), np.empty(0, np.float32))
        return replace(empty, known=np.sort(empty.distances(others)))

    def distances(self, layers: Layers) -> NDArray[np.float32]:
        """Distance of each row to the training rows, in the layers that the detector knows, float32 (rows,)."""
        parts = zip(self.references, self.scales, layers, strict=False)
        found: NDArray[np.float32] = sum(
            (_distances(references, one) / np.float32(scale) for references, scale, one in parts),
            np.zeros(len(layers[0]), np.float32),
        )
        return found

    @property
    def level(self) -> float:
        """Largest p-value that is flagged: with CONFIDENCE at most FALSE_ALARMS of rows alike have one so small.

        Of n rows the r farthest may be passed, with r the largest for which P(Binomial(n, FALSE_ALARMS) < r) is at most
        1 - CONFIDENCE; the level is r / (n + 1).
        """
        from scipy.stats import binom  # slow to load

        rows = len(self.known)
        return float(binom.ppf(1 - CONFIDENCE, rows, FALSE_ALARMS)) / (rows + 1)

    def p_values(self, layers: Layers) -> Floats:
        """Conformal p-value of each row, (1 + known distances as large or larger) / (1 + known distances)."""
        rows = len(self.known)
        nearer = np.searchsorted(self.known, self.distances(layers), side="left")
        found: Floats = (1 + rows - nearer) / (1 + rows)
        return found

    def flags(self, p_values: Floats) -> NDArray[np.bool_]:
        """Whether each row is unlike the training rows, by its p-value."""
        unlike: NDArray[np.bool_] = p_values <= self.level
        return unlike

    def save(self, folder: Path) -> None:
        """Saves the detector into a bundle, as safetensors."""
        layers = {f"references.{layer}": one for layer, one in enumerate(self.references)}
        save_file({**layers, "scales": np.array(self.scales), "known": self.known}, folder / FILE)


def open_detector(bundle: Path) -> Detector | None:
    """Opens a bundle's detector; None where it has none. Raises ModelError for one that cannot be read.

    One of an earlier version has `references` of the last layer only, whose distances are not divided.
    """
    path = bundle / FILE
    if not path.is_file():
        return None
    try:
        found = load_file(path)
        if "references" in found:
            return Detector((found["references"],), (1.0,), found["known"])
        scales = tuple(map(float, found["scales"]))
        references = tuple(found[f"references.{layer}"] for layer in range(len(scales)))
        return Detector(references, scales, found["known"])
    except (OSError, SafetensorError, KeyError) as error:
        raise ModelError(f"The detector in {bundle.name} cannot be opened.", "Train the model again.") from error


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (vectors / np.maximum(lengths, np.finfo(np.float32).tiny)).astype(np.float32)
    return unit


def _scale(references: NDArray[np.float16]) -> float:
    """Mean distance of the references to their own fifth nearest others."""
    wide = references.astype(np.float32)
    place = min(NEIGHBOUR, len(wide) - 1)
    return max(float(np.partition(1 - wide @ wide.T, place, axis=1)[:, place].mean()), LEAST_SCALE)


def _distances(references: NDArray[np.float16], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosine distance of each vector to its fifth nearest reference; to the farthest where there are fewer."""
    wide, place = references.astype(np.float32).T, min(NEIGHBOUR, len(references)) - 1
    found = np.empty(len(vectors), np.float32)
    for begin in range(0, len(vectors), BLOCK_ROWS):
        distances = 1 - _unit(vectors[begin : begin + BLOCK_ROWS]) @ wide
        found[begin : begin + BLOCK_ROWS] = np.partition(distances, place, axis=1)[:, place]
    return found
