"""Pictures in a report: small, within the page."""

from core.data.pictures.pack import PictureFile
from dashboard.inputs.picture.thumbnails import as_uri, small
from dashboard.language.words import tr

MASKS = False
"""Whether what points at a person can be replaced in what is written."""


def text(_cell: str) -> str:
    """What is written of a row: nothing, it is shown."""
    return ""


def picture(cell: str, pictures: PictureFile | None) -> str:
    """A thumbnail as a data URI; nothing for a picture that is gone."""
    return as_uri(small(pictures.read(cell))) if pictures is not None and cell in pictures else ""


def note(*, as_written: bool) -> str:  # noqa: ARG001  # nothing is masked on a picture
    """What is said before rows are shown."""
    return tr("The pictures stand as they are, only smaller. Look who can be seen on them before you pass this on.")
