"""Text inputs of a demo: a visitor's own sentence, or an example."""

from core.scenarios import Scenario
from dashboard.inputs.tried import Tried, TryIt
from dashboard.language.words import tr
from storage import Run, Store

LONGEST = 2_000
TAKES_TEXT = True
"""Whether a visitor may write."""
TAKES_FILES = False


def examples(_store: Store, _run: Run, story: Scenario) -> list[TryIt]:
    """The scenario's examples."""
    return [TryIt(text=one.text, answer=one.answer) for one in story.examples]


def tried(_examples: tuple[TryIt, ...], fields: dict[str, str], _file: bytes | None) -> Tried:
    """The validated sentence, or the problem with it."""
    text = " ".join(fields.get("text", "").split())[:LONGEST]
    return Tried(cell=text, text=text) if text else Tried(problem=tr("Write a sentence first."))
