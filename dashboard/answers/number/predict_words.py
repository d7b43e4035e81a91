"""Wording of a prediction interval and its empirical coverage."""

import math

from core.evaluation.records import Evaluation
from dashboard.answers.number.asked import NumberReplies
from dashboard.answers.number.scale import Scale
from dashboard.language.formats import count, share
from dashboard.language.words import tr


def span_of(found: NumberReplies, scale: Scale) -> str:
    """Between which two numbers the truth lies; nothing where no prediction interval is known."""
    low, high = float(found.low[0]), float(found.high[0])
    if math.isnan(low):
        return ""
    return tr("between {low} and {high} in 90 of 100 cases", low=scale.bare(low), high=scale(high))


def measured(evaluation: Evaluation) -> str:
    """Coverage: in how many test rows the truth really lay in its prediction interval, or why there is none."""
    held = evaluation.coverage
    if held is None:
        return tr("This run kept too few validation rows to say how far an answer may be off.")
    return tr(
        "Counted on {rows} rows that it had never seen: {share} of the true numbers lay in their prediction interval "
        "({low} to {high}).",
        rows=count(evaluation.rows),
        share=share(held.value),
        low=share(held.low),
        high=share(held.high),
    )
