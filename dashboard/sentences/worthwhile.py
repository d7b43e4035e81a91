"""Payoff of a run as frozen sentences for a stakeholder: never more than the intervals support."""

from dashboard.answers import room
from dashboard.answers.money_told import Other, Worthwhile
from dashboard.cached.comparable import require_evaluated
from storage import Run, Store

__all__ = ["Other", "Worthwhile", "worthwhile"]


def worthwhile(store: Store, run: Run) -> Worthwhile | None:
    """Payoff of a finished run for 1,000 cases; None without prices."""
    found: Worthwhile | None = room(require_evaluated(run).kind, "worth").worthwhile(store, run)
    return found
