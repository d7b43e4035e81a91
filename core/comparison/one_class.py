"""Paired tests of class answers: McNemar's exact test for accuracy, swapped answers for any other metric."""

from itertools import combinations

import numpy as np

from core.arrays import Floats
from core.comparison.aligned import Aligned, AlignedClasses
from core.comparison.contest import Found
from core.comparison.permutation import permutation_test
from core.comparison.swapped import differences
from core.errors import ConfigError
from core.evaluation.counts import count_metrics
from core.evaluation.mcnemar import DiscordantPairs, difference, mcnemar
from core.evaluation.meanings import METRICS
from core.evaluation.records import Interval
from core.evaluation.scores import score_metrics

SEED = 20_260
"""Seed of the permutation test, so that the same answers always give the same verdict."""


class ClassContest:
    """Paired tests of class answers; see `core.comparison.contest.Contest`."""

    def pairs(self, aligned: Aligned, metric: str, seed: int | None) -> dict[tuple[str, str], Found]:
        """Tests of every pair by the metric."""
        _refuse_without(aligned, metric)
        if metric == "accuracy":
            return {(a, b): _accuracy(aligned.classes, a, b) for a, b in combinations(aligned.names, 2)}
        return _by_swapping(aligned, metric, SEED if seed is None else seed)

    def margin(self, aligned: Aligned, baseline: str, share: float) -> float:  # noqa: ARG002  # a share stands alone
        """The share itself: so many points of 100."""
        return share

    def measured(self, aligned: Aligned, name: str, metric: str) -> dict[str, Interval]:
        """Intervals of the count metrics and of the one asked for, drawn as the run's own evaluation draws them."""
        coded = aligned.classes.coded[name]
        found = count_metrics(coded)
        if metric not in found:
            found |= score_metrics(coded)
        _refuse_without(aligned, metric)
        return {one: found[one] for one in METRICS if one in found}

    def by_row(self, aligned: Aligned, name: str) -> Floats:
        """1 where the answer is right, else 0."""
        return aligned.classes.right(name).astype(np.float64)


def _refuse_without(aligned: Aligned, metric: str) -> None:
    """Raises ConfigError for a mean over classes where some class has no rows."""
    one = next(iter(aligned.classes.coded.values()))
    if METRICS[metric].over_classes and (one.lacks_a_class or len(set(one.targets.tolist())) < 2):
        raise ConfigError(
            f"These {aligned.rows:,} rows cannot give '{METRICS[metric].title}': some class has no row here.",
            "Compare by right answers.",
        )


def _accuracy(classes: AlignedClasses, a: str, b: str) -> Found:
    pairs = _pairs(classes, a, b)
    return Found(difference(pairs), mcnemar(pairs), pairs.only_baseline, pairs.only_model)


def _by_swapping(aligned: Aligned, metric: str, seed: int) -> dict[tuple[str, str], Found]:
    made, classes = {}, aligned.classes
    for (a, b), apart in differences(classes, metric).items():
        found, pairs = permutation_test(apart, seed), _pairs(classes, a, b)
        made[a, b] = Found(found.interval, found.p_value, pairs.only_baseline, pairs.only_model, found.error)
    return made


def _pairs(classes: AlignedClasses, a: str, b: str) -> DiscordantPairs:
    """Discordant pairs: `only_model` counts the rows that only b got right, so that differences are b less a."""
    first, second = classes.right(a), classes.right(b)
    return DiscordantPairs(classes.rows, int((second & ~first).sum()), int((first & ~second).sum()))
