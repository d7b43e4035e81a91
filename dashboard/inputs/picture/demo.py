"""Picture inputs of a demo: an upload, decoded in a sandbox before anything here looks at it, or an example."""

from core.data.pictures.sent import read_sent
from core.errors import UserError
from core.inputs.picture.brought import as_cell
from core.scenarios import Scenario
from dashboard.inputs.picture.examples import of_story
from dashboard.inputs.picture.thumbnails import as_uri, small
from dashboard.inputs.tried import Tried, TryIt
from dashboard.language.words import tr
from storage import Run, Store

TAKES_TEXT = False
"""Whether a visitor may write."""
TAKES_FILES = True
SIDE = 240


def examples(store: Store, run: Run, story: Scenario) -> list[TryIt]:
    """The scenario's examples, each with a thumbnail; none whose picture is gone."""
    frame = store.datasets.frame(run.dataset_id)
    pictures = store.datasets.pictures(run.dataset_id)
    if pictures is None:
        return []
    found = [one for one in of_story(story, frame, run) if one.picture in pictures]
    return [
        TryIt(text=one.picture, answer=one.answer, picture=as_uri(small(pictures.read(one.picture)))) for one in found
    ]


def tried(examples: tuple[TryIt, ...], fields: dict[str, str], file: bytes | None) -> Tried:
    """The validated picture, or the problem with it. A reference is taken of an example alone."""
    if file:
        return _brought(file)
    chosen = next((one for one in examples if one.text == fields.get("text")), None)
    if chosen is None:
        return Tried(problem=tr("Choose a picture first."))
    return Tried(cell=chosen.text, picture=chosen.picture)


def _brought(file: bytes) -> Tried:
    try:
        found = read_sent([file])[0]
    except UserError as error:
        return Tried(problem=error.message)
    if found.problem:
        return Tried(problem=found.problem)
    return Tried(cell=as_cell(found.content), picture=as_uri(small(found.content, SIDE)))
