"""Cost-sensitive decisions: what right and wrong answers are worth, and the thresholds that are worth the most.

It knows answers and prices only, never the model that made them.
"""

from core.payoff.answers import PERSON, decide
from core.payoff.appraise import Alternative, Appraisal, appraise
from core.payoff.choose import choose, rules_for
from core.payoff.curves import (
    ProfitCurve,
    Swing,
    ThresholdCurve,
    break_even,
    least_right,
    profit_curve,
    sensitivity,
    threshold_curve,
)
from core.payoff.decision import Decision, Rule
from core.payoff.decisions import AnyDecision
from core.payoff.prices import from_story, from_words, labels_of, read_prices, simple
from core.payoff.worth import Value, worth

__all__ = [
    "PERSON",
    "Alternative",
    "AnyDecision",
    "Appraisal",
    "Decision",
    "ProfitCurve",
    "Rule",
    "Swing",
    "ThresholdCurve",
    "Value",
    "appraise",
    "break_even",
    "choose",
    "decide",
    "from_story",
    "from_words",
    "labels_of",
    "least_right",
    "profit_curve",
    "read_prices",
    "rules_for",
    "sensitivity",
    "simple",
    "threshold_curve",
    "worth",
]
