"""Embeddings that the head of a model reads, before the model is trained: computed once, cached by content."""

from pathlib import Path

import numpy as np
from torch import nn

from core.callbacks import Watch
from core.device import Device
from core.inputs.encoded import Encoded
from core.training.cached import cached, content_key
from core.training.heads import without_last_layer
from core.training.loop import read_outputs


def head_vectors(
    model: nn.Module,
    encoded: Encoded,
    *,
    weights: str,
    device: Device,
    cache: Path | None,
    watch: Watch = lambda _done, _total: None,
) -> np.ndarray:
    """Embeddings: the input of the last layer of `model` for each row, float32 (rows, width).

    `weights` is the hash of the model's weights. Without a `cache`, as where layers before the last are newly
    initialised, nothing is kept.
    """

    def make() -> dict[str, np.ndarray]:
        with without_last_layer(model):
            return {"vectors": read_outputs(model, encoded, device=device, watch=watch)}

    if cache is None:
        return make()["vectors"]
    key = content_key("vectors", weights, encoded.key, device.precision)
    return cached(cache / "vectors", key, make)["vectors"]
