"""Payoff: what right and wrong answers are worth, and the decision that is worth the most."""

from core.payoff.decision import Decision

__all__ = ["Decision"]
