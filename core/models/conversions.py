"""Conversions of weights that a package archive holds in another form; runs in the sandbox only (`converted`).

torch and transformers are imported with this module, before the sandbox limits itself: a CUDA build of torch maps more
memory than an untrusted file may have.
"""

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from transformers import (
    EfficientNetConfig,
    EfficientNetForImageClassification,
    EfficientNetImageProcessorPil,
    PreTrainedModel,
)

from core.archives import read
from core.errors import ModelError
from core.sandbox import more_time

TOLERANCE = 1e-3
NORMS = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
OPEN = 30.0
"""Gate bias whose sigmoid is 1: it lets everything through."""
KNOWN = {"efficientnet-lite0": (-0.082272, -2.242254, -2.043822, -2.750845, -1.187453, -1.687578)}
"""Reference logits, the first ones of the authors' own program for `wave_picture`."""

State = Mapping[str, torch.Tensor]


def write(conversion: str, archive: str, member: str, into: str) -> list[float]:
    """Converts one member of an archive; gives the logits that were compared. Runs in the sandbox."""
    more_time()
    state = torch.load(io.BytesIO(read(Path(archive), member)), map_location="cpu", weights_only=True)
    model, processor = CONVERSIONS[conversion](state)
    with torch.inference_mode():
        logits = [float(one) for one in model.eval()(wave_picture()).logits[0, : len(KNOWN[conversion])]]
    worst = max(abs(found - known) for found, known in zip(logits, KNOWN[conversion], strict=True))
    if not worst < TOLERANCE:
        raise ModelError(f"The converted model answers otherwise than it should: a logit is off by {worst:.2g}.")
    model.save_pretrained(into)
    processor.save_pretrained(into)
    return logits


def wave_picture() -> torch.Tensor:
    """Synthetic picture of waves, (1, 3, 224, 224), in the numbers that a network reads; from whole numbers alone."""
    down, across = torch.meshgrid(torch.arange(224), torch.arange(224), indexing="ij")
    channels = [(across * (3 + number) + down * 7 + across * down // 16 + 50 * number) % 256 for number in range(3)]
    return (torch.stack(channels)[None].float() - 127) / 128


def efficientnet_lite0(state: State) -> tuple[PreTrainedModel, Any]:
    """EfficientNet-Lite0 (Liu 2020) as an EfficientNet whose squeeze and excitation let everything through."""
    config = EfficientNetConfig(
        image_size=224,
        hidden_dim=1280,
        hidden_act="relu6",
        width_coefficient=1.0,
        depth_coefficient=1.0,
        dropout_rate=0.2,
        num_labels=1000,
        depthwise_padding=[],
        batch_norm_eps=1e-3,
        batch_norm_momentum=0.01,  # the TensorFlow convention, 0.99, would overwrite the statistics in fine-tuning
        drop_connect_rate=0.2,
    )
    model = EfficientNetForImageClassification(config)
    model.load_state_dict(_renamed(state, model.state_dict()), strict=True)
    processor = EfficientNetImageProcessorPil(
        size={"height": 224, "width": 224},
        resample=3,
        do_center_crop=False,
        image_mean=[0.498] * 3,
        image_std=[0.502] * 3,
        rescale_factor=1 / 255,
        include_top=False,
    )
    return model, processor


def _renamed(state: State, wanted: State) -> dict[str, torch.Tensor]:
    """State dict with the weights by their names in transformers."""
    found: dict[str, torch.Tensor] = {}

    def put(place: str, source: str) -> None:
        if wanted[place].shape != state[source].shape:
            raise ModelError(f"The weights '{source}' are of another shape than expected.")
        found[place] = state[source]

    def norm(place: str, source: str) -> None:
        for name in NORMS:
            put(f"{place}.{name}", f"{source}.{name}")

    put("efficientnet.embeddings.convolution.weight", "_conv_stem.weight")
    norm("efficientnet.embeddings.batchnorm", "_bn0")
    put("efficientnet.encoder.top_conv.weight", "_conv_head.weight")
    norm("efficientnet.encoder.top_bn", "_bn1")
    put("classifier.weight", "_fc.weight")
    put("classifier.bias", "_fc.bias")
    for number in range(16):
        block, source = f"efficientnet.encoder.blocks.{number}", f"_blocks.{number}"
        if f"{source}._expand_conv.weight" in state:
            put(f"{block}.expansion.expand_conv.weight", f"{source}._expand_conv.weight")
            norm(f"{block}.expansion.expand_bn", f"{source}._bn0")
        put(f"{block}.depthwise_conv.depthwise_conv.weight", f"{source}._depthwise_conv.weight")
        norm(f"{block}.depthwise_conv.depthwise_norm", f"{source}._bn1")
        put(f"{block}.projection.project_conv.weight", f"{source}._project_conv.weight")
        norm(f"{block}.projection.project_bn", f"{source}._bn2")
        for layer in ("reduce", "expand"):
            for name in ("weight", "bias"):
                place = f"{block}.squeeze_excite.{layer}.{name}"
                found[place] = torch.zeros_like(wanted[place])
        found[f"{block}.squeeze_excite.expand.bias"] += OPEN
    return found


CONVERSIONS: dict[str, Callable[[State], tuple[PreTrainedModel, Any]]] = {"efficientnet-lite0": efficientnet_lite0}
"""Registry of the conversions by the name that the catalogue gives."""
