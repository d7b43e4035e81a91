"""Content-addressed lookup of pictures, the shelf: the process finds a picture's file by its reference.

References are made of contents, so it never matters who put a picture here. A run puts its dataset's pictures here, the
predictor those that somebody asks about, for as long as it answers.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from core.data.pictures.pack import PictureFile, has_pictures, read_frame
from core.errors import DatasetError

Read = Callable[[str], bytes]

_held: list[Read] = []


@contextmanager
def holding(pictures: PictureFile | Mapping[str, bytes] | None) -> Iterator[None]:
    """Registers a source of pictures: inside, `read` finds these too."""
    if pictures is None:
        yield
        return
    read: Read = pictures.read if isinstance(pictures, PictureFile) else pictures.__getitem__
    _held.insert(0, read)
    try:
        yield
    finally:
        _held.remove(read)


@contextmanager
def rows_of(dataset: Path) -> Iterator[pd.DataFrame]:
    """Loads all rows of a dataset's file; inside, `read` finds the pictures that they refer to."""
    frame = read_frame(dataset)
    with holding(PictureFile(dataset) if has_pictures(dataset) else None):
        yield frame


def read(picture: str) -> bytes:
    """Bytes of a picture's file. Raises DatasetError where it is not at hand."""
    for source in tuple(_held):
        try:
            return source(picture)
        except KeyError:
            continue
    raise DatasetError(f"The picture {picture[:12]}… is not at hand.", "Bring the file with the pictures again.")
