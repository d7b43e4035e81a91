"""Gains of an appraisal where its test rows were asked more than once: held to the level that is left for them."""

from dataclasses import replace
from typing import TypeVar

from core.comparison.multiplicity import Multiplicity, stretched
from core.payoff.appraise import Appraisal
from core.payoff.number.appraise import NumberAppraisal

AnyAppraisal = TypeVar("AnyAppraisal", Appraisal, NumberAppraisal)


def corrected(found: AnyAppraisal, multiplicity: Multiplicity) -> AnyAppraisal:
    """The appraisal with each gain's interval stretched to the level of one test among the others (Bonferroni)."""
    level = float(multiplicity.correct([0.0]).levels[0])
    gains = {name: replace(other, gain=stretched(other.gain, level)) for name, other in found.alternatives.items()}
    return replace(found, alternatives=gains)
