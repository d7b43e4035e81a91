"""Embeddings that the head of a model reads: before training, cached by content; or beside outputs, in one pass."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from core.callbacks import Watch
from core.device import Device
from core.inputs.encoded import Encoded
from core.training.cached import cached, content_key
from core.training.heads import Answer, heard, last_layer, normed_mean, without_last_layer
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


class _WithVectors(nn.Module):
    """Network whose logits are followed by the input of its last layer; of an input by token, by its pooled mean."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, **block: torch.Tensor) -> Answer:
        """Logits and embeddings, (rows, outputs + width), in fp32."""
        with heard(last_layer(self.network)) as found:
            logits = self.network(**block).logits
        vectors = found[-1]
        if vectors.dim() > 2:
            vectors = normed_mean(vectors, block.get("attention_mask"))
        return Answer(torch.cat([logits.float(), vectors.float()], dim=1))


def outputs_with_vectors(
    model: nn.Module,
    encoded: Encoded,
    *,
    device: Device,
    watch: Watch = lambda _done, _total: None,
) -> tuple[np.ndarray, np.ndarray]:
    """Logits (rows, outputs) and the embeddings that they are computed from (rows, width), float32, in one pass."""
    found = read_outputs(_WithVectors(model), encoded, device=device, watch=watch)
    outputs = last_layer(model).out_features
    return found[:, :outputs], found[:, outputs:]
