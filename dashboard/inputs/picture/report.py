"""Pictures in a report: thumbnails within the page."""

from collections.abc import Sequence

from core.data.pictures.pack import PictureFile
from dashboard.inputs.picture.thumbnails import as_uri, small
from dashboard.language.words import tr

MASKS = False
"""Whether personal data can be masked in what is written."""


def text(_cell: str, _hidden: Sequence[str]) -> str:
    """Text of a row: empty, since a picture is shown."""
    return ""


def picture(cell: str, pictures: PictureFile | None) -> str:
    """Thumbnail as a data URI; "" for a picture that is gone."""
    return as_uri(small(pictures.read(cell))) if pictures is not None and cell in pictures else ""


def note(*, as_written: bool) -> str:  # noqa: ARG001  # nothing is masked on a picture
    """Privacy note above the rows of a report."""
    return tr("The pictures stand as they are, only smaller. Look who can be seen on them before you pass this on.")
