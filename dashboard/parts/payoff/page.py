"""Payoff page: what a run's answers are worth, drawn by the room of their kind."""

from dashboard.answers import room
from dashboard.cached.comparable import require_evaluated
from dashboard.parts.teaching import teaching_banner
from storage import Run


def lead(run: Run | None) -> str:
    """Introductory sentence of the page, for the kind of answers that the run has."""
    said: str = room(run.evaluation.kind if run and run.evaluation else "class", "payoff").lead()
    return said


def worth(run: Run) -> None:
    """The prices, and what they make of the run."""
    teaching_banner(run.scenario)
    room(require_evaluated(run).kind, "payoff").worth(run)
