"""Multiplicity: what a p-value is worth where the same rows have been asked more than once.

Luck looks like a lead where several tests are made at once and the best of many models is picked (Holm's correction
over all that were judged on the rows), where another metric is looked at than the one named before training, and where
rows were added for another look (alpha spending).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from core.arrays import Floats
from core.comparison.significance import CHANCE
from core.data.rows.sketch import RowSketch
from core.evaluation.holm import holm
from core.evaluation.records import Interval

if TYPE_CHECKING:
    from core.evaluation.yardstick import Yardstick

AGAIN = 0.01
"""Error rate that all looks after the first share."""
BESIDE = 0.2
"""Part of a look's level that the metrics beside the headline share, over and above what the headline has."""
SAME_ROWS = 0.5
"""Overlap from which two evaluations count as made on the same rows."""
GROWN = 1.05
"""Growth of the test rows from which judging again is another look."""


@dataclass(frozen=True)
class Multiplicity:
    """How often the same rows have been asked.

    `others` counts tests of the same kind on these rows that are not at hand, and `unseen` the models in them, hidden
    or deleted ones too. `look` is 1 where nobody judged on a part of these rows before, 2 after one such look, and on.
    `metrics` counts the metrics that might have been picked in place of the headline, where one of them was; else 0.
    """

    others: int = 0
    unseen: int = 0
    look: int = 1
    metrics: int = 0

    def by(self, metric: str, yardstick: "Yardstick[Any]") -> "Multiplicity":
        """The same where this metric is looked at: the headline was named before, any other may have been picked."""
        return replace(self, metrics=0 if metric == yardstick.headline else len(yardstick.metrics) - 1)

    def correct(self, p_values: Sequence[float], proven: Sequence[bool] = ()) -> "Corrected":
        """Adjusts the p-values: Holm's over these tests and the others, each at the level that it may spend.

        `proven` says by another metric than the headline which pairs the headline has told apart: these have its level
        too (the graphical approach of Bretz et al. 2009).
        """
        stricter = CHANCE / self._levels(len(p_values), proven)
        scaled = np.asarray(p_values, np.float64) * stricter
        ranks = np.argsort(np.argsort(scaled, kind="stable"), kind="stable")
        levels = CHANCE / stricter / (len(scaled) + self.others - ranks)
        return Corrected(np.minimum(holm(np.minimum(scaled, 1.0), others=self.others), 1.0), levels)

    def _levels(self, tests: int, proven: Sequence[bool]) -> Floats:
        """Significance level of each test before Holm's correction."""
        whole = level_of_look(self.look)
        if not self.metrics:
            return np.full(tests, whole)
        passed_on = np.asarray(proven, np.float64) if len(proven) else np.zeros(tests)
        return whole * (BESIDE + passed_on) / self.metrics

    @property
    def stricter_next(self) -> float:
        """Factor by which the next look's level is stricter than this one's."""
        return level_of_look(self.look) / level_of_look(self.look + 1)


class Corrected(NamedTuple):
    """P-values after the correction, to be held against CHANCE, and the level that each was held to before it."""

    p_values: Floats
    levels: Floats


ONCE = Multiplicity()
"""One question, asked once."""


def level_of_look(look: int) -> float:
    """Significance level of a look: 5% for the first; those after it share AGAIN, each half of the one before.

    By the union bound all looks together are wrong in at most CHANCE + AGAIN, however the rows grow: nobody says
    beforehand how often she will add rows, which the bounds of O'Brien and Fleming (1979) ask for.
    """
    return CHANCE if look <= 1 else AGAIN * 0.5 ** (look - 1)


def held_to(difference: Interval, level: float, adjusted: float) -> Interval:
    """The 95% interval of a difference, stretched to the level that its test was held to.

    It is never at odds with the test: it holds zero where the test does not call the difference real.
    """
    found = stretched(difference, level)
    if adjusted >= CHANCE:
        found = Interval(value=found.value, low=min(found.low, 0.0), high=max(found.high, 0.0))
    return found


def stretched(difference: Interval, level: float) -> Interval:
    """The 95% interval at another level of significance, stretched as a normal one would be."""
    stretch = float(ndtri(level / 2) / ndtri(CHANCE / 2)) if level < CHANCE else 1.0
    value = difference.value
    low, high = value - (value - difference.low) * stretch, value + (difference.high - value) * stretch
    return Interval(value=value, low=low, high=high)


class EvaluatedRows(NamedTuple):
    """Evaluations of some rows: the first one's time (seconds), the dataset, the rows' sketch, and how many models.

    The sketch is None where none was kept.
    """

    at: float
    dataset: str
    sketch: RowSketch | None
    models: int = 1


class Asked(NamedTuple):
    """How often some test rows were asked: by how many models in all, and which look at growing rows this is."""

    models: int = 1
    look: int = 1

    def beside(self, models: int = 1, baselines: int = 1) -> Multiplicity:
        """Multiplicity of comparing so many of the models with one another and with so many baselines."""
        unseen = max(0, self.models - models)
        pairs = math.comb(self.models, 2) - math.comb(models, 2) if unseen and models > 1 else 0
        return Multiplicity(pairs + baselines * unseen, unseen, self.look)


ASKED_ONCE = Asked()
"""Rows that one model was judged on, once."""


def asked(own: EvaluatedRows, others: Sequence[EvaluatedRows]) -> Asked:
    """Counts the models judged on the same rows as `own`, itself among them, and the earlier looks at fewer of them.

    Without a sketch, all that was judged on a dataset counts as the same rows.
    """
    related = [one for one in others if _share_rows(own, one)]
    models = 1 + sum(one.models for one in related if not _has_grown(one, own) and not _has_grown(own, one))
    look, reached = 1, 0.0
    for rows in sorted(one.sketch.rows for one in related if one.sketch and one.at < own.at and _has_grown(one, own)):
        if rows > reached:
            look, reached = look + 1, rows * GROWN
    return Asked(models, look)


def _share_rows(own: EvaluatedRows, other: EvaluatedRows) -> bool:
    if own.sketch is None or other.sketch is None:
        return own.dataset == other.dataset
    return own.sketch.overlap(other.sketch) >= SAME_ROWS


def _has_grown(smaller: EvaluatedRows, larger: EvaluatedRows) -> bool:
    """Whether there are enough rows more in the larger to call it another look."""
    if smaller.sketch is None or larger.sketch is None:
        return False
    return smaller.sketch.rows * GROWN < larger.sketch.rows
