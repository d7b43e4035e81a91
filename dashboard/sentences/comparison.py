"""Comparisons in sentences for someone who never saw statistics. Names go in as the place needs them."""

from collections.abc import Mapping

from core.comparison import Comparison, Pair
from core.evaluation import MEANINGS
from core.evaluation.records import Evaluation, Interval
from dashboard.language.formats import amount, count, metric_value, share, span_of
from dashboard.language.words import listed, tr
from dashboard.sentences.measures import counts, title_of

MANY_TIMES = 20
"""Factor on the present rows beyond which the rows needed to tell two apart count as out of reach."""
BASES = (1_000, 10_000, 100_000)
"""Denominators in which right answers are counted; the first in which the difference is a few is taken."""


def pair_sentence(pair: Pair, comparison: Comparison, names: Mapping[str, str]) -> str:
    """Pairwise result: which is better and by how much, or what it would take to tell. `names` are shown unescaped."""
    if pair.better is not None:
        other = pair.a if pair.better == pair.b else pair.b
        return tr(
            "{better} is better than {other}: {gain}.",
            better=names[pair.better],
            other=names[other],
            gain=_gain(pair, comparison.metric),
        )
    if pair.difference.value == 0.0 and pair.difference.low == pair.difference.high:
        return tr("{a} and {b} come out exactly alike on these rows.", a=names[pair.a], b=names[pair.b])
    words = {"a": names[pair.a], "b": names[pair.b], "interval": _interval(pair, comparison.metric, names)}
    if pair.stands == "same":
        return tr("{a} and {b} are about the same: {interval}.", **words)
    more = more_rows(pair, comparison.rows)
    return tr("Too early to tell {a} from {b}: {interval}. {more}", more=more, **words).strip()


def result(evaluation: Evaluation) -> str:
    """Headline metric of a run in a few words; "" where it could not be computed."""
    name, reached = evaluation.headline, evaluation.reached
    if reached is None:
        return ""
    if counts(name) == "right":
        return tr("{share} right", share=share(reached.value))
    if counts(name) == "near":
        return tr("off by {amount}", amount=amount(reached.value))
    return f"{title_of(name)}: {metric_value(name, reached.value)}"


def leader_sentence(comparison: Comparison, names: Mapping[str, str]) -> str:
    """Sentence on the leading run, and whether its lead is significant."""
    first, *others = comparison.ranking
    if len(others) == 1:
        return pair_sentence(comparison.pairs[0], comparison, names)
    level = [name for name in others if comparison.pair(first, name).better != first]
    if not level:
        return tr(
            "{first} is better than the {n} others, more than chance explains. Beside the next best, {second}: {gain}.",
            first=names[first],
            n=len(others),
            second=names[others[0]],
            gain=_gain(comparison.pair(first, others[0]), comparison.metric),
        )
    if tied := level_with(comparison, first):
        equals = named(tied, names)
        return tr("{first} comes out level with {others} on these rows.", first=names[first], others=equals)
    words = {"first": names[first], "others": named(level, names)}
    if all(comparison.pair(first, name).stands == "same" for name in level):
        return tr("{first} is ahead, but about the same as {others}.", **words)
    return tr("{first} is ahead, but it is too early to tell if it is better than {others}.", **words)


def level_with(comparison: Comparison, first: str) -> list[str]:
    """Ties: those that measure exactly what the first one does."""
    others = [name for name in comparison.ranking if name != first]
    return [name for name in others if comparison.pair(first, name).difference.value == 0.0]


def named(some: list[str], names: Mapping[str, str]) -> str:
    """Enumeration of names with commas and a last "and"; after three, how many more there are."""
    if len(some) > 3:
        return tr("{some} and {n} more", some=listed(names[name] for name in some[:3]), n=len(some) - 3)
    if len(some) == 1:
        return names[some[0]]
    return tr("{some} and {last}", some=listed(names[name] for name in some[:-1]), last=names[some[-1]])


def more_rows(pair: Pair, rows: int) -> str:
    """Sample size needed: how many more test rows would tell the two apart; "" where one is better already."""
    if pair.better is not None:
        return ""
    if pair.rows_needed is None:
        return tr("No number of test rows that anyone has would tell them apart.")
    words = {"n": count(_about(pair.rows_needed))}
    if _in_reach(pair, rows):
        return tr("About {n} more test rows would tell, if the difference stays the same.", **words)
    return tr("It would take about {n} more test rows to tell them apart.", **words)


def left_out_sentence(comparison: Comparison, names: Mapping[str, str]) -> str:
    """Note on rows left out, where the runs were judged on different ones; "" where all are common."""
    missing = {name: rows for name, rows in comparison.left_out.items() if rows}
    if not missing:
        return ""
    parts = [tr("{n} of {name}", n=count(rows), name=names[name]) for name, rows in missing.items()]
    return tr(
        "These runs were judged on different rows. Everything here is worked out on the {rows} rows that all of them "
        "answered; left out are {parts}.",
        rows=count(comparison.rows),
        parts=listed(parts),
    )


def _in_reach(pair: Pair, rows: int) -> bool:
    return pair.rows_needed is not None and pair.rows_needed <= MANY_TIMES * rows


def _gain(pair: Pair, metric: str) -> str:
    """Interval of the gain of the better one, in positive numbers."""
    gained = pair.difference
    low, high = sorted((abs(gained.low), abs(gained.high)))
    if counts(metric) == "right":
        base = _base(gained)
        return tr("{span} more right answers in {base}", span=_span(low * base, high * base), base=count(base))
    if counts(metric) == "near":
        return tr("it is {span} nearer to the truth on average", span=span_of(low, high))
    words = {"metric": title_of(metric), "span": _decimals(low, high, metric)}
    if MEANINGS[metric].is_best_at_zero:
        return tr("{metric} is {span} nearer to 0", **words)
    if MEANINGS[metric].higher_is_better:
        return tr("{metric} is {span} higher", **words)
    return tr("{metric} is {span} lower", **words)


def _interval(pair: Pair, metric: str, names: Mapping[str, str]) -> str:
    """Interval of the difference, from how much less to how much more b may have."""
    gained, b = pair.difference, names[pair.b]
    if counts(metric) == "right":
        base = _base(gained)
        return tr(
            "{b} has anything from {less} fewer to {more} more right answers in {base}",
            b=b,
            less=count(round(max(0.0, -gained.low) * base)),
            more=count(round(max(0.0, gained.high) * base)),
            base=count(base),
        )
    words = {
        "b": b,
        "metric": title_of(metric),
        "less": in_points(max(0.0, -gained.low), metric),
        "more": in_points(max(0.0, gained.high), metric),
    }
    if counts(metric) == "near":
        return tr("{b} is anything from {less} nearer to {more} further from the truth on average", **words)
    if MEANINGS[metric].is_best_at_zero:
        return tr("for {b}, {metric} is anything from {less} nearer to {more} further from 0", **words)
    if MEANINGS[metric].higher_is_better:
        return tr("for {b}, {metric} is anything from {less} lower to {more} higher (higher is better)", **words)
    return tr("for {b}, {metric} is anything from {less} lower (better) to {more} higher (worse)", **words)


def _base(gained: Interval) -> int:
    """Denominator in which to count answers, so that the interval is not lost in rounding."""
    return next((base for base in BASES if max(abs(gained.low), abs(gained.high)) * base >= 5), BASES[-1])


def _span(low: float, high: float) -> str:
    least, most = round(low), round(high)
    if least < 1:
        return tr("up to {most}", most=count(max(1, most)))
    return tr("{least} to {most}", least=count(least), most=count(most)) if least < most else count(most)


def _decimals(low: float, high: float, metric: str) -> str:
    if MEANINGS[metric].unit == "target":
        return span_of(low, high)
    if MEANINGS[metric].unit == "nats":
        return f"{low:.3f} {tr('to')} {high:.3f}"
    return tr("{low} to {high} points of 100", low=f"{low * 100:.1f}", high=f"{high * 100:.1f}")


def in_points(value: float, metric: str) -> str:
    """Difference of a metric in words: in points of 100, or in its own unit."""
    if MEANINGS[metric].unit == "target":
        return amount(value)
    return f"{value:.3f}" if MEANINGS[metric].unit == "nats" else tr("{n} points of 100", n=f"{value * 100:.1f}")


def _about(rows: int) -> int:
    """Number rounded to two significant digits: 237 as 240."""
    step = 10 ** max(0, len(str(rows)) - 2)
    return round(rows / step) * step
