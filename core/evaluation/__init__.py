"""Evaluation metrics with confidence intervals, curves, and whether a difference is real.

It knows answers only, never the model that made them.
"""

from core.evaluation.curves import (
    Calibration,
    Confusion,
    Curve,
    Distribution,
    calibration,
    confusion,
    distribution,
    precision_recall,
    roc,
)
from core.evaluation.intervals import wilson
from core.evaluation.judge import YARDSTICKS, evaluate
from core.evaluation.meanings import MEANINGS, METRICS, NUMBER_METRICS, MetricMeaning, best_baseline, goodness

__all__ = [
    "MEANINGS",
    "METRICS",
    "NUMBER_METRICS",
    "YARDSTICKS",
    "Calibration",
    "Confusion",
    "Curve",
    "Distribution",
    "MetricMeaning",
    "best_baseline",
    "calibration",
    "confusion",
    "distribution",
    "evaluate",
    "goodness",
    "precision_recall",
    "roc",
    "wilson",
]
