"""Classification metrics: the yardstick of classes."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from core.answers import ClassAnswers
from core.arrays import Floats
from core.data.labels.order import places
from core.evaluation.coded import code
from core.evaluation.counts import class_qualities, count_metrics
from core.evaluation.meanings import METRICS, MetricMeaning
from core.evaluation.records import Interval
from core.evaluation.scores import brier_by_row, log_loss_by_row, score_metrics


class ClassYardstick:
    """Metrics of class answers; see `core.evaluation.yardstick.Yardstick`."""

    kind: ClassVar[str] = "class"
    headline: ClassVar[str] = "accuracy"
    metrics: ClassVar[Mapping[str, MetricMeaning]] = METRICS

    def measure(self, answers: ClassAnswers) -> dict[str, Interval]:
        """Metrics of counts and of scores, in the order of `metrics`."""
        coded = code(answers)
        found = count_metrics(coded) | score_metrics(coded)
        return {name: found[name] for name in self.metrics if name in found}

    def by_row(self, answers: ClassAnswers, metric: str) -> Floats | None:
        """Per-row metric: whether each answer is right, its log loss or its Brier score."""
        coded = code(answers)
        match metric:
            case "accuracy":
                return coded.right.astype(np.float64)
            case "log_loss":
                return log_loss_by_row(coded)
            case "brier":
                return brier_by_row(coded)
        return None

    def details(self, answers: ClassAnswers) -> dict[str, Any]:
        """Per-class precision, recall and F1, in natural order of the labels."""
        found = class_qualities(code(answers))
        return {"per_class": tuple(found[place] for place in places([one.label for one in found]))}
