"""Numeric prediction in a demo."""

from core.payoff.number import NumberDecision
from dashboard.answers.number.asked import NumberReplies
from dashboard.answers.number.predict_words import span_of
from dashboard.shares.asked import VisitorTrial
from dashboard.shares.telling import Told


def answered(text: str, found: NumberReplies, told: Told) -> VisitorTrial:
    """The answer under the decision that was frozen, with its prediction interval."""
    decision, own = told.decision, found.estimates
    value = decision.answers(own) if isinstance(decision, NumberDecision) else own
    return VisitorTrial(text=text, label=told.scale(float(value[0])), note=span_of(found, told.scale), answered=True)
