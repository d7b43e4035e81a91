"""Sandboxed reading of pictures from untrusted files: what runs in the sandbox, and how its result comes back."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from core.apart import apart
from core.data.files.read import refuse_size
from core.data.files.table import Table
from core.data.pictures.archive import holds_pictures
from core.data.pictures.pack import PictureFile, read_frame
from core.errors import DatasetError
from core.sandbox import more_time

COMPUTING_S = 240
"""CPU time limit for one file of pictures: 100,000 small ones, or as many large ones as an upload may hold."""


def read_pictures_apart(files: Sequence[tuple[Path, str]]) -> Table:
    """Files of one picture each, with the names that their owner gave them; folders in a name are classes.

    Raises DatasetError where none can be used.
    """
    for path, name in files:
        refuse_size(path, name)
    told = [[str(path.absolute()), name] for path, name in files]
    what = files[0][1] if len(files) == 1 else f"{len(files):,} files"
    folder = tempfile.TemporaryDirectory(prefix="pictures-")
    into = str(Path(folder.name) / "pictures.parquet")
    request = {"files": told, "into": into}
    notes = apart(f"{__name__}:pack_files", request, what=what, error=DatasetError, at_most_s=COMPUTING_S)
    return unpacked(Path(into), notes, folder)


def unpacked(into: Path, notes: Sequence[str], folder: object) -> Table:
    """Table of what the sandbox packed; the file lies in `folder`, which lives as long as the pictures are used."""
    return Table(read_frame(into), tuple(notes), PictureFile(into, held=folder))


def pack_files(into: str, files: list[list[str]]) -> list[str]:
    """Packs loose files; gives the notes. Runs in the sandbox."""
    from core.data.pictures.intake import from_files

    more_time()
    return from_files([(Path(path), name) for path, name in files], Path(into))


def packed(path: Path, name: str, into: Path) -> list[str] | None:
    """Packs the pictures of a ZIP archive or a Parquet file; None where it holds none. Runs in the sandbox."""
    with path.open("rb") as opened:
        head = opened.read(4)
    if head not in {b"PK\x03\x04", b"PAR1"}:
        return None
    from core.data.pictures.intake import from_parquet, from_zip, picture_column

    if head == b"PAR1":
        column = picture_column(path)
        if column is None:
            return None
        more_time()
        return from_parquet(path, name, column, into)
    if not holds_pictures(path):
        return None
    more_time()
    return from_zip(path, name, into)
