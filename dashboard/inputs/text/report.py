"""Texts in a report."""

from core.data.pictures.pack import PictureFile
from dashboard.language.words import tr

MASKS = True
"""Whether what points at a person can be replaced in what is written."""


def text(cell: str) -> str:
    """What is written of a row: the text."""
    return cell


def picture(_cell: str, _pictures: PictureFile | None) -> str:
    """None."""
    return ""


def note(*, as_written: bool) -> str:
    """What is said before rows are shown."""
    if as_written:
        return tr("The texts stand as they were written.")
    return tr(
        "E-mail addresses, accounts, links and telephone numbers in the texts are replaced by their kind. Names of "
        "people are not recognised: look before you pass this on."
    )
