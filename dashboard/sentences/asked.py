"""Test-set reuse in sentences: how many models were evaluated on the same rows."""

from core.comparison import Asked
from core.evaluation import MEANINGS, YARDSTICKS
from core.evaluation.records import Interval
from dashboard.language.formats import count, metric_values
from dashboard.language.words import joined, tr


def asked_sentence(asked: Asked) -> str:
    """What the verdict makes of other models on these rows and of earlier looks; "" for the first question."""
    parts = []
    if asked.models > 1:
        parts.append(
            tr(
                "{n} models have been judged on these rows, deleted ones included. The more there are, the more luck "
                "the best of them has: so a clearer difference is asked for, and confidence intervals are wider.",
                n=count(asked.models),
            )
        )
    if asked.look > 1:
        parts.append(
            tr(
                "This is look {n} at rows that have grown. Looking until something shows will find something, so later "
                "looks are held to a stricter line.",
                n=count(asked.look),
            )
        )
    return joined(parts)


def metric_sentence(kind: str, metric: str) -> str:
    """What the verdict makes of another metric than the one named before training; "" for the headline itself."""
    yardstick = YARDSTICKS[kind]
    if metric == yardstick.headline:
        return ""
    return tr(
        "Before training it was settled to judge these runs by {headline}. Among {n} other metrics, one can look good "
        "by luck: so each of them needs a clearer difference, most of all where the first shows none, and its interval "
        "is wider.",
        headline=tr(MEANINGS[yardstick.headline].title).lower(),
        n=count(len(yardstick.metrics) - 1),
    )


def leader_interval(metric: str, leading: Interval, measured: Interval) -> str:
    """What being picked as the best does to the leader's interval; "" where no other might as well have led."""
    if (leading.low, leading.high) == (measured.low, measured.high):
        return ""
    value, low, high = metric_values(metric, leading)
    return tr(
        "The first of a list had some luck too: {value} is probably a little too good. The true value lies between "
        "{low} and {high}, 95 times of 100.",
        value=value,
        low=low,
        high=high,
    )
