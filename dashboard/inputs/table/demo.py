"""Records of a demo: a visitor chooses one of the scenario's examples."""

from core.scenarios import Scenario
from dashboard.inputs.table.told import in_short
from dashboard.inputs.tried import Tried, TryIt
from dashboard.language.words import tr
from storage import Run, Store

TAKES_TEXT = False
"""Whether a visitor may write."""
TAKES_FILES = False


def examples(_store: Store, _run: Run, story: Scenario) -> list[TryIt]:
    """The scenario's examples."""
    return [TryIt(text=one.text, answer=one.answer, said=in_short(one.text)) for one in story.examples]


def tried(examples: tuple[TryIt, ...], fields: dict[str, str], _file: bytes | None) -> Tried:
    """The chosen example, or the problem with it."""
    chosen = next((one for one in examples if one.text == fields.get("text")), None)
    return Tried(problem=tr("Choose one of the examples.")) if chosen is None else Tried(cell=chosen.text)
