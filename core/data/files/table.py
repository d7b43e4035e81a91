"""Table: the rows read from a file, and plain sentences about how they were read."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.checks.findings import Finding
from core.data.files.options import ReadOptions
from core.data.pictures.pack import PictureFile


@dataclass(frozen=True)
class Table:
    """Rows read from a file.

    `frame` has text columns as pandas `str` (a missing cell is NA) and columns in the file's order. `notes` say in
    sentences what was decided on the way, such as "Read as CSV: separated by semicolons, Windows-1252." `findings` are
    what somebody has to know of the reading, each with the `options` that would read otherwise. Columns of pictures
    hold references; `pictures` has the bytes. `lines` has the line of the file in which each row begins, from 1, where
    that was asked for.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    pictures: PictureFile | None = None
    findings: tuple[Finding, ...] = ()
    options: ReadOptions = field(default_factory=ReadOptions)
    lines: NDArray[np.int64] | None = None
