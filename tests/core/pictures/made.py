"""Small pictures made here, as files of every kind."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_image


def image(seed: int = 0, size: tuple[int, int] = (32, 24), mode: str = "RGB") -> Image.Image:
    """Smooth waves, another for each seed: width and height as given."""
    chance = np.random.default_rng(seed)
    across, down = np.meshgrid(np.linspace(0, 1, size[0]), np.linspace(0, 1, size[1]))
    layers = []
    for _ in range(3):
        a, b, c = chance.uniform(2, 9, 3)
        waves = np.sin(a * across + c) + np.sin(b * down - c) + np.sin(a * b * across * down)
        layers.append(127.5 + 42 * waves)
    return Image.fromarray(np.stack(layers, axis=-1).clip(0, 255).astype(np.uint8)).convert(mode)


def photo(seed: int = 0, size: tuple[int, int] = (96, 72)) -> Image.Image:
    """A piece of one of scikit-learn's two photographs, another for each seed."""
    chance = np.random.default_rng(seed)
    whole = load_sample_image(("china.jpg", "flower.jpg")[seed % 2])
    side = int(chance.integers(120, 300))
    top, left = (int(chance.integers(most - side)) for most in whole.shape[:2])
    return Image.fromarray(whole[top : top + side, left : left + side]).resize(size)


def saved(picture: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **how)
    return buffer.getvalue()


def png(seed: int = 0, size: tuple[int, int] = (32, 24)) -> bytes:
    return saved(image(seed, size))


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path
