"""Was fine-tuning worth it? The model against a baseline on the same rows: is the difference more than chance?"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import binom

from core.answers import ClassAnswers
from core.errors import DatasetError
from core.evaluation.intervals import Z95
from core.results import Interval

CHANCE = 0.05
"""A difference this improbable between two equals is called real."""
SMALL = 0.03
"""Two models are called alike when the whole interval of their difference is nearer to zero than this."""

Kind = Literal["better", "same", "worse", "unknown"]


@dataclass(frozen=True)
class Pairs:
    """The same held-out rows answered twice: how many only the model got right, and how many only the baseline."""

    rows: int
    only_model: int
    only_baseline: int


@dataclass(frozen=True)
class Verdict:
    """How the model stands to the baseline, in a plain sentence.

    `difference` is the model's share of right answers less the baseline's, with its 95% interval; `p_value` is
    McNemar's. unknown: the rows are too few to call them alike or different.
    """

    kind: Kind
    sentence: str
    difference: Interval
    p_value: float


def verdict(model: ClassAnswers, baseline: ClassAnswers, name: str = "a simple word-counting model") -> Verdict:
    """Compares the two on the same rows, whatever their order. `name` says what the baseline is, mid-sentence.

    Raises DatasetError when they answer different rows.
    """
    pairs = paired(model, baseline)
    gained, chance = difference(pairs), mcnemar(pairs)
    kind = _kind(gained, chance)
    return Verdict(kind, _sentence(kind, gained, name), gained, chance)


def paired(model: ClassAnswers, baseline: ClassAnswers) -> Pairs:
    """Who was right where, row by row. Raises DatasetError without rows, or when the rows are not the same."""
    theirs = dict(zip(baseline.row_ids, zip(baseline.targets, baseline.answers, strict=True), strict=True))
    if not model.row_ids or len(theirs) != len(model.row_ids) or theirs.keys() != set(model.row_ids):
        raise DatasetError(
            f"The two cannot be compared: one answered {len(model.row_ids):,} held-out rows, the other "
            f"{len(baseline.row_ids):,}, and they are not the same rows."
            if model.row_ids
            else "The two cannot be compared: there are no held-out rows.",
            "Compare runs on the same dataset with the same split and seed.",
        )
    right = np.array([a == t for a, t in zip(model.answers, model.targets, strict=True)])
    others = np.array([theirs[row][0] == theirs[row][1] for row in model.row_ids])
    return Pairs(len(right), int((right & ~others).sum()), int((others & ~right).sum()))


def mcnemar(pairs: Pairs) -> float:
    """McNemar's exact test (1947): how often two equals would differ as much on the rows where just one is right."""
    differing = pairs.only_model + pairs.only_baseline
    return float(min(1.0, 2 * binom.cdf(min(pairs.only_model, pairs.only_baseline), differing, 0.5)))


def difference(pairs: Pairs) -> Interval:
    """The difference of the shares of right answers; the interval for pairs is Bonett and Price's (2012)."""
    more, fewer = (pairs.only_model + 1) / (pairs.rows + 2), (pairs.only_baseline + 1) / (pairs.rows + 2)
    reach = Z95 * math.sqrt((more + fewer - (more - fewer) ** 2) / (pairs.rows + 2))
    value = (pairs.only_model - pairs.only_baseline) / pairs.rows
    low, high = max(-1.0, more - fewer - reach), min(1.0, more - fewer + reach)
    return Interval(value=value, low=min(low, value), high=max(high, value))


def _kind(gained: Interval, chance: float) -> Kind:
    if chance < CHANCE:
        return "better" if gained.value > 0 else "worse"
    return "same" if max(-gained.low, gained.high) < SMALL else "unknown"


def _sentence(kind: Kind, gained: Interval, name: str) -> str:
    if kind == "better":
        return f"Fine-tuning was worth it: {_span(gained.low, gained.high)} more right answers in 1,000 than {name}."
    if kind == "worse":
        span = _span(-gained.high, -gained.low)
        return f"{_capital(name)} does better here: {span} more right answers in 1,000. Use that, or give more rows."
    if kind == "same":
        return f"{_capital(name)} does as well here; the difference could be chance."
    fewer, more = _in_thousand(-gained.low), _in_thousand(gained.high)
    return (
        f"There are too few held-out rows to say: beside {name} it is anything from {fewer} fewer to {more} more right "
        "answers in 1,000."
    )


def _span(low: float, high: float) -> str:
    least, most = _in_thousand(low), _in_thousand(high)
    if least < 1:
        return f"up to {most}"
    return f"{least} to {most}" if least < most else f"about {most}"


def _in_thousand(share: float) -> int:
    return max(0, round(share * 1_000))


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
