"""Loaders of picture datasets: each writes a ZIP archive of pictures, a folder a class, which is read as an upload."""

import gzip
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from core.debian import read_member
from core.errors import DatasetError

FASHION = "usr/share/datasets/fashion-mnist"
GARMENTS = (
    "T-shirt or top", "Trousers", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
"""Class names in the order of the published numbers."""
FILES = {"train": "train", "test": "t10k"}
MAGIC = {1: 0x0801, 3: 0x0803}
"""Magic numbers of idx files of bytes, by their dimensions."""

PictureRecipe = Callable[[Path | None, Path], None]
"""Loader of a picture dataset: takes the source's file, where it has one, and the archive to write."""


def fashion(package: Path | None, into: Path) -> None:
    """Fashion-MNIST out of Debian's dataset-fashion-mnist: 60,000 and 10,000 grey pictures of 28 x 28."""
    if package is None:
        raise DatasetError("Fashion-MNIST is read out of a package.")
    write(into, _fashion_pictures(package))


def _fashion_pictures(package: Path) -> Iterable[tuple[str, np.ndarray]]:
    for part, file in FILES.items():
        pictures = idx(read_member(package, f"{FASHION}/{file}-images-idx3-ubyte.gz"), 3)
        classes = idx(read_member(package, f"{FASHION}/{file}-labels-idx1-ubyte.gz"), 1)
        for number, (picture, garment) in enumerate(zip(pictures, classes, strict=True)):
            yield f"{part}/{GARMENTS[garment]}/{number:05}.png", picture


def idx(packed: bytes, dimensions: int) -> np.ndarray:
    """Parses a gzipped idx file (LeCun et al. 1998) into an array of bytes. Raises DatasetError where it is another."""
    content = gzip.decompress(packed)
    begin = np.frombuffer(content[: 4 * (dimensions + 1)], ">u4")
    shape = tuple(int(side) for side in begin[1:])
    if len(begin) != dimensions + 1 or begin[0] != MAGIC[dimensions] or len(content) != begin.nbytes + np.prod(shape):
        raise DatasetError("The file of pictures is not laid out as it should be.")
    return np.frombuffer(content, np.uint8, offset=begin.nbytes).reshape(shape)


def digits(_: Path | None, into: Path) -> None:
    """scikit-learn's digits: 1,797 grey pictures of 8 x 8, enlarged to 32 x 32 so that they can be seen."""
    from sklearn.datasets import load_digits

    found = load_digits()
    pictures = (found.images * (255 / 16)).round().astype(np.uint8)
    named = (
        (f"{digit}/{n:04}.png", picture) for n, (digit, picture) in enumerate(zip(found.target, pictures, strict=True))
    )
    write(into, named, side=32)


def write(into: Path, pictures: Iterable[tuple[str, np.ndarray]], side: int = 0) -> None:
    """Writes a ZIP archive with these pictures as PNG by their names, enlarged to `side` where it is given."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as archive:
        for name, pixels in pictures:
            image, buffer = Image.fromarray(pixels), io.BytesIO()
            (image.resize((side, side), Image.Resampling.BICUBIC) if side else image).save(buffer, "PNG")
            archive.writestr(zipfile.ZipInfo(name), buffer.getvalue())


PICTURE_RECIPES: Mapping[str, PictureRecipe] = {"fashion": fashion, "digits": digits}
