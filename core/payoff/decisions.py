"""AnyDecision: discriminated union of the decisions that a run may keep, by the kind of its answers."""

from typing import Annotated, Any

from pydantic import Discriminator, Tag

from core.payoff.decision import Decision
from core.payoff.number.decision import NumberDecision


def _kind(told: Any) -> str:
    """Discriminator of a decision: it names classes, or prices of a unit."""
    is_number = isinstance(told, NumberDecision) or (isinstance(told, dict) and "too_high" in told)
    return "number" if is_number else "class"


AnyDecision = Annotated[
    Annotated[Decision, Tag("class")] | Annotated[NumberDecision, Tag("number")], Discriminator(_kind)
]
