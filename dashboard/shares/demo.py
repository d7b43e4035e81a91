"""A demo: what a stakeholder sees of a run, frozen when it was shared, and the model's answer to her own sentence."""

from datetime import UTC, datetime

from core.errors import UserError
from core.tasks import input_column
from dashboard.answers import room
from dashboard.ask import ask
from dashboard.shares.asked import Asked, Likely
from dashboard.telling import Told
from storage import Actor, Said, Share, Store

__all__ = ["Asked", "Demo", "Likely", "answer"]

LONGEST = 2_000

Demo = Told


def answer(store: Store, share: Share, demo: Demo, fields: dict[str, str]) -> Asked:
    """The model's answer to `fields["text"]`. The sentence is kept only where `fields["keep"]` agrees to it.

    Raises ModelError when the predictor does not answer.
    """
    text = " ".join(fields.get("text", "").split())[:LONGEST]
    if not text:
        return Asked(problem="Write a sentence first.")
    found = ask(store.predictor(), demo.run_id, [{_column(store, demo): text}])
    asked: Asked = room(demo.answers, "demo").answered(text, found, demo)
    kept = fields.get("keep") == "yes" and _keep(store, share, text, asked.label, fields.get("right", ""))
    return asked.model_copy(update={"kept": kept})


def _column(store: Store, demo: Demo) -> str:
    """The column that the model reads. A demo frozen before it was kept asks the run, on behalf of who shared it."""
    return demo.column or input_column(store.acting(Actor(role="viewer")).runs.get(demo.run_id).config)


def _keep(store: Store, share: Share, text: str, label: str, right: str) -> bool:
    said = Said(at=datetime.now(UTC), text=text, answer=label, right=right[:200] or None)
    try:
        store.shares.keep_said(share.id, said)
    except UserError:
        return False
    return True
