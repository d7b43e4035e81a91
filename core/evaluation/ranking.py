"""Ranking metrics, ROC AUC and average precision: does a row of the class score higher than one of another?

Each comes with its influence, the derivative of the metric with respect to each row's weight, from which the interval
is made.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats, Integers
from core.evaluation.coded import Coded

RankingEstimate = tuple[float, Floats]
"""A metric's value and its influence function, one number a row."""


@dataclass(frozen=True)
class Ranked:
    """Ranked scores of one class, ties together, lowest first.

    `positive` and `group` have one entry a row: is it of the class, and which group is it in. `thresholds`, `members`
    and `hits` have one entry a group: its score, its rows, and how many of them are of the class.
    """

    positive: NDArray[np.bool_]
    group: NDArray[np.intp]
    thresholds: Floats
    members: Floats
    hits: Floats

    @property
    def inside(self) -> int:
        """How many rows are of the class."""
        return int(self.hits.sum())

    @property
    def outside(self) -> int:
        """How many rows are not."""
        return len(self.positive) - self.inside


def rank(scores: Floats, positive: NDArray[np.bool_]) -> Ranked:
    """Ranks the rows by one class's scores."""
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    starts = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    group = np.empty(len(scores), np.intp)
    group[order] = np.cumsum(starts) - 1
    first = np.flatnonzero(starts)
    return Ranked(
        positive=positive,
        group=group,
        thresholds=ordered[first],
        members=np.diff(np.append(first, len(scores))).astype(np.float64),
        hits=np.add.reduceat(positive[order].astype(np.float64), first),
    )


@dataclass(frozen=True)
class ClassRankings:
    """A ranking metric by class, (classes,), each row's influence on it, (rows, classes), and the classes' rows."""

    values: Floats
    influence: Floats
    inside: Integers
    outside: Integers


def rankings(coded: Coded) -> dict[str, ClassRankings]:
    """roc_auc and average_precision of the classes that they average; a metric that no class can give is left out.

    The area under the ROC curve is, with two classes, that of the second; with more, each class against the rest,
    among those with rows inside and outside. Average precision runs over every class with test rows.
    """
    two = len(coded.labels) == coded.known == 2
    found: dict[str, list[tuple[float, Floats, int]]] = {}
    for i, scores in enumerate(np.ascontiguousarray(coded.scores.T)):
        ranked = rank(scores, coded.targets == i)
        for name, measure in CLASS_METRICS.items():
            measured = None if two and i == 0 and name == "roc_auc" else measure(ranked)
            if measured is not None:
                found.setdefault(name, []).append((*measured, ranked.inside))
    made = {}
    for name, classes in found.items():
        inside = np.array([rows for *_, rows in classes])
        values, influence = np.array([one for one, *_ in classes]), np.stack([one for _, one, _ in classes], axis=1)
        made[name] = ClassRankings(values, influence, inside, coded.rows - inside)
    return made


def roc_auc(ranked: Ranked) -> RankingEstimate | None:
    """ROC AUC: the share of (inside, outside) pairs in the right order, ties half; influence as in DeLong 1988."""
    if not ranked.inside or not ranked.outside:
        return None
    misses = ranked.members - ranked.hits
    below = (np.cumsum(misses) - misses / 2) / ranked.outside
    above = (ranked.inside - np.cumsum(ranked.hits) + ranked.hits / 2) / ranked.inside
    value = float(ranked.hits @ below) / ranked.inside
    inside, outside = (below - value) / ranked.inside, (above - value) / ranked.outside
    return value, np.where(ranked.positive, inside[ranked.group], outside[ranked.group])


def average_precision(ranked: Ranked) -> RankingEstimate | None:
    """Average precision as in scikit-learn: the sum of precision times gain in recall, from the top score down."""
    if not ranked.inside:
        return None
    above = np.cumsum(ranked.members[::-1])[::-1]
    precision = np.cumsum(ranked.hits[::-1])[::-1] / above
    value = float(ranked.hits @ precision) / ranked.inside
    lost = np.cumsum(ranked.hits * precision / above)
    gained = precision - value + np.cumsum(ranked.hits / above)
    inside, outside = (gained - lost) / ranked.inside, -lost / ranked.inside
    return value, np.where(ranked.positive, inside[ranked.group], outside[ranked.group])


CLASS_METRICS: dict[str, Callable[[Ranked], RankingEstimate | None]] = {
    "roc_auc": roc_auc,
    "average_precision": average_precision,
}
