"""Image preprocessing of a network: size, crop, colours and scale, read from its preprocessor_config.json.

Ours rather than transformers' image processors: pictures are brought to size once and kept as bytes, and scaled to a
network's numbers on the device.
"""

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.errors import ModelError

SMALLEST, LARGEST = 8, 512
IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
NEAREST, LANCZOS, BILINEAR, BICUBIC, BOX, HAMMING = range(6)
"""Resampling filters, as Pillow counts them."""


@dataclass(frozen=True)
class Preprocessing:
    """Image preprocessing: a picture is resized to `resize` (its shorter side, or both), cut to `height` x `width`."""

    height: int
    width: int
    resize: int = 0
    """0: both sides are brought to height and width, whatever their shares; else the shorter side to this."""
    resample: int = BICUBIC
    channels: int = 3
    mean: tuple[float, ...] = IMAGENET[0]
    std: tuple[float, ...] = IMAGENET[1]

    def at(self, side: int) -> "Preprocessing":
        """Preprocessing for pictures of another size, otherwise the same."""
        return replace(self, height=side, width=side, resize=round(self.resize * side / self.height))

    @property
    def words(self) -> str:
        """Image size for people, such as "96 x 96 pixels"."""
        return f"{self.width} x {self.height} pixels"


def reading_of(folder: Path, name: str) -> Preprocessing:
    """Reads the image preprocessing of the model in this folder. Raises ModelError where its settings make no sense."""
    path = folder / "preprocessor_config.json"
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        look = _look(told, config)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, ZeroDivisionError, OverflowError):
        look = None
    if look is None or not _makes_sense(look):
        raise ModelError(
            f"How {name} looks at pictures cannot be read from its preprocessor_config.json.",
            "Fetch or copy the model again, or choose another one.",
        )
    return look


def save_look(look: Preprocessing, folder: Path) -> None:
    """Writes a preprocessor_config.json with which transformers preprocesses pictures as we do."""
    told: dict[str, Any] = {
        "image_processor_type": "ViTImageProcessor",
        "do_resize": True,
        "size": {"height": look.height, "width": look.width},
        "resample": look.resample,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": list(look.mean),
        "image_std": list(look.std),
    }
    if look.resize:
        told |= {
            "image_processor_type": "CLIPImageProcessor",
            "size": {"shortest_edge": look.resize},
            "do_center_crop": True,
            "crop_size": {"height": look.height, "width": look.width},
        }
    (folder / "preprocessor_config.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _look(told: dict[str, Any], config: dict[str, Any]) -> Preprocessing:
    channels = int(config.get("num_channels", 3))
    size = _size(told.get("size", config.get("image_size", 224)))
    crop = _size(told.get("crop_size", size)) if told.get("do_center_crop") else size
    resize = size.get("shortest_edge", 0)
    if resize and "crop_pct" in told and told["crop_pct"]:  # ConvNeXt resizes to more than it keeps
        crop = {"height": resize, "width": resize}
        resize = int(resize / float(told["crop_pct"])) if resize < 384 else 0
    elif not resize and told.get("do_center_crop"):
        resize = size["height"] if size["height"] != crop.get("height") else 0
    side = crop.get("shortest_edge", 0)
    height, width = int(crop.get("height", side)), int(crop.get("width", side))
    mean, std = told.get("image_mean"), told.get("image_std")
    if told.get("do_normalize", True) is False:
        mean, std = [0.0] * channels, [1.0] * channels
    scale = float(told.get("rescale_factor", 1 / 255)) if told.get("do_rescale", True) else 1.0
    return Preprocessing(
        height=height,
        width=width,
        resize=int(resize),
        resample=int(told.get("resample", BICUBIC)),
        channels=channels,
        mean=tuple(float(one) / (255 * scale) for one in mean or IMAGENET[0][:channels]),
        std=tuple(float(one) / (255 * scale) for one in std or IMAGENET[1][:channels]),
    )


def _size(value: Any) -> dict[str, int]:
    if isinstance(value, dict):
        return {str(key): int(number) for key, number in value.items()}
    if isinstance(value, list):
        height, width = (int(number) for number in value)
        return {"height": height, "width": width}
    return {"height": int(value), "width": int(value)}


def _makes_sense(look: Preprocessing) -> bool:
    numbers = (*look.mean, *look.std)
    return (
        SMALLEST <= look.height <= LARGEST
        and SMALLEST <= look.width <= LARGEST
        and (look.resize == 0 or max(look.height, look.width) <= look.resize <= 2 * LARGEST)
        and look.resample in range(6)
        and look.channels in {1, 3}
        and len(look.mean) == len(look.std) == look.channels
        and all(math.isfinite(one) and abs(one) < 1_000 for one in numbers)
        and min(look.std) > 1e-6
    )
