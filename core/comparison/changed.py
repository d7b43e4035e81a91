"""The rows that turned: wrong before and right now, or right before and wrong now."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.answers import ClassAnswers
from core.comparison.aligned import Aligned, align


@dataclass(frozen=True)
class ChangedRow:
    """A held-out row that one got right and the other wrong. `sure` is the score of the second one's answer."""

    row_id: str
    kind: Literal["fixed", "broken"]
    target: str
    before: str
    after: str
    sure: float


def changed_rows(before: ClassAnswers, after: ClassAnswers) -> tuple[ChangedRow, ...]:
    """What changes when `after` takes the place of `before`: broken rows first, the surest of each kind first.

    Only rows that both answered count. Raises DatasetError when there is none.
    """
    return changed_between(align({"before": before, "after": after}), "before", "after")


def changed_between(aligned: Aligned, before: str, after: str) -> tuple[ChangedRow, ...]:
    """As `changed_rows`, for two of those that have been brought to the same rows already."""
    first, second, labels = aligned.coded[before], aligned.coded[after], aligned.labels
    ids = aligned.predictions[after].row_ids
    turned = np.flatnonzero(first.right != second.right)
    sure = second.scores[turned].max(axis=1) if len(turned) else np.zeros(0)
    order = np.lexsort((-sure, second.right[turned]))
    return tuple(
        ChangedRow(
            row_id=ids[turned[i]],
            kind="fixed" if second.right[turned[i]] else "broken",
            target=labels[second.targets[turned[i]]],
            before=labels[first.answers[turned[i]]],
            after=labels[second.answers[turned[i]]],
            sure=float(sure[i]),
        )
        for i in order
    )
