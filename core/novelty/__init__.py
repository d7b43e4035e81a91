"""Out-of-distribution detection: which rows are unlike those that a model learned from. It needs no labels."""

from core.novelty.detector import CONFIDENCE, FALSE_ALARMS, FEWEST_ROWS, Detector, Layers, open_detector
from core.novelty.sample import MOST_REFERENCES, MOST_UNLABELLED, sample

__all__ = [
    "CONFIDENCE",
    "FALSE_ALARMS",
    "FEWEST_ROWS",
    "MOST_REFERENCES",
    "MOST_UNLABELLED",
    "Detector",
    "Layers",
    "open_detector",
    "sample",
]
