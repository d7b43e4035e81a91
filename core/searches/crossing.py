"""Crossover of two learning curves: the sizes up to which the model is ahead of the baseline, and from which not."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.arrays import Floats
from core.evaluation.records import Interval
from core.searches.fit import FittedLaws
from core.searches.laws import Laws
from core.searches.levels import Levels

Lead = Literal["ahead", "even", "behind"]
"""Comparison with the baseline at one size: `even` where the difference is not significant."""


@dataclass(frozen=True)
class Crossing:
    """Crossover: how the model compares with the baseline at each size, and where that changes.

    `kind` is ahead, even or behind where it is so at every size; "falls back" where it is ahead up to the size number
    `last` and no more from number `last + 1` on; "mixed" otherwise. Numbers count from 0.
    """

    kind: Literal["ahead", "even", "behind", "falls back", "mixed"]
    standings: tuple[Lead, ...]
    last: int | None = None


def crossing(found: Levels) -> Crossing:
    """Crossover of the two curves, by simultaneous confidence intervals over all sizes."""
    standings = tuple(standing(gap) for gap in found.ahead)
    if len(set(standings)) == 1:
        return Crossing(standings[0], standings)
    if standings[0] == "ahead":
        last = next(place for place, one in enumerate(standings) if one != "ahead") - 1
        if "ahead" not in standings[last + 1 :]:
            return Crossing("falls back", standings, last)
    return Crossing("mixed", standings)


def standing(gap: Interval) -> Lead:
    """Sign of the model's lead, by the confidence interval of how much less it is off than the baseline."""
    if gap.low > 0:
        return "ahead"
    return "behind" if gap.high < 0 else "even"


def meeting(model: FittedLaws, others: FittedLaws, rows: tuple[int, ...]) -> Interval | None:
    """Intersection of the two fitted laws, in labels in all, within the measured `rows`, with its confidence interval.

    None where the fitted laws do not meet just once there. Laws that would meet outside count at the edge.
    """
    places = np.geomspace(min(rows), max(rows), 400)
    gaps = np.array([others.best.error(place) - model.best.error(place) for place in places])[:, 0] > 0
    if (gaps[1:] != gaps[:-1]).sum() != 1 or not gaps[0]:
        return None

    def met(one: Laws, other: Laws) -> Floats:
        ahead = np.array([other.error(place) - one.error(place) for place in places]) > 0
        still = np.minimum.accumulate(ahead, axis=0).sum(axis=0)
        found: Floats = np.append(places, places[-1])[still]
        return found

    return model.widest_of_two(others, met)
