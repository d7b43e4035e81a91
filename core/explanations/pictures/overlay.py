"""Heat map: a picture with the pushes of its patches drawn over it, as a PNG that needs no theme."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FOR, AGAINST = (26, 140, 132), (208, 138, 60)
"""The colours of places that speak for a class and against it, those of words."""
STRONGEST = 0.82
"""Opacity of the strongest colour."""
FAINTEST = 0.08
"""A push below this share of the picture's strongest stays uncoloured."""
LEAST_SIDE = 280


def overlay(seen: NDArray[np.uint8], pushes: NDArray[np.float64]) -> bytes:
    """Heat map over the picture in grey, coloured where patches push, as PNG; `seen` is (height, width, channels)."""
    picture = enlarged(seen)
    grey = np.asarray(picture.convert("L").convert("RGB"), np.float64)
    ground = 96 + 0.55 * grey  # paler than it was, so that colours stand out
    strength = _smooth(pushes, picture.size)
    strongest = float(np.abs(strength).max())
    share = np.abs(strength) / strongest if strongest else np.zeros_like(strength)
    share = np.where(share < FAINTEST, 0, share)[:, :, None] * STRONGEST
    colour = np.where((strength > 0)[:, :, None], np.array(FOR), np.array(AGAINST))
    return as_png(Image.fromarray((ground * (1 - share) + colour * share).round().clip(0, 255).astype(np.uint8)))


def enlarged(seen: NDArray[np.uint8]) -> Image.Image:
    """Upscaled picture as the model sees it, its pixels large enough to be seen."""
    picture = Image.fromarray(seen[:, :, 0] if seen.shape[2] == 1 else seen).convert("RGB")
    times = max(1, -(-LEAST_SIDE // max(picture.size)))
    return picture.resize((picture.width * times, picture.height * times), Image.Resampling.NEAREST)


def as_png(picture: Image.Image) -> bytes:
    """Encodes the picture as a PNG file."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _smooth(pushes: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.float64]:
    """Bilinear interpolation of the patches' pushes to one for each pixel."""
    patches = Image.fromarray(pushes.astype(np.float32), "F")
    return np.asarray(patches.resize(size, Image.Resampling.BILINEAR), np.float64)
