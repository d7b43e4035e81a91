"""How good a model is: metrics with intervals, curves, and whether the difference is real.

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
from core.evaluation.judge import evaluate
from core.evaluation.meanings import METRICS, MetricMeaning
from core.evaluation.verdict import Verdict, verdict

__all__ = [
    "METRICS",
    "Calibration",
    "Confusion",
    "Curve",
    "Distribution",
    "MetricMeaning",
    "Verdict",
    "calibration",
    "confusion",
    "distribution",
    "evaluate",
    "precision_recall",
    "roc",
    "verdict",
    "wilson",
]
