"""Class prediction in a demo."""

from core.payoff import decide
from dashboard.answers.one_class.asked import ClassReplies
from dashboard.language.formats import share as percent
from dashboard.shares.asked import Likely, VisitorTrial
from dashboard.shares.telling import Told


def answered(text: str, found: ClassReplies, told: Told) -> VisitorTrial:
    """The answer under the decision that was frozen, and the likeliest classes."""
    scores = found.scores[0]
    order = scores.argsort()[::-1][:5]
    likely = tuple(
        Likely(label=found.labels[i], probability=percent(float(scores[i])), width=round(100 * float(scores[i])))
        for i in order
    )
    return VisitorTrial(text=text, label=_decided(found, told), likely=likely, answered=True)


def _decided(found: ClassReplies, told: Told) -> str:
    """The answer under the decision that the run followed when it was told; empty where a person gets the case."""
    if told.decision is None:
        return found.labels[int(found.scores[0].argmax())]
    return decide(found.scores, told.decision, found.labels)[0] or ""  # type: ignore[arg-type]  # of this kind
