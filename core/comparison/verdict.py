"""Verdict on fine-tuning: a significance and equivalence test of the model against a baseline on the same rows."""

from dataclasses import dataclass
from typing import Literal

from core.answers import Answers
from core.comparison.aligned import Aligned, align
from core.comparison.compare import CONTESTS
from core.comparison.multiplicity import ONCE, Multiplicity, held_to
from core.comparison.significance import CHANCE
from core.errors import DatasetError
from core.evaluation.judge import YARDSTICKS
from core.evaluation.records import Interval

Standing = Literal["better", "same", "worse", "unknown"]
MODEL, BASELINE = "model", "baseline"
MARGIN = 0.03
"""Equivalence margin by default: two are alike when the whole interval of their difference is nearer to zero.

It is points of 100 where answers are classes, and a part of the baseline's mean absolute error where they are numbers.
"""


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
    contest, yardstick = CONTESTS[aligned.kind], YARDSTICKS[aligned.kind]
    found = contest.pairs(aligned, yardstick.headline, None)[BASELINE, MODEL]
    adjusted, level = (float(one[0]) for one in multiplicity.correct([found.p_value]))
    difference = held_to(found.difference, level, adjusted)
    gain = difference if yardstick.metrics[yardstick.headline].higher_is_better else _negated(difference)
    return Verdict(standing(gain, adjusted, contest.margin(aligned, BASELINE, margin)), gain, adjusted)


def _aligned(model: Answers, baseline: Answers) -> Aligned:
    if not model.row_ids:
        raise DatasetError(
            "The two cannot be compared: there are no held-out rows.", "Give the test part at least one row."
        )
    if len(model.row_ids) == len(baseline.row_ids):
        aligned = align({BASELINE: baseline, MODEL: model})
        if not any(aligned.left_out.values()):
            return aligned
    raise DatasetError(
        f"The two cannot be compared: one answered {len(model.row_ids):,} held-out rows, the other "
        f"{len(baseline.row_ids):,}, and they are not the same rows.",
        "Compare runs on the same dataset with the same split and seed.",
    )


def standing(gain: Interval, p_value: float, margin: float) -> Standing:
    """Outcome of a test: different where it is significant, the same where the whole interval is within the margin."""
    if p_value < CHANCE and not gain.low <= 0.0 <= gain.high:
        return "better" if gain.value > 0 else "worse"
    return "same" if max(-gain.low, gain.high) < margin else "unknown"


def _negated(difference: Interval) -> Interval:
    return Interval(value=-difference.value, low=-difference.high, high=-difference.low)
