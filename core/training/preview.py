"""Preview of augmentation, as contact sheets of some pictures. For a process apart: it loads torch.

A sheet has a line for each picture: first as it is read, then augmented as while training.
"""

import io
from base64 import b64decode, b64encode
from collections.abc import Sequence
from itertools import product

import kornia.augmentation  # noqa: F401  # before the process is given its limits
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.callbacks import PictureBytes
from core.inputs.picture.encoded import encode
from core.inputs.picture.sides import ENOUGH
from core.learners.backbones.picture import are_tiny, look_at
from core.models.looking import Preprocessing
from core.sandbox import more_time
from core.training.augment import Augmentation, samples

TIMES = 5
CELL, GAP = 96, 6
"""Side of a thumbnail on the sheet, and the transparent gap between two, in pixels."""
Sheet = NDArray[np.uint8]


def sheets(pictures: list[str], made_for: int, side: int | None, seed: int) -> dict[str, str]:
    """Contact sheet for each choice of augmentations, by `name_of`, as WebP in base64; `pictures` are files in base64.

    They are read at `side`, else as a model reads them that was made for pictures of `made_for` pixels; 0 stands for a
    network from scratch.
    """
    more_time()
    files = {str(number): b64decode(one) for number, one in enumerate(pictures)}
    look = looked_with(tuple(files), files.__getitem__, made_for, side)
    encoded = encode(tuple(files), files.__getitem__, look, None)
    rows = range(len(files))
    found = {}
    for switches in product((False, True), repeat=4):
        changes = Augmentation(*switches)
        first = samples(encoded, rows, Augmentation(False, False, False, False), seed, 1)
        more = samples(encoded, rows, changes, seed, TIMES) if changes else first[:0]
        found[name_of(*switches)] = b64encode(sheet(np.concatenate([first, more]))).decode()
    return found


def name_of(crop: bool, turn: bool, flip: bool, colour: bool) -> str:  # one letter each
    """Key of the augmentations that are on, such as "cf"."""
    return "".join(letter for letter, on in zip("ctfo", (crop, turn, flip, colour), strict=True) if on)


def looked_with(pictures: Sequence[str], read: PictureBytes, made_for: int, side: int | None) -> Preprocessing:
    """Preprocessing of these pictures as the network will do it."""
    if not made_for:
        return look_at(pictures, read, side)
    usual = ENOUGH if made_for > ENOUGH and are_tiny(pictures, read) else made_for
    return Preprocessing(side or usual, side or usual)


def sheet(shown: Sheet) -> bytes:
    """Contact sheet of pictures (times, rows, height, width, channels) as WebP: rows by times."""
    times, rows, channels = shown.shape[0], shown.shape[1], shown.shape[4]
    step = CELL + GAP
    whole = Image.new("RGBA", (times * step - GAP, rows * step - GAP))
    for time, row in product(range(times), range(rows)):
        points = shown[time, row]
        one = Image.fromarray(points[:, :, 0] if channels == 1 else points).convert("RGB")
        how = Image.Resampling.NEAREST if one.width <= CELL // 2 else Image.Resampling.LANCZOS
        whole.paste(one.resize((CELL, CELL), how), (time * step, row * step))
    buffer = io.BytesIO()
    whole.save(buffer, "WEBP", quality=90)
    return buffer.getvalue()
