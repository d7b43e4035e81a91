"""Verdict on fine-tuning: a significance and equivalence test of the model against a baseline on the same rows."""

from dataclasses import dataclass

from core.answers import Answers
from core.comparison.aligned import Aligned, align
from core.comparison.compare import negated, pairs_of
from core.comparison.contest import MARGIN, Standing
from core.comparison.multiplicity import ONCE, Multiplicity
from core.errors import DatasetError
from core.evaluation.judge import YARDSTICKS
from core.evaluation.records import Interval

MODEL, BASELINE = "model", "baseline"


@dataclass(frozen=True)
class Verdict:
    """Outcome of the test: how the model stands to the baseline by the headline metric of their kind.

    `gain` is how much better the model is, more right answers or nearer to the truth, below zero where it is worse; its
    interval is one of 95%, or wider where the same rows were asked more than once, and so is the p-value adjusted.
    same: the whole interval lies within the kind's margin. unknown: the rows are too few to call them alike or
    different.
    """

    kind: Standing
    gain: Interval
    p_value: float


def verdict(model: Answers, baseline: Answers, multiplicity: Multiplicity = ONCE, *, margin: float = MARGIN) -> Verdict:
    """Paired test on the same rows, whatever their order, corrected for what else they were asked.

    Raises DatasetError when the two answer different rows.
    """
    aligned = _aligned(model, baseline)
    yardstick = YARDSTICKS[aligned.kind]
    (pair,) = pairs_of(aligned, yardstick.headline, None, multiplicity, margin)
    gain = pair.difference if yardstick.metrics[yardstick.headline].higher_is_better else negated(pair.difference)
    return Verdict(pair.stands, gain, pair.adjusted_p_value)


def _aligned(model: Answers, baseline: Answers) -> Aligned:
    if not model.row_ids:
        raise DatasetError(
            "The two cannot be compared: there are no test rows.", "Give the test part at least one row."
        )
    if len(model.row_ids) == len(baseline.row_ids):
        aligned = align({BASELINE: baseline, MODEL: model})
        if not any(aligned.left_out.values()):
            return aligned
    raise DatasetError(
        f"The two cannot be compared: one answered {len(model.row_ids):,} test rows, the other "
        f"{len(baseline.row_ids):,}, and they are not the same rows.",
        "Compare runs on the same dataset with the same split and seed.",
    )
