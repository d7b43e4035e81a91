"""Changed rows between two models: right or nearer to the truth now (fixed), or wrong or further from it (broken)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.answers import Answers, ClassAnswers
from core.comparison.aligned import Aligned, align
from core.data.rows.values import scalar_text
from core.evaluation.judge import YARDSTICKS


@dataclass(frozen=True)
class ChangedRow:
    """A test row that one answered better than the other: a class right and wrong, or a number nearer and further.

    `gain` is how much better the second one's is by the headline metric: 1 or -1 for a class, for a number by how much
    nearer to the truth. `sure` is the score of the second one's class, 0 for a number.
    """

    row_id: str
    kind: Literal["fixed", "broken"]
    target: str
    before: str
    after: str
    sure: float
    gain: float


def changed_rows(before: Answers, after: Answers) -> tuple[ChangedRow, ...]:
    """Rows that change when `after` takes the place of `before`: broken rows first, the surest or furthest first.

    Only rows that both answered count. Raises DatasetError when there is none.
    """
    return changed_between(align({"before": before, "after": after}), "before", "after")


def changed_between(aligned: Aligned, before: str, after: str) -> tuple[ChangedRow, ...]:
    """As `changed_rows`, for two of those that have been brought to the same rows already."""
    first, second = aligned.answers[before], aligned.answers[after]
    yardstick = YARDSTICKS[aligned.kind]
    old, new = (yardstick.by_row(one, yardstick.headline) for one in (first, second))
    assert old is not None  # noqa: S101  # a headline metric has a value for each row
    assert new is not None  # noqa: S101
    gain = (new - old) * (1 if yardstick.metrics[yardstick.headline].higher_is_better else -1)
    turned = np.flatnonzero(gain)
    sure = second.scores[turned].max(axis=1, initial=0.0) if isinstance(second, ClassAnswers) else np.zeros(len(turned))
    order = np.lexsort((-np.abs(gain[turned]), -sure, gain[turned] > 0))
    return tuple(
        ChangedRow(
            row_id=second.row_ids[turned[i]],
            kind="fixed" if gain[turned[i]] > 0 else "broken",
            target=_said(first.targets[turned[i]]),
            before=_said(first.answers[turned[i]]),
            after=_said(second.answers[turned[i]]),
            sure=float(sure[i]),
            gain=float(gain[turned[i]]),
        )
        for i in order
    )


def _said(answer: object) -> str:
    return scalar_text(answer) or ""
