"""Texts that a model is asked about, outside of any run."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.data import Part


def part_of(texts: Sequence[str]) -> Part:
    """The texts as rows of which nobody knows the answer."""
    return Part(tuple(map(str, range(len(texts)))), tuple(texts), ("",) * len(texts))


def scores_of(model: Any, texts: Sequence[str]) -> np.ndarray:
    """The model's probabilities, (rows, classes)."""
    scores: np.ndarray = model.answer(part_of(texts)).scores
    return scores
