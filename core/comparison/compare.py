"""Pairwise significance tests on the same test rows, corrected for multiple comparisons."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from core.answers import Answers
from core.arrays import Floats
from core.comparison.aligned import Aligned, align
from core.comparison.best_of import best_of
from core.comparison.contest import MARGIN, Contest, Found, Standing, standing
from core.comparison.multiplicity import ONCE, Multiplicity, held_to
from core.comparison.numbers import NumberContest
from core.comparison.one_class import ClassContest
from core.comparison.significance import CHANCE, rows_for_accuracy, rows_for_metric
from core.errors import NotFound, did_you_mean
from core.evaluation.judge import YARDSTICKS
from core.evaluation.meanings import MEANINGS
from core.evaluation.records import Interval

CONTESTS: dict[str, Contest] = {"class": ClassContest(), "number": NumberContest()}
"""Significance tests by the kind of answers."""


@dataclass(frozen=True)
class Pair:
    """A pair of models on the same rows. `difference` is b's metric less a's, and `stands` how b stands to a.

    Its interval is one of 95%, or stretched to the stricter level that the test was held to. One is better only when
    the adjusted p-value is below 0.05 and the interval leaves zero out. `rows_needed` says how many
    further rows would tell the two apart at the next look in 80 of 100 cases, if they go on differing as here; None
    when one is better already, or no number of rows would do. `only_a` and `only_b` count the rows that one alone
    answered right, or nearer to the truth.
    """

    a: str
    b: str
    difference: Interval
    p_value: float
    adjusted_p_value: float
    stands: Standing
    rows_needed: int | None
    only_a: int
    only_b: int

    @property
    def better(self) -> str | None:
        """Name of the better one; None where neither is."""
        return {"better": self.b, "worse": self.a}.get(self.stands)

    def standing(self, one: str) -> Standing:
        """How this one of the two stands to the other."""
        turned: dict[Standing, Standing] = {"better": "worse", "worse": "better"}
        return self.stands if one == self.b else turned.get(self.stands, self.stands)


@dataclass(frozen=True)
class Comparison:
    """Comparison of every model on the common rows. `measured[name]` holds the metric asked for, and others beside it.

    `leading` is the leader's metric with the interval that it has for being picked as the best. `left_out[name]` counts
    the rows that this one answered and that are not common.
    """

    metric: str
    rows: int
    left_out: Mapping[str, int]
    measured: Mapping[str, Mapping[str, Interval]]
    pairs: tuple[Pair, ...]
    leading: Interval

    @property
    def ranking(self) -> tuple[str, ...]:
        """Ranking of the names by the metric's own value, the best first; ties stay in the order given."""
        return ranked(self.measured, self.metric)

    def shown(self, name: str) -> Interval:
        """The metric asked for, of this one; of the leader with the interval of the best."""
        return self.leading if name == self.ranking[0] else self.measured[name][self.metric]

    def pair(self, one: str, other: str) -> Pair:
        """The pair of these two, whichever comes first. Raises NotFound."""
        for pair in self.pairs:
            if {pair.a, pair.b} == {one, other}:
                return pair
        raise NotFound(f"'{one}' and '{other}' are not compared here.")


def compare(
    answers: Mapping[str, Answers],
    *,
    metric: str = "",
    seed: int | None = None,
    multiplicity: Multiplicity = ONCE,
    margin: float = MARGIN,
) -> Comparison:
    """Compares every pair on the rows that all of them answered, by the kind's headline metric if none is named.

    The test of a pair is its kind's (`CONTESTS`); the pairs' p-values are adjusted by Holm's correction over them and
    the others of `multiplicity`, and more strictly by any metric but the headline. By the headline, two are the same
    within the `margin` (see `core.comparison.contest.MARGIN`). Raises DatasetError without common rows, NotFound for an
    unknown metric, ConfigError for one that these rows cannot give or answers of different kinds, ModelError with
    answers that are not numbers.
    """
    return compare_aligned(align(answers), metric=metric, seed=seed, multiplicity=multiplicity, margin=margin)


def compare_aligned(
    aligned: Aligned,
    *,
    metric: str = "",
    seed: int | None = None,
    known: Mapping[str, Mapping[str, Interval]] | None = None,
    multiplicity: Multiplicity = ONCE,
    margin: float = MARGIN,
) -> Comparison:
    """As `compare`, for answers that have been brought to the same rows already.

    `known` are metrics that an Evaluation holds already; they count where all of one's rows are common.
    """
    yardstick = YARDSTICKS[aligned.kind]
    metric = metric or yardstick.headline
    if metric not in yardstick.metrics:
        there = did_you_mean(metric, yardstick.metrics) or ", ".join(yardstick.metrics)
        raise NotFound(f"There is no metric '{metric}'.", there)
    kept = {name: one for name, one in (known or {}).items() if not aligned.left_out[name] and metric in one}
    contest = CONTESTS[aligned.kind]
    measured = {name: kept.get(name) or contest.measured(aligned, name, metric) for name in aligned.names}
    leader = ranked(measured, metric)[0]
    return Comparison(
        metric,
        aligned.rows,
        aligned.left_out,
        measured,
        pairs_of(aligned, metric, seed, multiplicity.by(metric, yardstick), margin),
        best_of(headline_by_row(aligned), leader, measured[leader][metric], metric, multiplicity.unseen),
    )


def headline_by_row(aligned: Aligned) -> dict[str, Floats]:
    """Each one's headline metric row by row, more being better."""
    yardstick, contest = YARDSTICKS[aligned.kind], CONTESTS[aligned.kind]
    sign = 1.0 if yardstick.metrics[yardstick.headline].higher_is_better else -1.0
    return {name: sign * contest.by_row(aligned, name) for name in aligned.names}


def ranked(measured: Mapping[str, Mapping[str, Interval]], metric: str) -> tuple[str, ...]:
    """Names by the metric's value, the best first; ties stay in the order given."""
    meaning = MEANINGS[metric]
    return tuple(sorted(measured, key=lambda name: -meaning.goodness(measured[name][metric].value)))


def pairs_of(
    aligned: Aligned,
    metric: str,
    seed: int | None = None,
    multiplicity: Multiplicity = ONCE,
    margin: float = MARGIN,
) -> tuple[Pair, ...]:
    """Tests of every pair by a metric that these rows can give, their p-values corrected together."""
    found = CONTESTS[aligned.kind].pairs(aligned, metric, seed)
    proven = _proven(aligned, seed, multiplicity) if multiplicity.metrics else ()
    adjusted, levels = multiplicity.correct([one.p_value for one in found.values()], proven)
    strictest = levels[adjusted >= CHANCE].min(initial=CHANCE) / multiplicity.stricter_next
    contest, is_headline = CONTESTS[aligned.kind], metric == YARDSTICKS[aligned.kind].headline
    return tuple(
        _pair(
            pair,
            one,
            Held(float(p), float(level), strictest, contest.margin(aligned, pair[0], margin) if is_headline else 0.0),
            metric,
            aligned.rows,
        )
        for (pair, one), p, level in zip(found.items(), adjusted, levels, strict=True)
    )


def _proven(aligned: Aligned, seed: int | None, multiplicity: Multiplicity) -> list[bool]:
    """Which pairs the headline tells apart."""
    headline = YARDSTICKS[aligned.kind].headline
    return [pair.better is not None for pair in pairs_of(aligned, headline, seed, replace(multiplicity, metrics=0))]


class Held(NamedTuple):
    """Corrected test of a pair: adjusted p-value, level of the unadjusted one, level of the next look, margin."""

    adjusted: float
    level: float
    next_level: float
    margin: float


def _pair(names: tuple[str, str], found: Found, test: Held, metric: str, rows: int) -> Pair:
    gained = held_to(found.difference, test.level, test.adjusted)
    gain = gained if MEANINGS[metric].higher_is_better else negated(gained)
    stands = standing(gain, test.adjusted, test.margin)
    is_real = stands in {"better", "worse"}
    if found.error is None:
        needed = rows_for_accuracy(found.only_a, found.only_b, rows, test.next_level)
    else:
        needed = rows_for_metric(gained.value, found.error, rows, test.next_level)
    a, b = names
    return Pair(
        a=a,
        b=b,
        difference=gained,
        p_value=found.p_value,
        adjusted_p_value=test.adjusted,
        stands=stands,
        rows_needed=None if is_real or needed is None else max(1, needed - rows),
        only_a=found.only_a,
        only_b=found.only_b,
    )


def negated(difference: Interval) -> Interval:
    """The difference the other way round."""
    return Interval(value=-difference.value, low=-difference.high, high=-difference.low)
