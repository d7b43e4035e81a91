"""Table: the rows read from a file, and plain sentences about how they were read."""

from dataclasses import dataclass

import pandas as pd

from core.data.pictures.pack import PictureFile


@dataclass(frozen=True)
class Table:
    """Rows read from a file.

    `frame` has text columns as pandas `str` (a missing cell is NA) and columns in the file's order. `notes` say in
    sentences what was decided on the way, such as "Read as CSV: separated by semicolons, Windows-1252." Columns of
    pictures hold references; `pictures` has the bytes.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    pictures: PictureFile | None = None
