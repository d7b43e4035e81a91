"""Demo of a run: a snapshot, frozen when it was shared, with live predictions for a visitor's own row."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from core.errors import UserError
from core.tasks import task_of
from dashboard.answers import room
from dashboard.inputs import room as room_of_inputs
from dashboard.language.engine import said
from dashboard.predictor.ask import ask
from dashboard.sentences.novelty import leave_it
from dashboard.shares.asked import Likely, VisitorTrial
from dashboard.shares.telling import Told
from storage import Actor, Share, Store, VisitorSentence

__all__ = ["Demo", "Likely", "VisitorTrial", "answer"]

Demo = Told


def answer(store: Store, share: Share, demo: Demo, fields: dict[str, str], file: bytes | None = None) -> VisitorTrial:
    """Prediction for a visitor's sentence or picture.

    A sentence is kept only where `fields["keep"]` agrees to it; a picture never is. Raises ModelError when the
    predictor does not answer.
    """
    tried = room_of_inputs(demo.inputs, "demo").tried(demo.examples, fields, file)
    if tried.problem:
        return VisitorTrial(problem=said(tried.problem))
    found = ask(store.predictor(), demo.run_id, [_row(store, demo, tried.cell)])
    if any(found.problems):
        return VisitorTrial(problem=said(found.problems[0]))
    asked: VisitorTrial = room(demo.answers, "demo").answered(tried.text, found, demo)
    keeps = bool(tried.text) and fields.get("keep") == "yes"
    kept = keeps and _keep(store, share, tried.text, asked.label, fields.get("right", ""))
    return asked.model_copy(update={"kept": kept, "picture": tried.picture, "warning": _warning(found.unlike, demo)})


def takes_files(demo: Demo) -> bool:
    """Whether a visitor may upload a file."""
    return bool(room_of_inputs(demo.inputs, "demo").TAKES_FILES)


def takes_text(demo: Demo) -> bool:
    """Text input flag: whether a visitor may write a row of her own."""
    return bool(room_of_inputs(demo.inputs, "demo").TAKES_TEXT)


def _warning(unlike: Sequence[bool | None], demo: Demo) -> str:
    """Warning on a row unlike the training rows, with what to do where a person may take the case."""
    if not any(unlike):
        return ""
    return " ".join(filter(None, [room_of_inputs(demo.inputs, "words").unlike(), leave_it(demo.decision)]))


def _row(store: Store, demo: Demo, cell: str) -> dict[str, Any]:
    """Row of the request. What a demo does not say is read from the run, with a viewer's rights."""
    if demo.column:
        return {demo.column: cell}
    config = store.acting(Actor(role="viewer")).runs.get(demo.run_id).config
    return task_of(config).inputs.row(cell, config.task)


def _keep(store: Store, share: Share, text: str, label: str, right: str) -> bool:
    said = VisitorSentence(at=datetime.now(UTC), text=text, answer=label, right=right[:200] or None)
    try:
        store.shares.keep_said(share.id, said)
    except UserError:
        return False
    return True
