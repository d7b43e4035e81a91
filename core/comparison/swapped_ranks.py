"""Permutation statistics of ROC AUC and average precision, whose ranks are swapped.

Scores of different models have no common scale; their ranks among the same rows have (Venkatraman and Begg 1996). The
AUC of swapped ranks is exactly the sum of what rows add, and the average precision to first order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats, Integers
from core.comparison.permutation import Difference
from core.evaluation.coded import Coded


@dataclass(frozen=True)
class RankedScores:
    """One model's scores of one class by rank: `place` (rows,) is twice the mid-rank, less 2.

    `hits` and `misses` count rows of the class and other rows at each place, (2 rows - 1,).
    """

    place: Integers
    hits: Floats
    misses: Floats


def ranking_differences(coded: Mapping[str, Coded], metric: str) -> Mapping[tuple[str, str], Difference]:
    """Every pair's difference of `roc_auc` or `average_precision`, averaged over classes as `rankings` does."""
    from scipy.stats import rankdata

    first = next(iter(coded.values()))
    values = dict.fromkeys(coded, 0.0)
    area, add = (_auc, _auc_added) if metric == "roc_auc" else (_precision, _precision_added)
    places = {name: (2 * rankdata(one.scores, axis=0)).astype(np.int64) - 2 for name, one in coded.items()}
    classes = _classes(first, metric)
    pairs = list(combinations(coded, 2))
    added = {pair: np.zeros(first.rows) for pair in pairs}
    weights = np.zeros(first.rows)
    for i in classes:
        inside = first.targets == i
        ranked = {name: _ranked(place[:, i], inside) for name, place in places.items()}
        weights += _weights(inside, metric) / len(classes)
        for name, one in ranked.items():
            values[name] += area(one) / len(classes)
        for a, b in pairs:
            added[a, b] += add(ranked[a], ranked[b], inside) / len(classes)
    return {(a, b): Difference(values[b] - values[a], added[a, b], weights) for a, b in pairs}


def _classes(coded: Coded, metric: str) -> Integers:
    """The classes that `rankings` averages over."""
    rows = np.bincount(coded.targets, minlength=len(coded.labels))[: coded.known]
    if metric == "average_precision":
        return np.flatnonzero(rows)
    there = np.flatnonzero((rows > 0) & (rows < coded.rows))
    return there[-1:] if len(coded.labels) == coded.known == 2 else there


def _ranked(place: Integers, inside: NDArray[np.bool_]) -> RankedScores:
    size = 2 * len(place) - 1
    counts = np.bincount(place, minlength=size).astype(np.float64)
    hits = np.bincount(place[inside], minlength=size).astype(np.float64)
    return RankedScores(place, hits, counts - hits)


def _weights(inside: NDArray[np.bool_], metric: str) -> Floats:
    """Each row's part of a true difference: all of it rests on the class's rows, or half on them and half on others."""
    own, others = inside / inside.sum(), ~inside / max(1, (~inside).sum())
    return np.asarray(own if metric == "average_precision" else (own + others) / 2, np.float64)


def _auc(one: RankedScores) -> float:
    """Area under the ROC curve."""
    below = np.cumsum(one.misses) - one.misses / 2
    return float(one.hits @ below / (one.hits.sum() * one.misses.sum()))


def _precision(one: RankedScores) -> float:
    """Average precision."""
    above = np.maximum(np.cumsum((one.hits + one.misses)[::-1])[::-1], 1.0)
    return float(one.hits @ (np.cumsum(one.hits[::-1])[::-1] / above) / one.hits.sum())


def _auc_added(a: RankedScores, b: RankedScores, inside: NDArray[np.bool_]) -> Floats:
    """How many more pairs each row wins by b's rank than by a's, against the ranks that both give to other rows.

    The difference after swaps is a quadratic form of signs whose mixed terms cancel, so that it is this sum exactly.
    """
    hits, misses = a.hits + b.hits, a.misses + b.misses
    below = np.cumsum(misses) - misses / 2
    above = hits.sum() - np.cumsum(hits) + hits / 2
    gained = np.where(inside, below[b.place] - below[a.place], above[b.place] - above[a.place])
    found: Floats = gained * 2 / (hits.sum() * misses.sum())
    return found


def _precision_added(a: RankedScores, b: RankedScores, inside: NDArray[np.bool_]) -> Floats:
    """First order of average precision in the pool of both models' ranks."""
    hits, members = a.hits + b.hits, a.hits + b.hits + a.misses + b.misses
    above = np.maximum(np.cumsum(members[::-1])[::-1], 1.0)
    precision = np.cumsum(hits[::-1])[::-1] / above
    lost = np.cumsum(hits * precision / above)
    gained = precision + np.cumsum(hits / above)
    apart = np.where(inside, (gained - lost)[b.place] - (gained - lost)[a.place], lost[a.place] - lost[b.place])
    found: Floats = apart * 2 / hits.sum()
    return found
