"""Cost-sensitive decisions on numbers: what a unit too high or too low costs, and the answer worth the most.

It knows NumberAnswers and prices only, never the model that gave them.
"""

from core.payoff.number.appraise import NumberAlternative, NumberAppraisal, appraise
from core.payoff.number.choose import ShiftCurve, choose, shift_curve
from core.payoff.number.decision import NumberDecision
from core.payoff.number.prices import from_story, from_words, read_prices
from core.payoff.number.worth import NumberValue, earnings, gain_per_1000, worth

__all__ = [
    "NumberAlternative",
    "NumberAppraisal",
    "NumberDecision",
    "NumberValue",
    "ShiftCurve",
    "appraise",
    "choose",
    "earnings",
    "from_story",
    "from_words",
    "gain_per_1000",
    "read_prices",
    "shift_curve",
    "worth",
]
