"""Paired tests of class answers: McNemar's exact test for accuracy, the paired bootstrap for any other metric."""

from itertools import combinations

from core.comparison.aligned import Aligned, AlignedClasses
from core.comparison.contest import Found
from core.comparison.resampled import COUNTED, SamplingSpread, wobble
from core.comparison.significance import students_p
from core.errors import ConfigError
from core.evaluation.counts import count_metrics
from core.evaluation.mcnemar import DiscordantPairs, difference, mcnemar
from core.evaluation.meanings import METRICS
from core.evaluation.one_class import SEED
from core.evaluation.records import Interval
from core.evaluation.scores import score_metrics

MARGIN = 0.03
"""Equivalence margin: two are alike when the whole interval of their accuracies' difference is nearer to zero."""


class ClassContest:
    """Paired tests of class answers; see `core.comparison.contest.Contest`."""

    def pairs(self, aligned: Aligned, metric: str, seed: int | None) -> dict[tuple[str, str], Found]:
        """Tests of every pair by the metric."""
        if metric == "accuracy":
            return {(a, b): _accuracy(aligned.classes, a, b) for a, b in combinations(aligned.names, 2)}
        return _by_bootstrap(aligned, wobble(aligned, metric, SEED if seed is None else seed))

    def margin(self, aligned: Aligned, baseline: str) -> float:  # noqa: ARG002  # a share needs nothing to stand beside
        """Three points of 100."""
        return MARGIN

    def measured(self, aligned: Aligned, name: str, metric: str) -> dict[str, Interval]:
        """Intervals of the count metrics and of the one asked for, drawn as the run's own evaluation draws them."""
        coded = aligned.classes.coded[name]
        found = count_metrics(coded, SEED)
        if metric not in COUNTED:
            found |= score_metrics(coded)
        if metric not in found:
            raise ConfigError(
                f"These {aligned.rows:,} rows cannot give '{METRICS[metric].title}'.", "Compare by right answers."
            )
        return {one: found[one] for one in METRICS if one in found}


def _accuracy(classes: AlignedClasses, a: str, b: str) -> Found:
    pairs = _pairs(classes, a, b)
    return Found(difference(pairs), mcnemar(pairs), pairs.only_baseline, pairs.only_model)


def _by_bootstrap(aligned: Aligned, found: SamplingSpread) -> dict[tuple[str, str], Found]:
    made, classes = {}, aligned.classes
    for a, b in combinations(aligned.names, 2):
        gained, error = found.difference(a, b)
        differing = int((classes.coded[a].answers != classes.coded[b].answers).sum())
        apart = aligned.rows if found.linear else differing
        pairs = _pairs(classes, a, b)
        p_value = students_p(gained.value, error, apart)
        made[a, b] = Found(gained, p_value, pairs.only_baseline, pairs.only_model, error)
    return made


def _pairs(classes: AlignedClasses, a: str, b: str) -> DiscordantPairs:
    """Discordant pairs: `only_model` counts the rows that only b got right, so that differences are b less a."""
    first, second = classes.right(a), classes.right(b)
    return DiscordantPairs(classes.rows, int((second & ~first).sum()), int((first & ~second).sum()))
