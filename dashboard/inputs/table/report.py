"""Records in a report: their values by column, without the columns that look personal."""

from collections.abc import Sequence

from core.data.pictures.pack import PictureFile
from dashboard.inputs.table.told import in_short
from dashboard.language.words import tr

MASKS = True
"""Whether personal data can be masked in what is written."""


def text(cell: str, hidden: Sequence[str]) -> str:
    """Values of a row, but for those of the `hidden` columns."""
    return in_short(cell, hidden)


def picture(_cell: str, _pictures: PictureFile | None) -> str:
    """Thumbnail: "", since a record has none."""
    return ""


def note(*, as_written: bool) -> str:
    """Privacy note above the rows of a report."""
    if as_written:
        return tr("The values stand as they were written; columns that look personal were left out.")
    return tr(
        "Columns that look personal were left out, and e-mail addresses, accounts, links and telephone numbers are "
        "replaced by their kind. Several columns together may still tell who is meant: look before you pass this on."
    )
