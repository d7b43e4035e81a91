"""Slices: where is the model worse than elsewhere, by more than luck explains?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import hypergeom

from core.answers import ClassAnswers
from core.evaluation.coded import Floats, Integers, code
from core.evaluation.holm import holm
from core.evaluation.intervals import wilson
from core.inspection.groups import LEAST_ROWS, Group, Mask
from core.results import Interval

CHANCE = 0.05
"""A search among groups that are all alike finds one at most this often."""
ALIKE = 0.8
"""Two slices that share this much of their rows are one finding."""


@dataclass(frozen=True, eq=False)
class Slice:
    """The rows of a group, or of two groups at once, and how often their answers are right.

    `right` is the share of right answers inside, `rest` that of all other rows, `difference` inside less rest (Wilson's
    and Newcombe's 95% intervals). `p_value` is that of doing this badly by luck, `adjusted` after Holm's correction
    for everything that was looked at. `extra` is how many wrong answers there would be fewer, did the slice do as well
    as the rest.
    """

    groups: tuple[Group, ...]
    rows: int
    right: Interval
    rest: Interval | None
    difference: Interval | None
    p_value: float
    adjusted: float

    @property
    def wrong(self) -> int:
        """How many rows inside got a wrong answer."""
        return round(self.rows * (1 - self.right.value))

    @property
    def extra(self) -> float:
        """Wrong answers more than if it did as well as the rest; negative where it does better."""
        return -self.rows * self.difference.value if self.difference else 0.0

    @property
    def members(self) -> Mask:
        """Which rows are inside."""
        return np.asarray(np.logical_and.reduce([group.rows for group in self.groups]), bool)


@dataclass(frozen=True)
class Search:
    """What a search for weak slices found, the most extra wrong answers first, and how many slices it looked at."""

    found: tuple[Slice, ...]
    looked: int
    least: int


def slices(predictions: ClassAnswers, groups: Sequence[Group]) -> list[Slice]:
    """How the model does in each group, in the order given; corrected for as many groups as there are."""
    right = code(predictions).right
    inside = np.array([group.size for group in groups])
    hits = np.array([int(right[group.rows].sum()) for group in groups])
    p_values = worse_by_luck(hits, inside, int(right.sum()), len(right))
    return [
        _slice((group,), hits[i], inside[i], right, p_values[i], adjusted)
        for i, (group, adjusted) in enumerate(zip(groups, holm(p_values), strict=True))
    ]


def weakest(predictions: ClassAnswers, groups: Sequence[Group], *, least: int = LEAST_ROWS) -> Search:
    """The groups, and pairs of groups, in which the model is worse than elsewhere, where luck does not explain it.

    Groups are compared with all other rows by Fisher's exact test (one-sided); a pair is reported only where it is
    worse than either of its groups without the other (the greater of the two p-values counts). Holm's correction runs
    over groups and over pairs with half of the 5% each, so among groups that are all alike anything is found in at
    most 5 of 100 datasets. What the costlier findings explain already is not told again. Groups and rests of fewer
    than `least` rows are not looked at.
    """
    right = code(predictions).right
    groups = [group for group in groups if least <= group.size <= len(right) - least]
    if not groups:
        return Search((), 0, least)
    masks = np.array([group.rows for group in groups], np.float32)
    inside, hits = masks.sum(axis=1).astype(np.int64), (masks @ right.astype(np.float32)).astype(np.int64)
    alone = worse_by_luck(hits, inside, int(right.sum()), len(right))
    first, second = _pairs(groups, masks, least)
    both, both_hits = _together(masks, right, first, second)
    paired = np.maximum(
        worse_by_luck(both_hits, both, hits[first], inside[first]),
        worse_by_luck(both_hits, both, hits[second], inside[second]),
    )
    found = [
        _slice((groups[i],), hits[i], inside[i], right, alone[i], adjusted)
        for i, adjusted in enumerate(np.minimum(2 * holm(alone), 1.0))
        if adjusted < CHANCE
    ]
    found += [
        _slice((groups[first[i]], groups[second[i]]), both_hits[i], both[i], right, paired[i], adjusted)
        for i, adjusted in enumerate(np.minimum(2 * holm(paired), 1.0))
        if adjusted < CHANCE
    ]
    return Search(tuple(_told_once(found, right)), len(groups) + len(first), least)


def worse_by_luck(hits: Integers, inside: Integers, all_hits: int | Integers, rows: int | Integers) -> Floats:
    """How often a draw of `inside` of the `rows` would hold no more right ones than `hits`: Fisher's exact test."""
    return np.asarray(hypergeom.cdf(hits, rows, all_hits, inside), np.float64)


def difference(hits: int, inside: int, other_hits: int, outside: int) -> Interval:
    """The difference of two shares with its 95% interval from Wilson's limits (Newcombe 1998, method 10)."""
    (low, other_low), (high, other_high) = wilson(np.array([hits, other_hits]), np.array([inside, outside]))
    share, other = hits / inside, other_hits / outside
    below = float(np.hypot(share - low, other_high - other))
    above = float(np.hypot(high - share, other - other_low))
    return Interval(value=share - other, low=share - other - below, high=share - other + above)


def share(hits: int, rows: int) -> Interval:
    """A share with Wilson's 95% limits."""
    low, high = wilson(np.array([hits]), np.array([rows]))
    return Interval(value=hits / rows, low=float(low[0]), high=float(high[0]))


def _slice(groups: tuple[Group, ...], hits: int, inside: int, right: Mask, p_value: float, adjusted: float) -> Slice:
    hits, inside = int(hits), int(inside)
    outside, other_hits = len(right) - inside, int(right.sum()) - hits
    return Slice(
        groups=groups,
        rows=inside,
        right=share(hits, inside),
        rest=share(other_hits, outside) if outside else None,
        difference=difference(hits, inside, other_hits, outside) if outside else None,
        p_value=float(p_value),
        adjusted=float(adjusted),
    )


def _pairs(groups: Sequence[Group], masks: NDArray[np.float32], least: int) -> tuple[Integers, Integers]:
    """The pairs worth a look: of different features, at least `least` rows in both and in either without the other.

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


def _together(masks: NDArray[np.float32], right: Mask, first: Integers, second: Integers) -> tuple[Integers, Integers]:
    """How many rows each pair shares, and how many of them are right."""
    sizes, hits = masks @ masks.T, (masks * right) @ masks.T
    return sizes[first, second].astype(np.int64), hits[first, second].astype(np.int64)


def _told_once(found: list[Slice], right: Mask) -> list[Slice]:
    """The slices with the most extra wrong answers first, without those that others explain.

    Words come last in the telling: they often only stand for a class or a column.
    """
    kept: list[Slice] = []
    for one in sorted(found, key=lambda slice_: (slice_.groups[0].by == "word", -slice_.extra)):
        told = [other.members for other in kept]
        if all(_overlap(one.members, other) < ALIKE for other in told) and _is_new(one.members, told, right):
            kept.append(one)
    return sorted(kept, key=lambda slice_: -slice_.extra)


def _is_new(inside: Mask, told: Sequence[Mask], right: Mask) -> bool:
    """Whether the rows inside still do worse than others that stand alike in the slices already told.

    Mantel and Haenszel's test (1959), one-sided, with a stratum for each pattern of slices. It only takes findings
    away, so no false one is added.
    """
    strata = np.unique(np.array([*told, np.zeros_like(right)]), axis=1, return_inverse=True)[1].ravel()
    rows = np.bincount(strata).astype(np.float64)
    members = np.bincount(strata, weights=inside, minlength=len(rows))
    hits = np.bincount(strata, weights=right, minlength=len(rows))
    expected = hits * members / rows
    spread = expected * (rows - hits) * (rows - members) / np.maximum(rows * (rows - 1), 1)
    if not spread.sum() > 0:
        return False
    return bool(ndtr((right[inside].sum() - expected.sum()) / np.sqrt(spread.sum())) < CHANCE)


def _overlap(one: Mask, other: Mask) -> float:
    return float((one & other).sum() / max(1, (one | other).sum()))
