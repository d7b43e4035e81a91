"""Claims of the fairness tab: rates of groups, differences of pairs, the largest gap, and "not treated alike"."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import pandas as pd

from core.answers import ClassAnswers
from core.inspection import Fairness, Group, by_column, fairness, questions
from core.inspection.fairness import Criterion, FairnessRate
from tests.truth.claim import Claim

LABELS = ("refused", "granted", "deferred")
EVEN = (1.0,) * 8
UNEVEN = (40, 20, 10, 10, 8, 6, 4, 2)
ALIKE = (0.5,) * 8
TENTH = (0.5, 0.52, 0.53, 0.55, 0.55, 0.57, 0.58, 0.6)
RARE = (0.02, 0.02, 0.02, 0.03, 0.03, 0.04, 0.05, 0.05)


def answers(targets: np.ndarray, given: np.ndarray, labels: Sequence[str]) -> ClassAnswers:
    """Rows of these classes, with these answers."""
    scores = np.eye(len(labels), dtype=np.float32)[given]
    ids = tuple(f"{i:016x}" for i in range(len(targets)))
    return ClassAnswers(ids, tuple(labels[i] for i in targets), tuple(labels), scores)


def divided(rng: np.random.Generator, rows: int, sizes: Sequence[float], name: str = "group") -> list[Group]:
    """Groups of about these sizes, at random."""
    group = rng.choice(len(sizes), rows, p=np.array(sizes) / sum(sizes))
    return by_column(pd.Series([f"group {i}" for i in group]), name)


def judged(
    rng: np.random.Generator, rows: int, sizes: Sequence[float], rates: Sequence[float]
) -> tuple[Fairness, dict[str, float]]:
    """Fairness among groups whose rows are granted at these rates, whatever their class; and each group's true rate."""
    groups = divided(rng, rows, sizes)
    chance = np.zeros(rows)
    for group in groups:
        chance[group.rows] = rates[_number(group)]
    predictions = answers(rng.integers(0, 2, rows), (rng.random(rows) < chance).astype(int), LABELS[:2])
    found = fairness(predictions, groups, "granted")
    return found, {str(one.group.value): rates[_number(one.group)] for one in found.groups}


def _number(group: Group) -> int:
    return int(str(group.value).split()[1])


def gaps(
    rng: np.random.Generator,
    datasets: int,
    *,
    rows: int,
    sizes: Sequence[float],
    rates: Sequence[float],
    criterion: Criterion = "demographic_parity",
) -> Iterator[bool]:
    """Whether the limits, which promise at least 95, miss the largest true difference between the groups shown."""
    for _ in range(datasets):
        found, truth = judged(rng, rows, sizes, rates)
        (gap,) = (one for one in found.gaps if one.criterion == criterion)
        shown = [truth[str(one.group.value)] for one in found.groups if gap.rate in one.rates]
        yield not gap.true.low <= max(shown) - min(shown) <= gap.true.high


def pairs(
    rng: np.random.Generator,
    datasets: int,
    *,
    rows: int,
    sizes: Sequence[float],
    rates: Sequence[float],
    rate: FairnessRate = "selection_rate",
) -> Iterator[bool]:
    """Whether the interval of one pair, drawn at random, holds the signed difference."""
    for _ in range(datasets):
        found, truth = judged(rng, rows, sizes, rates)
        shown = found.pairs(rate)
        pair = shown[rng.integers(len(shown))]
        first, second = (truth[str(found.groups[place].group.value)] for place in (pair.first, pair.second))
        yield pair.difference.low <= first - second <= pair.difference.high


def shares(rng: np.random.Generator, datasets: int, *, rows: int, rate: float) -> Iterator[bool]:
    """Whether the interval of one group's rate holds it."""
    for _ in range(datasets):
        found, _ = judged(rng, rows, (1.0, 1.0, 1.0), (rate,) * 3)
        one = found.groups[rng.integers(3)].rates["selection_rate"]
        yield one.low <= rate <= one.high


def alike(rng: np.random.Generator, datasets: int, *, rows: int, classes: int = 3) -> Iterator[bool]:
    """Whether a fair model is called unfair by any of three columns and any answer."""
    labels = LABELS[:classes]
    for _ in range(datasets):
        targets = rng.choice(classes, rows, p=np.array((0.5, 0.3, 0.2)[:classes]) / sum((0.5, 0.3, 0.2)[:classes]))
        given = np.where(rng.random(rows) < 0.8, targets, rng.integers(0, classes, rows))
        predictions = answers(targets, given, labels)
        columns = [divided(rng, rows, sizes) for sizes in ((1, 1), (5, 3, 2), EVEN)]
        found = [
            fairness(predictions, column, label, looks=questions(3, predictions))
            for column in columns
            for label in labels
        ]
        yield any(gap.adjusted < 0.05 for one in found for gap in one.gaps)


def _gap(world: str, about: str = "true gap between groups: outside the limits", **given: object) -> Claim:
    return Claim(about, "false", world, partial(gaps, **given))  # type: ignore[arg-type]


def _pair(world: str, **given: object) -> Claim:
    return Claim("difference of two groups", "covers", world, partial(pairs, **given))  # type: ignore[arg-type]


FAIRNESS: tuple[Claim, ...] = (
    _gap("2 groups, none, 300 rows", rows=300, sizes=(1, 1), rates=(0.5, 0.5)),
    _gap("2 groups, 0.1, 400 rows", rows=400, sizes=(1, 1), rates=(0.5, 0.6)),
    _gap("8 groups, none, 400 rows", rows=400, sizes=EVEN, rates=ALIKE),
    _gap("8 groups, 0.1, 400 rows", rows=400, sizes=EVEN, rates=TENTH),
    _gap("8 uneven groups, a rate of 3%, 2,000 rows", rows=2_000, sizes=UNEVEN, rates=RARE),
    _gap(
        "8 groups, none, 800 rows",
        about="true gap, equalised odds: outside the limits",
        criterion="equalized_odds",
        rows=800,
        sizes=EVEN,
        rates=ALIKE,
    ),
    _pair("30 rows each, half", rows=90, sizes=(1, 1, 1), rates=(0.4, 0.5, 0.6)),
    _pair("uneven groups of 40 to 800 rows, 2 to 5%", rows=2_000, sizes=UNEVEN, rates=RARE),
    Claim("rate of a group", "covers", "33 rows, 50%", partial(shares, rows=100, rate=0.5)),
    Claim("rate of a group", "covers", "130 rows, 10%", partial(shares, rows=400, rate=0.1)),
    Claim("rate of a group", "covers", "130 rows, 3%", partial(shares, rows=400, rate=0.03)),
    Claim("not treated alike", "false", "3 columns, 2 answers, 200 rows", partial(alike, rows=200, classes=2)),
    Claim("not treated alike", "false", "3 columns, 3 answers, 400 rows", partial(alike, rows=400)),
)
