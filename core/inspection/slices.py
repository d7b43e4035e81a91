"""Slice discovery: groups of rows where the model is significantly worse than elsewhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from core.answers import Answers
from core.arrays import Floats, Integers
from core.evaluation.holm import holm
from core.evaluation.records import Interval
from core.inspection.groups import LEAST_ROWS, Group, Mask
from core.inspection.losses import Losses, apart
from core.inspection.number import NumberLosses
from core.inspection.one_class import ClassLosses

LOSSES: dict[str, Callable[[Any], Losses]] = {"class": ClassLosses, "number": NumberLosses}
"""Registry of the losses by the kind of answers."""
CHANCE = 0.05
"""Family-wise error rate: a search among groups that are all alike finds one at most this often."""
ALIKE = 0.8
"""Jaccard overlap from which two slices are one finding."""


@dataclass(frozen=True, eq=False)
class Slice:
    """The rows of a group, or of two groups at once, and how good their answers are by the headline metric.

    `inside` is the metric of the rows inside, `rest` that of all other rows, `difference` inside less rest, each with
    its 95% interval. `p_value` is that of doing this badly by luck, `adjusted` after Holm's correction for everything
    that was looked at. `extra` is what the slice costs: how many wrong answers, or how much error in all, there would
    be less, did it do as well as the rest; negative where it does better.
    """

    groups: tuple[Group, ...]
    rows: int
    inside: Interval
    rest: Interval | None
    difference: Interval | None
    p_value: float
    adjusted: float
    extra: float

    @property
    def members(self) -> Mask:
        """Boolean mask of the rows inside."""
        return members(self.groups)


@dataclass(frozen=True)
class SliceSearch:
    """Result of slice discovery: the weak slices, the costliest first, and how many it looked at."""

    found: tuple[Slice, ...]
    looked: int
    least: int


def members(groups: Sequence[Group]) -> Mask:
    """Intersection of the groups, as a mask of rows."""
    return np.asarray(np.logical_and.reduce([group.rows for group in groups]), bool)


def slices(answers: Answers, groups: Sequence[Group]) -> list[Slice]:
    """Tests each group against the rest, in the order given; p-values corrected for as many groups as there are."""
    losses = LOSSES[answers.kind](answers)
    p_values = losses.alone(_masks(groups)) if groups else np.ones(0)
    return [
        _slice((group,), losses, float(p_value), float(adjusted))
        for group, p_value, adjusted in zip(groups, p_values, holm(p_values), strict=True)
    ]


def weakest(answers: Answers, groups: Sequence[Group], *, least: int = LEAST_ROWS) -> SliceSearch:
    """Finds the groups, and pairs of groups, in which the model is significantly worse than elsewhere.

    Groups are compared with all other rows by the test of the answers' kind (`LOSSES`, one-sided); a pair is reported
    only where it is worse than either of its groups without the other (the greater of the two p-values counts).
    Holm's correction runs over groups and over pairs with half of the 5% each, so among groups that are all alike
    anything is found in at most 5 of 100 datasets. What the costlier findings explain already is not told again.
    Groups and rests of fewer than `least` rows are not looked at.
    """
    losses, rows = LOSSES[answers.kind](answers), len(answers.row_ids)
    groups = [group for group in groups if least <= group.size <= rows - least]
    if not groups:
        return SliceSearch((), 0, least)
    masks = _masks(groups)
    alone = losses.alone(masks)
    first, second = _pairs(groups, masks.astype(np.float32), least)
    paired = np.maximum(losses.within(masks, first, second), losses.within(masks, second, first))
    found = [
        _slice((groups[i],), losses, float(alone[i]), float(adjusted))
        for i, adjusted in enumerate(np.minimum(2 * holm(alone), 1.0))
        if adjusted < CHANCE
    ]
    found += [
        _slice((groups[first[i]], groups[second[i]]), losses, float(paired[i]), float(adjusted))
        for i, adjusted in enumerate(np.minimum(2 * holm(paired), 1.0))
        if adjusted < CHANCE
    ]
    worse = [one for one in found if one.extra > 0]
    return SliceSearch(tuple(_deduplicated(worse, losses.scores)), len(groups) + len(first), least)


def _masks(groups: Sequence[Group]) -> NDArray[np.bool_]:
    return np.array([group.rows for group in groups], bool)


def _slice(groups: tuple[Group, ...], losses: Losses, p_value: float, adjusted: float) -> Slice:
    inside = members(groups)
    rows, level = int(inside.sum()), losses.level(inside)
    rest = losses.level(~inside) if rows < len(inside) else None
    difference = apart(level, rest) if rest else None
    worse = 0.0 if difference is None else -difference.value if losses.higher_is_better else difference.value
    return Slice(groups, rows, level, rest, difference, p_value, adjusted, extra=rows * worse)


def _pairs(groups: Sequence[Group], masks: NDArray[np.float32], least: int) -> tuple[Integers, Integers]:
    """Candidate pairs of groups: of different features, at least `least` rows in both and in either without the other.

    Words are not paired: their groups overlap, and there would be thousands.
    """
    sizes = masks @ masks.T
    alone = np.diag(sizes)
    features = [group.feature for group in groups]
    number = np.array([features.index(feature) for feature in features])
    paired = np.array([group.by != "word" for group in groups])
    enough = (sizes >= least) & (alone[:, None] - sizes >= least) & (alone[None, :] - sizes >= least)
    allowed = enough & (number[:, None] < number[None, :]) & paired[:, None] & paired[None, :]
    first, second = np.nonzero(allowed)
    return first.astype(np.int64), second.astype(np.int64)


def _deduplicated(found: list[Slice], scores: Floats) -> list[Slice]:
    """Deduplicates slices: the costliest first, without those that others explain.

    Words come last in the telling: they often only stand for a class or a column.
    """
    kept: list[Slice] = []
    for one in sorted(found, key=lambda slice_: (slice_.groups[0].by == "word", -slice_.extra)):
        told = [other.members for other in kept]
        if all(_overlap(one.members, other) < ALIKE for other in told) and _is_new(one.members, told, scores):
            kept.append(one)
    return sorted(kept, key=lambda slice_: -slice_.extra)


def _is_new(inside: Mask, told: Sequence[Mask], scores: Floats) -> bool:
    """Stratified test of whether the rows inside do worse than others that stand alike in the slices already told.

    Mantel's test of mean scores (1963), one-sided, with a stratum for each pattern of slices; of right and wrong
    answers, that is Mantel and Haenszel's. It only takes findings away, so no false one is added.
    """
    strata = np.unique(np.array([*told, np.zeros_like(inside)]), axis=1, return_inverse=True)[1].ravel()
    rows = np.bincount(strata).astype(np.float64)
    own = np.bincount(strata, weights=inside, minlength=len(rows))
    mean = np.bincount(strata, weights=scores, minlength=len(rows)) / rows
    around = np.bincount(strata, weights=np.square(scores - mean[strata]), minlength=len(rows))
    spread = float((around * own * (rows - own) / np.maximum(rows * (rows - 1), 1)).sum())
    if not spread > 0:
        return False
    return bool(ndtr(-(scores[inside].sum() - (mean * own).sum()) / np.sqrt(spread)) < CHANCE)


def _overlap(one: Mask, other: Mask) -> float:
    return float((one & other).sum() / max(1, (one | other).sum()))
