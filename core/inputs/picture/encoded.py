"""Encoding of pictures for a network: resized once, cached as uint8, normalised a batch at a time."""

import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from core.callbacks import PictureBytes, Watch
from core.models.looking import Preprocessing
from core.training.cached import content_key

PIXELS_A_TOKEN = 64
"""Pixels that cost about what a token costs."""
MOST_KEPT_BYTES = 8_000_000_000
"""Size limit of the cache on disk: more is decoded anew for each batch."""


class Pixels(Protocol):
    """Pixels of many pictures, uint8 (rows, height, width, channels): an array, or something that is read as one."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: NDArray[np.int64], /) -> NDArray[np.uint8]:
        """Subset by row position."""
        ...


class DecodedWhenAsked:
    """Lazy pixels, too many to keep: decoded for each batch."""

    def __init__(self, pictures: Sequence[str], source: PictureBytes, look: Preprocessing) -> None:
        self._pictures, self._source, self._look = pictures, source, look

    def __len__(self) -> int:
        return len(self._pictures)

    def __getitem__(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Subset by row position, decoded now."""
        return np.stack([looked_at(self._source(self._pictures[row]), self._look) for row in rows])


class EncodedPictures:
    """Encoded pictures, a batch at a time; see `core.inputs.encoded.Encoded`."""

    def __init__(self, pixels: Pixels, look: Preprocessing, key: str) -> None:
        self.pixels, self.look, self.key = pixels, look, key
        self._mean = torch.tensor(look.mean).view(1, -1, 1, 1) * 255
        self._scale = 1 / (torch.tensor(look.std).view(1, -1, 1, 1) * 255)

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Length of each in tokens: all alike."""
        cost = max(1, self.look.height * self.look.width // PIXELS_A_TOKEN)
        return np.full(len(self), cost, np.int64)

    def batch(self, rows: Sequence[int], multiple: int = 1) -> dict[str, torch.Tensor]:  # no padding
        """`pixel_values`, float32 (rows, channels, height, width), channels last in memory."""
        return {"pixel_values": self.scaled(torch.from_numpy(self.pixels[np.asarray(rows, dtype=np.int64)]))}

    def scaled(self, pixels: torch.Tensor) -> torch.Tensor:
        """Normalised pixel values that the network reads, from pixels (rows, height, width, channels)."""
        values = pixels.permute(0, 3, 1, 2).to(torch.float32, memory_format=torch.channels_last)
        return values.sub_(self._mean.to(values.device)).mul_(self._scale.to(values.device))

    def shown(self, values: torch.Tensor) -> NDArray[np.uint8]:
        """Denormalised pixels: what the network reads as pictures to show, uint8 (rows, height, width, channels)."""
        pixels = values.detach().float().cpu() / self._scale + self._mean
        shown: NDArray[np.uint8] = pixels.round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).numpy()
        return shown


def encode(
    pictures: Sequence[str],
    source: PictureBytes,
    look: Preprocessing,
    cache: Path | None,
    watch: Watch = lambda _done, _total: None,
) -> EncodedPictures:
    """Encodes pictures by the preprocessing `look`. With a `cache` they are made once, and memory-mapped from disk."""
    key = content_key("pictures", repr((look.height, look.width, look.resize, look.resample, look.channels)), pictures)
    shape = (len(pictures), look.height, look.width, look.channels)
    if np.prod(shape, dtype=np.int64) > MOST_KEPT_BYTES:
        return EncodedPictures(DecodedWhenAsked(pictures, source, look), look, key)
    if cache is None:
        pixels = np.empty(shape, np.uint8)
        _fill(pixels, pictures, source, look, watch)
        return EncodedPictures(pixels, look, key)
    path = cache / "pictures" / key[:2] / f"{key}.npy"
    if not _is_there(path, shape):
        _make(path, shape, pictures, source, look, watch)
    return EncodedPictures(np.lib.format.open_memmap(path, mode="r"), look, key)


def _is_there(path: Path, shape: tuple[int, ...]) -> bool:
    try:
        found = np.lib.format.open_memmap(path, mode="r")
    except (OSError, ValueError):
        return False
    return found.shape == shape and found.dtype == np.uint8


def _make(
    path: Path,
    shape: tuple[int, ...],
    pictures: Sequence[str],
    source: PictureBytes,
    look: Preprocessing,
    watch: Watch,
) -> None:
    """Writes the cache file atomically: a temporary file is filled and renamed, so that one of this name is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    os.close(handle)
    try:
        pixels = np.lib.format.open_memmap(temporary, mode="w+", dtype=np.uint8, shape=shape)
        _fill(pixels, pictures, source, look, watch)
        pixels.flush()
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _fill(
    pixels: NDArray[np.uint8], pictures: Sequence[str], source: PictureBytes, look: Preprocessing, watch: Watch
) -> None:
    for row, picture in enumerate(pictures):
        pixels[row] = looked_at(source(picture), look)
        if row % 512 == 511:
            watch(row + 1, len(pictures))


def looked_at(content: bytes, look: Preprocessing) -> NDArray[np.uint8]:
    """Preprocessed picture, decoded, resized and cropped, (height, width, channels)."""
    image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG")).convert("RGB" if look.channels == 3 else "L")
    if look.resize:
        share = look.resize / min(image.size)
        image = _resized(image, (round(image.width * share), round(image.height * share)), look)
        left, top = (image.width - look.width) // 2, (image.height - look.height) // 2
        image = image.crop((left, top, left + look.width, top + look.height))
    else:
        image = _resized(image, (look.width, look.height), look)
    return np.asarray(image, np.uint8).reshape(look.height, look.width, look.channels)


def _resized(image: Image.Image, size: tuple[int, int], look: Preprocessing) -> Image.Image:
    return image if image.size == size else image.resize(size, Image.Resampling(look.resample))
