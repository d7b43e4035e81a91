"""Augmentation of training pictures: random crop, rotation, flip and colour jitter.

By kornia, on the device, for a whole batch at once; it depends on seed and step alone, so that a resumed run goes on
as an undisturbed one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from core.inputs.picture.encoded import EncodedPictures

CROP = 1 / 8
"""Largest shift of a random crop, as a share of the side; the edge is repeated beyond it."""
TURN = 15.0
"""Largest rotation, in degrees."""
COLOUR = 0.2
"""Largest change of brightness, contrast and saturation, as a share; of hue, a tenth of it."""


@dataclass(frozen=True)
class Augmentation:
    """Augmentations that are switched on."""

    crop: bool = True
    turn: bool = False
    flip: bool = True
    colour: bool = False

    def __bool__(self) -> bool:
        return self.crop or self.turn or self.flip or self.colour


class BatchAugmenter:
    """Augments batches: called with a network's inputs and the number of the step."""

    def __init__(self, changes: Augmentation, encoded: EncodedPictures, seed: int) -> None:
        self.encoded, self.seed = encoded, seed
        self._steps: Sequence[nn.Module] = _steps(changes, encoded)

    def __call__(self, inputs: dict[str, Any], step: int) -> dict[str, Any]:
        """Inputs with augmented `pixel_values`; torch's random state stays as it was."""
        values: torch.Tensor = inputs["pixel_values"]
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            torch.manual_seed(int(np.random.SeedSequence((self.seed, step)).generate_state(1)[0]))
            for one in self._steps:
                values = one(values)
        return {**inputs, "pixel_values": values.contiguous(memory_format=torch.channels_last)}


def _steps(changes: Augmentation, encoded: EncodedPictures) -> list[nn.Module]:
    from kornia import augmentation as kornia

    steps: list[nn.Module] = []
    if changes.flip:
        steps.append(kornia.RandomHorizontalFlip(p=0.5))
    if changes.turn:
        steps.append(kornia.RandomAffine(TURN, p=1.0, padding_mode="border"))
    if changes.crop:
        steps.append(RandomShift(round(encoded.look.height * CROP), round(encoded.look.width * CROP)))
    if changes.colour:
        grey = encoded.look.channels == 1
        jitter = kornia.ColorJiggle(COLOUR, COLOUR, 0.0 if grey else COLOUR, 0.0 if grey else COLOUR / 10, p=1.0)
        steps.append(OnPixels(jitter, encoded))
    return steps


class RandomShift(nn.Module):
    """Random crop with replicated edges, of the same size: each row of the batch is shifted otherwise."""

    def __init__(self, down: int, across: int) -> None:
        super().__init__()
        self.down, self.across = down, across

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """(rows, channels, height, width) to the same shape."""
        rows, _, height, width = values.shape
        down = torch.randint(-self.down, self.down + 1, (rows, 1)) + torch.arange(height)
        across = torch.randint(-self.across, self.across + 1, (rows, 1)) + torch.arange(width)
        down, across = down.clamp_(0, height - 1).to(values.device), across.clamp_(0, width - 1).to(values.device)
        number = torch.arange(rows, device=values.device)[:, None, None]
        shifted = values.permute(0, 2, 3, 1)[number, down[:, :, None], across[:, None, :]]
        return shifted.permute(0, 3, 1, 2)


class OnPixels(nn.Module):
    """Wrapper for an augmentation of values from 0 to 1: undoes the normalisation, augments, and normalises again."""

    def __init__(self, change: nn.Module, encoded: EncodedPictures) -> None:
        super().__init__()
        self.change = change
        self.register_buffer("mean", torch.tensor(encoded.look.mean).view(1, -1, 1, 1))
        self.register_buffer("std", torch.tensor(encoded.look.std).view(1, -1, 1, 1))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Normalised values in, normalised values out, of the same shape."""
        mean, std = (torch.as_tensor(one).to(values.device) for one in (self.mean, self.std))
        changed: torch.Tensor = self.change((values * std + mean).clamp(0, 1))
        return (changed - mean) / std


def samples(
    encoded: EncodedPictures, rows: Sequence[int], changes: Augmentation, seed: int, times: int
) -> NDArray[np.uint8]:
    """Augmented samples of these rows, `times` of each: uint8 (times, rows, height, width, channels)."""
    batch = encoded.batch(rows)
    if not changes:
        return np.stack([encoded.shown(batch["pixel_values"])] * times)
    augment: Callable[[dict[str, Any], int], dict[str, Any]] = BatchAugmenter(changes, encoded, seed)
    return np.stack([encoded.shown(augment(batch, step)["pixel_values"]) for step in range(times)])
