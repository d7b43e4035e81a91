"""Perturbation of one picture: its pixel values, its patches, and the model's outputs with some covered.

What covers a patch is the average colour of the pictures that the model was made for: zero in its own numbers.
"""

import math
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from core.callbacks import Watch
from core.learners.picture_network import PictureNetwork

PATCHES = 14
"""At most so many patches stand side by side."""
POINTS_AT_ONCE = {"cpu": 1_500_000, "cuda": 40_000_000, "mps": 10_000_000}
"""Batch limit, in pixels of all channels."""


class Seeing:
    """Encoded picture with a model. `patches` is how many stand above and beside each other."""

    def __init__(self, model: PictureNetwork, picture: str) -> None:
        self.model = model
        self.encoded = model.encode([picture])
        self.values: torch.Tensor = self.encoded.batch([0])["pixel_values"].to(model.device.unit)
        _, self.channels, self.height, self.width = self.values.shape
        self.side = max(1, math.ceil(max(self.height, self.width) / PATCHES))
        self.patches = math.ceil(self.height / self.side), math.ceil(self.width / self.side)
        self.covered = torch.zeros_like(self.values)

    @property
    def at_once(self) -> int:
        """Batch size: how many variants of the picture the model takes in one go."""
        return max(1, POINTS_AT_ONCE[self.model.device.kind] // self.values.numel())

    def seen(self) -> NDArray[np.uint8]:
        """The picture as the model sees it, uint8 (height, width, channels)."""
        shown: NDArray[np.uint8] = self.encoded.shown(self.values)[0]
        return shown

    def outputs(self, values: torch.Tensor) -> torch.Tensor:
        """The model's outputs for variants of the picture, float64 (variants, outputs)."""
        found: torch.Tensor = self.model.network(pixel_values=values).logits.double()
        return found

    def both(self) -> torch.Tensor:
        """The outputs, float64 (2, outputs), for the picture and for its baseline, all covered."""
        with torch.inference_mode():
            return self.outputs(torch.cat([self.values, self.covered]))

    def without(self, covered: NDArray[np.bool_], watch: Watch = lambda _done, _total: None) -> torch.Tensor:
        """The outputs, float64 (variants, outputs), with patches covered: bool (variants, down, across)."""
        parts = []
        with torch.inference_mode():
            for some in self._some(torch.from_numpy(covered)):
                mask = self._points(some.to(self.values.device))
                parts.append(self.outputs(torch.where(mask, self.covered, self.values)))
                watch(sum(map(len, parts)), len(covered))
        return torch.cat(parts)

    def _some(self, covered: torch.Tensor) -> Iterator[torch.Tensor]:
        yield from torch.split(covered, self.at_once)

    def _points(self, patches: torch.Tensor) -> torch.Tensor:
        """Pixel mask of the patches, bool (variants, 1, height, width)."""
        points = patches.repeat_interleave(self.side, dim=1).repeat_interleave(self.side, dim=2)
        return points[:, None, : self.height, : self.width]

    def by_patch(self, points: torch.Tensor) -> NDArray[np.float64]:
        """Sum pooling of pixel attributions over each patch, (height, width) to (down, across)."""
        down, across = self.patches
        room = torch.zeros(down * self.side, across * self.side, dtype=torch.float64)
        room[: self.height, : self.width] = points.detach().double().cpu()
        summed: NDArray[np.float64] = room.view(down, self.side, across, self.side).sum(dim=(1, 3)).numpy()
        return summed
