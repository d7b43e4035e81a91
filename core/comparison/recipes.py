"""Recipes: one set of settings trained with several seeds. What another training would reach, and what beats what.

A verdict about a recipe has two sources of variance: which rows happened to judge, and which seeds happened to be drawn
(Bouthillier et al., Accounting for Variance in Machine Learning Benchmarks, 2021). A verdict about one trained model
knows the first only.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core.answers import Answers
from core.arrays import Floats
from core.comparison.aligned import Aligned, align
from core.comparison.compare import CONTESTS
from core.comparison.contest import MARGIN, standing
from core.comparison.verdict import Verdict
from core.errors import ConfigError
from core.evaluation.judge import YARDSTICKS
from core.evaluation.records import Interval

FEWEST_SEEDS = 3
"""Trainings of a recipe from which a verdict about it is given."""
LEVEL = 0.95
LEAST_P = 1e-15


@dataclass(frozen=True)
class RecipeSpread:
    """Spread of a recipe's headline metric over its seeds, judged on the same rows.

    `values` is the metric of each training, `deviation` their standard deviation; `another` is the 95% prediction
    interval of one more training on these rows, None with a single one.
    """

    metric: str
    values: tuple[float, ...]
    mean: float
    deviation: float
    another: Interval | None


def spread_over_seeds(answers: Sequence[Answers]) -> RecipeSpread:
    """Spread over the trainings of a recipe. The prediction interval is Student's t. Raises DatasetError."""
    from scipy.stats import t as students_t

    aligned = _aligned({"a": answers})
    yardstick = YARDSTICKS[aligned.kind]
    values = _rows(aligned, "a").mean(axis=1)
    mean, seeds = float(values.mean()), len(values)
    if seeds == 1:
        return RecipeSpread(yardstick.headline, (mean,), mean, 0.0, None)
    deviation = float(values.std(ddof=1))
    reach = float(students_t.ppf((1 + LEVEL) / 2, seeds - 1)) * deviation * math.sqrt(1 + 1 / seeds)
    low = mean - reach
    high = mean + reach
    if yardstick.metrics[yardstick.headline].unit == "share":
        low, high = max(low, 0.0), min(high, 1.0)
    another = Interval(value=mean, low=low, high=high)
    return RecipeSpread(yardstick.headline, tuple(map(float, values)), mean, deviation, another)


def recipe_verdict(
    model: Sequence[Answers], other: Sequence[Answers], *, other_is_fixed: bool = False, margin: float = MARGIN
) -> Verdict:
    """Test of the difference of two recipes' mean headline metric, over seeds and rows.

    `other_is_fixed` says that the other has no seed, such as a baseline, which comes out alike each time. Raises
    ConfigError with fewer than FEWEST_SEEDS trainings of a recipe, DatasetError without common rows.
    """
    if len(model) < FEWEST_SEEDS or (len(other) < FEWEST_SEEDS and not other_is_fixed):
        raise ConfigError(
            f"A verdict about a recipe takes {FEWEST_SEEDS} trainings of it at least.", "Repeat it with more seeds."
        )
    aligned = _aligned({"a": other, "b": model})
    yardstick, contest = YARDSTICKS[aligned.kind], CONTESTS[aligned.kind]
    theirs, ours = _rows(aligned, "a"), _rows(aligned, "b")
    sign = 1 if yardstick.metrics[yardstick.headline].higher_is_better else -1
    gained = sign * (ours.mean(axis=0) - theirs.mean(axis=0))
    value = float(gained.mean())
    rows = ErrorPart(float(gained.std(ddof=1)) / math.sqrt(len(gained)), len(gained) - 1)
    seeds = _seeds([one for one in (ours, theirs) if len(one) > 1])
    reach = _reach(1 - LEVEL, rows, seeds)
    differing = int((gained != 0).sum())
    p_value = min(1.0, max(_p_value(abs(value), rows, seeds), 2 * 0.5 ** min(differing, 1_000)))
    gain = Interval(value=value, low=value - reach, high=value + reach)
    return Verdict(standing(gain, p_value, contest.margin(aligned, "a0", margin)), gain, p_value)


class ErrorPart(NamedTuple):
    """Standard error of the difference from one source of variance, and its degrees of freedom."""

    error: float
    freedom: int

    def reach(self, p_value: float) -> float:
        """Half of the interval that this source alone would have."""
        from scipy.stats import t as students_t

        return float(students_t.isf(p_value / 2, self.freedom)) * self.error if self.error else 0.0


def _seeds(recipes: Sequence[Floats]) -> ErrorPart:
    """Error from the seeds of the recipes, (seeds, rows) each; their variance is pooled."""
    freedom = sum(len(one) - 1 for one in recipes)
    pooled = sum(float(one.mean(axis=1).var(ddof=1)) * (len(one) - 1) for one in recipes) / freedom
    return ErrorPart(math.sqrt(pooled * sum(1 / len(one) for one in recipes)), freedom)


def _reach(p_value: float, rows: ErrorPart, seeds: ErrorPart) -> float:
    """Half of the interval of the difference: the two sources' own ones, at right angles (Graybill and Wang 1980).

    Degrees of freedom after Satterthwaite would be too many where few seeds happen to lie close together: with three
    against a baseline "better" was false in 8 of 100, so it is in 3 to 5.
    """
    return math.hypot(rows.reach(p_value), seeds.reach(p_value))


def _p_value(distance: float, rows: ErrorPart, seeds: ErrorPart) -> float:
    """P-value at which the interval just reaches zero."""
    from scipy.optimize import brentq

    if distance == 0.0 or _reach(LEAST_P, rows, seeds) < distance:
        return 1.0 if distance == 0.0 else LEAST_P
    found = brentq(lambda log: _reach(math.exp(log), rows, seeds) - distance, math.log(LEAST_P), 0.0)
    return math.exp(found)


def _aligned(recipes: Mapping[str, Sequence[Answers]]) -> Aligned:
    named = {f"{name}{n}": one for name, answers in recipes.items() for n, one in enumerate(answers)}
    if len(named) == 1:
        return Aligned(named, dict.fromkeys(named, 0))
    return align(named)


def _rows(aligned: Aligned, recipe: str) -> Floats:
    """Headline metric of each training on each row, (seeds, rows)."""
    yardstick = YARDSTICKS[aligned.kind]
    found = [yardstick.by_row(one, yardstick.headline) for name, one in aligned.answers.items() if name[0] == recipe]
    return np.stack([one for one in found if one is not None])
