"""Shelf of pictures: where the process finds the file of a picture by its reference, wherever it came from.

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
    """Inside, `read` finds these pictures too."""
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
    """All rows of a dataset's file; inside, `read` finds the pictures that they refer to."""
    frame = read_frame(dataset)
    with holding(PictureFile(dataset) if has_pictures(dataset) else None):
        yield frame


def read(picture: str) -> bytes:
    """The file of a picture. Raises DatasetError where it is not at hand."""
    for source in tuple(_held):
        try:
            return source(picture)
        except KeyError:
            continue
    raise DatasetError(f"The picture {picture[:12]}… is not at hand.", "Bring the file with the pictures again.")
