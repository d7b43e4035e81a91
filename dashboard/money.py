"""What a run is worth, in sentences for a stakeholder."""

from collections.abc import Mapping

from core.config import Frozen
from core.results import Predictions
from storage import Run


class Worthwhile(Frozen):
    """The money of one run: the headline, what it means, and how it stands to other ways of doing the work."""

    value: str
    meaning: str
    beside: tuple[str, ...]
    are_examples: bool
    """True where the prices are the scenario's examples and nobody has set them."""


def worthwhile(run: Run, model: Predictions, others: Mapping[str, Predictions]) -> Worthwhile | None:
    """What the run's answers are worth for 1,000 cases; None where nobody has said what an answer is worth."""
    del run, model, others
    return None
