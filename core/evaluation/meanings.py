"""Metric descriptions: what each means, in a sentence that a business user can repeat; and which value is better."""

import math
from collections.abc import Mapping
from typing import Literal

from core.config import Frozen
from core.evaluation.records import Evaluation, Interval


class MetricMeaning(Frozen):
    """A metric's name and meaning on the screen."""

    title: str
    meaning: str
    unit: Literal["share", "score", "nats", "target"]
    """share: a part of all rows, shown as a percentage. score: at most 1. nats: from 0 up. target: in the target's."""
    higher_is_better: bool = True
    is_best_at_zero: bool = False
    """Whether nearer to zero is better, from either side."""
    counts: Literal["", "right", "near"] = ""
    """Per-row quantity that it counts, so that a sentence can say it: right answers, or how near they are."""

    as_percentage: bool = False
    """Whether a score is written as a percentage, as the shares are of which it is a mean."""

    over_classes: bool = False
    """Whether it is a mean over classes, which rows that lack a class cannot give."""

    def goodness(self, value: float) -> float:
        """Utility of a value: greater the better it is; minus infinity for NaN."""
        if math.isnan(value):
            return -math.inf
        if self.is_best_at_zero:
            return -abs(value)
        return value if self.higher_is_better else -value


METRICS: dict[str, MetricMeaning] = {
    "accuracy": MetricMeaning(
        title="Accuracy",
        meaning="Of 100 rows, how many got the right answer.",
        unit="share",
        counts="right",
    ),
    "balanced_accuracy": MetricMeaning(
        title="Balanced accuracy",
        meaning="Of 100 rows of a class, how many got the right answer, averaged so that rare classes count as "
        "much as common ones.",
        unit="share",
        over_classes=True,
    ),
    "f1_macro": MetricMeaning(
        title="Macro F1",
        meaning="How well classes are both found and not mistaken for others; 1 is perfect, and rare classes count "
        "as much as common ones.",
        unit="score",
        as_percentage=True,
        over_classes=True,
    ),
    "precision_macro": MetricMeaning(
        title="Macro precision",
        meaning="When the model names a class, how often it is that class; every class counts alike.",
        unit="share",
        over_classes=True,
    ),
    "recall_macro": MetricMeaning(
        title="Macro recall",
        meaning="Of the rows that belong to a class, how many are found; every class counts alike.",
        unit="share",
        over_classes=True,
    ),
    "f1_weighted": MetricMeaning(
        title="Weighted F1",
        meaning="How well classes are both found and not mistaken for others; each class counts by its rows.",
        unit="score",
        as_percentage=True,
    ),
    "precision_weighted": MetricMeaning(
        title="Weighted precision",
        meaning="When the model names a class, how often it is that class; each class counts by its rows.",
        unit="share",
    ),
    "recall_weighted": MetricMeaning(
        title="Weighted recall",
        meaning="Of the rows that belong to a class, how many are found; each class counts by its rows, which "
        "makes it the share of right answers.",
        unit="share",
    ),
    "roc_auc": MetricMeaning(
        title="ROC AUC",
        meaning="Of pairs of one row of a class and one row of another, the share in which the model gives the first "
        "the higher score for that class; 0.5 is guessing, 1 is perfect.",
        unit="score",
        over_classes=True,
    ),
    "average_precision": MetricMeaning(
        title="Average precision",
        meaning="Reading from the surest answers down, how clean the list for a class stays until all its rows are "
        "found; 1 is perfect.",
        unit="score",
        over_classes=True,
    ),
    "log_loss": MetricMeaning(
        title="Log loss",
        meaning="How surprised the model is by the right answers: 0 is never, less is better, sure and wrong is worst.",
        unit="nats",
        higher_is_better=False,
    ),
    "brier": MetricMeaning(
        title="Brier score",
        meaning="How far the probabilities are from the truth, squared; 0 is perfect.",
        unit="score",
        higher_is_better=False,
    ),
    "calibration_error": MetricMeaning(
        title="Calibration error",
        meaning="How far the model's confidence is from how often it is right: 5% means five answers in a hundred. "
        "On few rows even the best shows some.",
        unit="share",
        higher_is_better=False,
    ),
}
"""Every metric of an Evaluation of classes, the most telling first."""

NUMBER_METRICS: dict[str, MetricMeaning] = {
    "mae": MetricMeaning(
        title="Mean absolute error",
        meaning="How far an answer is from the truth on average, whether too high or too low.",
        unit="target",
        counts="near",
        higher_is_better=False,
    ),
    "rmse": MetricMeaning(
        title="Root mean squared error",
        meaning="As the mean absolute error, but one answer that is far off weighs more than several that are slightly "
        "off.",
        unit="target",
        higher_is_better=False,
    ),
    "r2": MetricMeaning(
        title="R²",
        meaning="How much of the ups and downs the answers follow: 1 is all of them, 0 is no better than always saying "
        "the mean, and below 0 is worse than that.",
        unit="score",
    ),
    "median_error": MetricMeaning(
        title="Median absolute error",
        meaning="Half of the answers are nearer to the truth than this, half are further away.",
        unit="target",
        higher_is_better=False,
    ),
    "bias": MetricMeaning(
        title="Bias",
        meaning="How much too high the answers are on average; below 0, too low. Near 0 is best.",
        unit="target",
        higher_is_better=False,
        is_best_at_zero=True,
    ),
}
"""Every metric of an Evaluation of numbers, the most telling first."""
MEANINGS: Mapping[str, MetricMeaning] = METRICS | NUMBER_METRICS


def goodness(evaluation: Evaluation) -> float | None:
    """Utility of a run's headline metric: greater the better among runs of this headline; None where unknown."""
    reached, meaning = evaluation.reached, MEANINGS.get(evaluation.headline)
    return None if reached is None or meaning is None else meaning.goodness(reached.value)


def best_baseline(evaluation: Evaluation) -> tuple[str, Interval] | None:
    """The strongest baseline by the headline metric, and what it reached; None where there is none."""
    name, meaning = evaluation.headline, MEANINGS.get(evaluation.headline)
    reached = {who: metrics[name] for who, metrics in evaluation.baselines.items() if name in metrics}
    if meaning is None or not reached:
        return None
    return max(reached.items(), key=lambda one: meaning.goodness(one[1].value))
