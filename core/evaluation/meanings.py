"""What each metric means, in a sentence that a business user can repeat to somebody else."""

from typing import Literal

from core.config import Frozen


class MetricMeaning(Frozen):
    """A metric's name and meaning on the screen."""

    title: str
    meaning: str
    unit: Literal["share", "score", "nats", "target"]
    """share: a part of all rows, shown as a percentage. score: a number, 1 at best. nats: from 0 up.
    target: in the target's own unit."""
    higher_is_better: bool = True
    best_at_zero: bool = False
    """True where a value below 0 is as bad as one above; `higher_is_better` then speaks of its distance from 0."""


METRICS: dict[str, MetricMeaning] = {
    "accuracy": MetricMeaning(
        title="Right answers", meaning="Of 100 rows, how many got the right answer.", unit="share"
    ),
    "balanced_accuracy": MetricMeaning(
        title="Right, each class alike",
        meaning="Of 100 rows of a class, how many got the right answer, averaged so that rare classes count as "
        "much as common ones.",
        unit="share",
    ),
    "f1_macro": MetricMeaning(
        title="F1, each class alike",
        meaning="How well classes are both found and not mistaken for others; 1 is perfect, and rare classes count "
        "as much as common ones.",
        unit="score",
    ),
    "precision_macro": MetricMeaning(
        title="Precision, each class alike",
        meaning="When the model names a class, how often it is that class; every class counts alike.",
        unit="share",
    ),
    "recall_macro": MetricMeaning(
        title="Recall, each class alike",
        meaning="Of the rows that belong to a class, how many are found; every class counts alike.",
        unit="share",
    ),
    "f1_weighted": MetricMeaning(
        title="F1, common classes count more",
        meaning="How well classes are both found and not mistaken for others; each class counts by its rows.",
        unit="score",
    ),
    "precision_weighted": MetricMeaning(
        title="Precision, common classes count more",
        meaning="When the model names a class, how often it is that class; each class counts by its rows.",
        unit="share",
    ),
    "recall_weighted": MetricMeaning(
        title="Recall, common classes count more",
        meaning="Of the rows that belong to a class, how many are found; each class counts by its rows, which "
        "makes it the share of right answers.",
        unit="share",
    ),
    "roc_auc": MetricMeaning(
        title="Area under the ROC",
        meaning="Of 100 pairs of one row of a class and one row of another, how often the model gives the first "
        "the higher score for that class; 50 is guessing.",
        unit="score",
    ),
    "average_precision": MetricMeaning(
        title="Average precision",
        meaning="Reading from the surest answers down, how clean the list for a class stays until all its rows are "
        "found; 1 is perfect.",
        unit="score",
    ),
    "log_loss": MetricMeaning(
        title="Log loss",
        meaning="How surprised the model is by the right answers; 0 is never, and being sure and wrong costs most.",
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
        meaning="How far the model's confidence is from how often it is right: 0.05 means five answers in a hundred.",
        unit="share",
        higher_is_better=False,
    ),
}
"""Every metric of an Evaluation, the most telling first."""
