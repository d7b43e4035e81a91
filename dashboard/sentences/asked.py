"""How often some test rows were asked, in sentences for someone who never saw statistics."""

from core.comparison import Asked
from core.evaluation import MEANINGS, YARDSTICKS
from core.evaluation.records import Interval
from dashboard.language.formats import count, metric_values
from dashboard.language.words import tr


def asked_sentence(asked: Asked) -> str:
    """What the verdict makes of other models on these rows and of earlier looks; "" for the first question."""
    parts = []
    if asked.models > 1:
        parts.append(
            tr(
                "{n} models have been judged on these rows, deleted ones included. The luckiest of many looks better "
                "than it is, so a difference must be clearer here to count, and its range is wider.",
                n=count(asked.models),
            )
        )
    if asked.look > 1:
        parts.append(
            tr(
                "This is look {n} at rows that have grown: who looks until something shows will find something, so "
                "later looks are held to a stricter line.",
                n=count(asked.look),
            )
        )
    return " ".join(parts)


def metric_sentence(kind: str, metric: str) -> str:
    """What the verdict makes of another metric than the one named before training; "" for the headline itself."""
    yardstick = YARDSTICKS[kind]
    if metric == yardstick.headline:
        return ""
    return tr(
        "These runs are judged by {headline}: that was settled before training. Among {n} further metrics luck finds "
        "one that looks well. By any of them a difference must be clearer to count, even more so where the first shows "
        "none, and its range is wider.",
        headline=tr(MEANINGS[yardstick.headline].title).lower(),
        n=count(len(yardstick.metrics) - 1),
    )


def leader_range(metric: str, leading: Interval, measured: Interval) -> str:
    """What being picked as the best does to the leader's range; "" where no other might as well have led."""
    if (leading.low, leading.high) == (measured.low, measured.high):
        return ""
    value, low, high = metric_values(metric, leading)
    return tr(
        "Whichever comes out best was lucky too: {value} is rather too good, and the true value lies between {low} and "
        "{high}.",
        value=value,
        low=low,
        high=high,
    )
