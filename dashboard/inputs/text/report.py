"""Texts in a report, with personal data masked unless it was chosen otherwise."""

from collections.abc import Sequence

from core.data.pictures.pack import PictureFile
from dashboard.language.words import tr

MASKS = True
"""Whether personal data can be masked in what is written."""


def text(cell: str, _hidden: Sequence[str]) -> str:
    """Text of a row."""
    return cell


def picture(_cell: str, _pictures: PictureFile | None) -> str:
    """Thumbnail: "", since a text has none."""
    return ""


def note(*, as_written: bool) -> str:
    """Privacy note above the rows of a report."""
    if as_written:
        return tr("The texts stand as they were written.")
    return tr(
        "E-mail addresses, accounts, links and telephone numbers in the texts are replaced by their kind. Names of "
        "people are not recognised: look before you pass this on."
    )
