"""Rows of a file that a model is asked about: its columns found by name, whatever their case."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from core.config.tasks import CellKind
from core.data.files.name_keys import same_name
from core.data.sentences import listed
from core.errors import DatasetError
from core.inputs.table.cells import cells_of, read


@dataclass(frozen=True)
class AskedCells:
    """Cells of the rows, and the columns that the file lacks: they count as missing."""

    cells: tuple[str, ...]
    lacking: tuple[str, ...]


def asked_cells(frame: pd.DataFrame, columns: Mapping[str, CellKind]) -> AskedCells:
    """Cells of a file's rows. Raises DatasetError where it has none of the columns."""
    wanted, names = read(columns), [str(name) for name in frame.columns]
    found = {name: there for name in wanted if (there := same_name(name, names)) is not None}
    if not found:
        raise DatasetError(
            f"None of the columns that the model reads is in this file: {listed(wanted)}. Its columns are: "
            f"{listed(names, 20)}.",
            "Name the columns as in the rows that it learned from.",
        )
    empty = pd.Series([None] * len(frame), dtype=object)
    rows = pd.DataFrame(
        {name: frame[found[name]].reset_index(drop=True) if name in found else empty for name in wanted}
    )
    return AskedCells(tuple(cells_of(rows, columns)), tuple(name for name in wanted if name not in found))
