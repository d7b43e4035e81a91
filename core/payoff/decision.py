"""A Decision: prices, and when to answer."""

from core.config import Frozen


class Decision(Frozen):
    """How a run's scores become answers: what each outcome is worth, and the thresholds chosen for it."""

    currency: str
