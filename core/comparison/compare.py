"""Is B better than A? Every pair on the same held-out rows, with what chance could have done taken off."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from core.answers import ClassAnswers
from core.comparison.aligned import Aligned, align
from core.comparison.resampled import COUNTED, Wobble, wobble
from core.comparison.significance import CHANCE, rows_for_accuracy, rows_for_metric, students_p
from core.errors import ConfigError, NotFound, did_you_mean
from core.evaluation.counts import count_metrics
from core.evaluation.holm import holm
from core.evaluation.meanings import METRICS
from core.evaluation.one_class import SEED
from core.evaluation.scores import score_metrics
from core.evaluation.verdict import Pairs, difference, mcnemar
from core.results import Interval


@dataclass(frozen=True)
class Pair:
    """Two on the same rows. `difference` is b's metric less a's, with its 95% interval.

    `better` names the better one only when the adjusted p-value is below 0.05 and the interval leaves zero out.
    `rows_needed` says how many further rows would tell the two apart in 80 of 100 cases if they go on differing as
    here; None when one is better already, or no number of rows would do. `only_a` and `only_b` count the rows that
    one answered right and the other wrong.
    """

    a: str
    b: str
    difference: Interval
    p_value: float
    adjusted_p_value: float
    better: str | None
    rows_needed: int | None
    only_a: int
    only_b: int


@dataclass(frozen=True)
class Comparison:
    """Everybody on the common rows. `measured[name]` holds the metric asked for and those of the confusion counts.

    `left_out[name]` counts the rows that this one answered and that are not common.
    """

    metric: str
    rows: int
    left_out: Mapping[str, int]
    measured: Mapping[str, Mapping[str, Interval]]
    pairs: tuple[Pair, ...]

    @property
    def ranking(self) -> tuple[str, ...]:
        """Who answered, the best first by the metric's own value; equals stay in the order given."""
        sign = -1 if METRICS[self.metric].higher_is_better else 1
        return tuple(sorted(self.measured, key=lambda name: sign * self.measured[name][self.metric].value))

    def pair(self, one: str, other: str) -> Pair:
        """The pair of these two, whichever comes first. Raises NotFound."""
        for pair in self.pairs:
            if {pair.a, pair.b} == {one, other}:
                return pair
        raise NotFound(f"'{one}' and '{other}' are not compared here.")


def compare(predictions: Mapping[str, ClassAnswers], *, metric: str = "accuracy", seed: int = SEED) -> Comparison:
    """Compares everybody with everybody on the rows that all of them answered.

    The test of a pair is McNemar's exact one for accuracy, and the paired bootstrap's for any other metric; the pairs'
    p-values are adjusted by Holm's correction. Raises DatasetError without common rows, NotFound for an unknown
    metric, ConfigError for one that these rows cannot give, ModelError with scores that are not numbers.
    """
    if metric not in METRICS:
        raise NotFound(f"There is no metric '{metric}'.", did_you_mean(metric, METRICS) or ", ".join(METRICS))
    return compare_aligned(align(predictions), metric=metric, seed=seed)


def compare_aligned(
    aligned: Aligned,
    *,
    metric: str = "accuracy",
    seed: int = SEED,
    known: Mapping[str, Mapping[str, Interval]] | None = None,
) -> Comparison:
    """As `compare`, for answers that have been brought to the same rows already.

    `known` are metrics that an Evaluation holds already; they count where all of one's rows are common.
    """
    kept = {name: one for name, one in (known or {}).items() if not aligned.left_out[name] and metric in one}
    measured = {name: kept.get(name) or _measured(aligned, name, metric) for name in aligned.names}
    return Comparison(metric, aligned.rows, aligned.left_out, measured, pairs_of(aligned, metric, seed))


def pairs_of(aligned: Aligned, metric: str, seed: int = SEED) -> tuple[Pair, ...]:
    """Every pair by a metric that these rows can give, corrected together."""
    if metric == "accuracy":
        found = {(a, b): _accuracy(aligned, a, b) for a, b in combinations(aligned.names, 2)}
    else:
        found = _by_bootstrap(aligned, wobble(aligned, metric, seed))
    adjusted = holm([one.p_value for one in found.values()])
    level = CHANCE / max(1, int((adjusted >= CHANCE).sum()))
    return tuple(
        _pair(a, b, one, float(p), metric, level) for ((a, b), one), p in zip(found.items(), adjusted, strict=True)
    )


@dataclass(frozen=True)
class _Found:
    """What was found about two: `error` is the difference's standard error, None where McNemar's test counts."""

    difference: Interval
    p_value: float
    pairs: Pairs
    error: float | None = None


def _accuracy(aligned: Aligned, a: str, b: str) -> _Found:
    pairs = _pairs(aligned, a, b)
    return _Found(difference(pairs), mcnemar(pairs), pairs)


def _by_bootstrap(aligned: Aligned, found: Wobble) -> dict[tuple[str, str], _Found]:
    made = {}
    for a, b in combinations(aligned.names, 2):
        gained, error = found.difference(a, b)
        apart = aligned.rows if found.linear else int((aligned.coded[a].answers != aligned.coded[b].answers).sum())
        made[a, b] = _Found(gained, students_p(gained.value, error, apart), _pairs(aligned, a, b), error)
    return made


def _pairs(aligned: Aligned, a: str, b: str) -> Pairs:
    """`only_model` counts the rows that only b got right, so that differences are b less a."""
    first, second = aligned.right(a), aligned.right(b)
    return Pairs(aligned.rows, int((second & ~first).sum()), int((first & ~second).sum()))


def _pair(a: str, b: str, found: _Found, adjusted: float, metric: str, level: float) -> Pair:
    gained = found.difference
    is_real = adjusted < CHANCE and not gained.low <= 0.0 <= gained.high
    b_leads = (gained.value > 0) == METRICS[metric].higher_is_better
    only_a, only_b, rows = found.pairs.only_baseline, found.pairs.only_model, found.pairs.rows
    if found.error is None:
        needed = rows_for_accuracy(only_a, only_b, rows, level)
    else:
        needed = rows_for_metric(gained.value, found.error, rows, level)
    return Pair(
        a=a,
        b=b,
        difference=gained,
        p_value=found.p_value,
        adjusted_p_value=adjusted,
        better=(b if b_leads else a) if is_real else None,
        rows_needed=None if is_real or needed is None else max(1, needed - rows),
        only_a=only_a,
        only_b=only_b,
    )


def _measured(aligned: Aligned, name: str, metric: str) -> dict[str, Interval]:
    """The metrics of the counts, and the one asked for, drawn as the run's own evaluation draws them."""
    coded = aligned.coded[name]
    found = count_metrics(coded, SEED)
    if metric not in COUNTED:
        found |= score_metrics(coded)
    if metric not in found:
        raise ConfigError(
            f"These {aligned.rows:,} rows cannot give '{METRICS[metric].title}'.", "Compare by right answers."
        )
    return {one: found[one] for one in METRICS if one in found}
