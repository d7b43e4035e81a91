"""Join of tables with pictures by file name: which column of which table names them, and the rows in which it does."""

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from core.data.files.read import read
from core.data.pictures.picture import BadPicture
from core.data.rows.values import cells
from core.data.sentences import counted, quoted
from core.data.splits.given import part_of
from core.errors import DatasetError

ENOUGH = 0.5
"""A column names pictures when so many of its filled cells do."""


@dataclass(frozen=True)
class Named:
    """A table whose `column` names pictures; `pictures` has the one of each row, or None."""

    name: str
    frame: pd.DataFrame
    column: str
    pictures: tuple[str | None, ...]

    @property
    def found(self) -> int:
        """How many rows have their picture."""
        return sum(picture is not None for picture in self.pictures)


def joined_tables(
    tables: dict[str, Callable[[], bytes]], names: Sequence[str]
) -> tuple[pd.DataFrame, list[str], list[str]] | None:
    """Rows of the tables that name pictures, the picture of each, and notes; None where no table names any."""
    known = lookup(names)
    found = [one for name, content in tables.items() if (one := named(name, content, known))]
    if not found:
        return None
    best = max(found, key=lambda one: one.found)
    chosen = [one for one in found if one.column == best.column and part_of(PurePosixPath(one.name).stem)]
    chosen = chosen if len(chosen) > 1 and best in chosen else [best]
    frame, pictures, notes = together(chosen)
    others = [name for name in tables if name not in {one.name for one in chosen}]
    if others:
        notes.append(f"Left out {counted(len(others), 'other file')}: {quoted(others, 3)}.")
    return frame, pictures, notes


def together(chosen: list[Named]) -> tuple[pd.DataFrame, list[str], list[str]]:
    """The rows with a picture of one table, or of several that are parts of one."""
    frames, pictures, notes = [], [], []
    for one in chosen:
        has = [picture is not None for picture in one.pictures]
        frame = one.frame[has].reset_index(drop=True)
        if len(chosen) > 1 and "part" not in frame:
            frame["part"] = part_of(PurePosixPath(one.name).stem)
        frames.append(frame)
        pictures += [picture for picture in one.pictures if picture is not None]
        notes.append(f"The pictures are named in the column '{one.column}' of {one.name}.")
        if lost := len(has) - sum(has):
            missing = [cell or "" for cell, there in zip(cells(one.frame[one.column]), has, strict=True) if not there]
            notes.append(f"Left out {counted(lost, 'row')} whose picture is not there: {quoted(missing, 3)}.")
    return pd.concat(frames, ignore_index=True), pictures, notes


def lookup(names: Sequence[str]) -> dict[str, str]:
    """Index of pictures by what a table may call them: the whole path, its end, with and without the suffix."""
    spellings: dict[str, str] = {}
    times: Counter[str] = Counter()
    for name in names:
        parts = PurePosixPath(name.casefold()).parts
        for start in range(len(parts)):
            place = PurePosixPath(*parts[start:])
            for spelling in {str(place), str(place.with_suffix(""))}:
                spellings[spelling] = name
                times[spelling] += 1
    return {spelling: name for spelling, name in spellings.items() if times[spelling] == 1}


def named(name: str, content: Callable[[], bytes], known: dict[str, str]) -> Named | None:
    """The table with the column that names the most pictures; None for one that names none or is no table."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table"
            path.write_bytes(content())
            frame = read(path, PurePosixPath(name).name).frame
    except (DatasetError, BadPicture):
        return None
    best: Named | None = None
    for column in frame.columns:
        words = [
            cell and cell.strip().replace("\\", "/").removeprefix("./").casefold() for cell in cells(frame[column])
        ]
        filled = sum(bool(word) for word in words)
        one = Named(name, frame, str(column), tuple(known.get(word) if word else None for word in words))
        if filled and one.found >= ENOUGH * filled and (best is None or one.found > best.found):
            best = one
    return best
