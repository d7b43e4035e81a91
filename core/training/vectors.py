"""Embeddings that the head of a model reads: before training, cached by content; or beside outputs, in one pass."""

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import torch
from torch import nn

from core.callbacks import Watch
from core.device import Device
from core.inputs.encoded import Encoded
from core.training.cached import cached, content_key
from core.training.heads import Answer, heard, last_layer, middle_block, normed_mean, without_last_layer
from core.training.loop import read_outputs

Layers = tuple[np.ndarray, ...]


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


def head_layers(
    model: nn.Module,
    encoded: Encoded,
    *,
    weights: str,
    device: Device,
    cache: Path,
    watch: Watch = lambda _done, _total: None,
) -> tuple[np.ndarray, Layers]:
    """Embeddings as of `head_vectors`, and those of the layers as of `outputs_with_layers`, in one pass, cached."""

    def make() -> dict[str, np.ndarray]:
        with without_last_layer(model) as last:
            vectors, layers = _read_with_layers(model, last, encoded, device, watch)
        return {"vectors": vectors, **{f"layer.{n}": layer for n, layer in enumerate(layers)}}

    key = content_key("layers", weights, encoded.key, device.precision)
    found = cached(cache / "vectors", key, make)
    return found["vectors"], tuple(found[f"layer.{n}"] for n in range(len(found) - 1))


class _WithLayers(nn.Module):
    """Network whose logits are followed by the inputs of its last layer and of its middle block, pooled."""

    def __init__(self, network: nn.Module, last: nn.Module) -> None:
        super().__init__()
        self.network, self.last = network, last
        self.widths: list[int] = []

    def forward(self, **block: torch.Tensor) -> Answer:
        """Logits and embeddings, (rows, outputs + widths), in fp32."""
        middle = middle_block(self.network)
        wanted = [self.last, *([middle] if middle is not None else [])]
        with ExitStack() as hearing:
            heards = [hearing.enter_context(heard(layer)) for layer in wanted]
            logits = self.network(**block).logits
        layers = [_pooled(found[-1], block.get("attention_mask")) for found in heards]
        self.widths = [logits.shape[1], *(one.shape[1] for one in layers)]
        return Answer(torch.cat([logits.float(), *layers], dim=1))


def _pooled(hidden: torch.Tensor, attention_mask: torch.Tensor | None) -> torch.Tensor:
    """One embedding a row, in fp32: the mean over its places, or the normed mean over its tokens."""
    if hidden.dim() == 4:
        return hidden.float().mean(dim=(2, 3))
    return hidden.float() if hidden.dim() == 2 else normed_mean(hidden, attention_mask)


def outputs_with_layers(
    model: nn.Module,
    encoded: Encoded,
    *,
    device: Device,
    watch: Watch = lambda _done, _total: None,
) -> tuple[np.ndarray, Layers]:
    """Logits (rows, outputs), and embeddings of the last layer's input and the middle block's, in one pass.

    Each is float32 (rows, width); those of the middle are missing where `middle_block` knows none.
    """
    return _read_with_layers(model, last_layer(model), encoded, device, watch)


def _read_with_layers(
    model: nn.Module, last: nn.Module, encoded: Encoded, device: Device, watch: Watch
) -> tuple[np.ndarray, Layers]:
    told = _WithLayers(model, last)
    found = read_outputs(told, encoded, device=device, watch=watch)
    outputs, *layers = np.split(found, np.cumsum(told.widths)[:-1], axis=1)
    return outputs, tuple(layers)
