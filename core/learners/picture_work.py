"""Count of an image classifier's work on one picture, on torch's meta device, where nothing takes memory.

Runs in the sandbox (`core.models.picture_work`).
"""

from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from core.sandbox import more_time
from core.learners.trial import shaped
from core.models.contents import read_config
from core.models.looking import reading_of

ROWS = 2
"""Pictures of a pass: batch normalisation refuses a single one."""


def count_work(path: str, name: str) -> dict[str, Any]:
    """Work of the model in the folder `path`, as the fields of a `PictureWork`. `name` is what to call the model."""
    more_time()
    folder = Path(path)
    config, look = read_config(folder, name), reading_of(folder, name)
    flops, kept = work_of(shaped(config), channels=look.channels, side=look.height)
    return {"family": config["model_type"], "side": look.height, "flops": flops, "kept_bytes": kept}


def work_of(network: nn.Module, *, channels: int, side: int) -> tuple[float, float]:
    """FLOPs of a forward pass for one picture, and bytes that it keeps for the backward pass in fp32.

    The network is on the meta device.
    """
    network.train()
    weights = {weight.untyped_storage()._cdata for weight in network.parameters()}
    kept: dict[int, torch.UntypedStorage] = {}

    def keep(values: torch.Tensor) -> torch.Tensor:
        storage = values.untyped_storage()
        if storage._cdata not in weights:
            kept[storage._cdata] = storage
        return values

    pictures = torch.empty(ROWS, channels, side, side, device="meta")
    counted = FlopCounterMode(display=False)
    with counted, torch.autograd.graph.saved_tensors_hooks(keep, lambda values: values):
        network(pixel_values=pictures)
    return counted.get_total_flops() / ROWS, sum(one.nbytes() for one in kept.values()) / ROWS
