"""A demo: what a stakeholder sees of a run, frozen when it was shared, and the model's answer to her own sentence."""

from datetime import UTC, datetime

from core.config import Frozen
from core.errors import UserError
from core.payoff import Decision, decide
from dashboard.ask import Answers, ask
from dashboard.formats import share as percent
from dashboard.telling import Told
from storage import Said, Share, Store

LONGEST = 2_000

Demo = Told


class Likely(Frozen):
    """A class and how probable the model thinks it is; `width` is the length of its bar, of 100."""

    label: str
    probability: str
    width: int


class Asked(Frozen):
    """A visitor's sentence and what came of it."""

    text: str = ""
    label: str = ""
    """The answer; empty where nothing was asked, or where the model leaves it to a person."""
    likely: tuple[Likely, ...] = ()
    kept: bool = False
    problem: str = ""


def answer(store: Store, share: Share, demo: Demo, fields: dict[str, str]) -> Asked:
    """The model's answer to `fields["text"]`. The sentence is kept only where `fields["keep"]` agrees to it.

    Raises ModelError when the predictor does not answer.
    """
    text = " ".join(fields.get("text", "").split())[:LONGEST]
    if not text:
        return Asked(problem="Write a sentence first.")
    found = ask(store.predictor(), store.runs.get(demo.run_id), [text])
    scores = found.scores[0]
    order = scores.argsort()[::-1][:5]
    likely = tuple(
        Likely(label=found.labels[i], probability=percent(float(scores[i])), width=round(100 * float(scores[i])))
        for i in order
    )
    label = _decided(found, demo.decision)
    kept = fields.get("keep") == "yes" and _keep(store, share, text, label, fields.get("right", ""))
    return Asked(text=text, label=label, likely=likely, kept=kept)


def _decided(found: Answers, decision: Decision | None) -> str:
    """The answer under the decision that the run followed when it was told; empty where a person gets the case."""
    if decision is None:
        return found.labels[int(found.scores[0].argmax())]
    return decide(found.scores, decision, found.labels)[0] or ""


def _keep(store: Store, share: Share, text: str, label: str, right: str) -> bool:
    said = Said(at=datetime.now(UTC), text=text, answer=label, right=right[:200] or None)
    try:
        store.shares.keep_said(share.id, said)
    except UserError:
        return False
    return True
