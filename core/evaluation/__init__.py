"""How good a model is: metrics with intervals, curves, baselines, and whether the difference is real.

It knows Predictions only, never the model that made them.
"""

from core.evaluation.judge import evaluate
from core.evaluation.majority import majority
from core.evaluation.meanings import METRICS, MetricMeaning
from core.evaluation.tfidf import tfidf

__all__ = ["METRICS", "MetricMeaning", "evaluate", "majority", "tfidf"]
