"""Picture backbones: a pretrained image classifier, or a convolutional network from scratch."""

import io
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn
from transformers import AutoConfig, AutoModelForImageClassification, PreTrainedModel

from core.callbacks import PictureBytes
from core.cards.code import USE
from core.config import ReadsPicture, RunConfig
from core.device import Device, attend
from core.errors import ModelError
from core.inputs.encoded import Encoded
from core.inputs.picture import shelf
from core.inputs.picture.encoded import EncodedPictures, encode
from core.inputs.picture.sides import ENOUGH, FIXED, TINY, reads_tiny_at_less, scratch_side
from core.learners.scratch.cnn import Cnn, CnnConfig, looking_code, plain_code
from core.models.looking import Preprocessing, reading_of, save_look
from core.preparation import Prepared
from core.targets import Target
from core.training import heads
from core.training.augment import Augmentation, BatchAugmenter
from core.training.cached import content_key, weights_key
from core.training.cpu import quicken

SAMPLE = 2_000


class PictureBackbone:
    """Pretrained image classifier in a folder; see `core.learners.backbones.base.Backbone`.

    `side` is how wide and high pictures are read, where the family can read another size than it was made for. Without
    it tiny `pictures` are not enlarged to that size.
    """

    multiple = 1

    def __init__(
        self,
        config: RunConfig,
        source: Path,
        pictures: Sequence[str] = (),
        *,
        side: int | None = None,
        read: PictureBytes = shelf.read,
    ) -> None:
        self.config, self.source, self.read = config, source, read
        side = side or _settings(config).side
        family = AutoConfig.from_pretrained(source).model_type
        made_for = reading_of(source, config.model)
        if side and side != made_for.height and family in FIXED:
            raise ModelError(
                f"{config.model} reads pictures of {made_for.words} only, not of {side} x {side}.",
                "Leave the size of pictures open, or choose a convolutional model.",
            )
        if not side and reads_tiny_at_less(family, made_for.height) and are_tiny(pictures, read):
            side = ENOUGH
        self.look = made_for.at(side) if side else made_for

    @property
    def precision(self) -> str:
        """Precision as configured."""
        return str(self.config.precision)

    @property
    def unit(self) -> str:
        """Size at which pictures are read, in words."""
        return self.look.words

    @cached_property
    def weights(self) -> str:
        """Hash of the starting weights, for cache keys."""
        return weights_key(self.source)

    def encode(self, inputs: Sequence[str], cache: Path | None) -> EncodedPictures:
        """Encodes the pictures at the size of the network."""
        return encode(inputs, self.read, self.look, cache)

    def check(self, prepared: Prepared, cache: Path | None) -> Iterator[str]:
        """Encodes every picture, with a note on their size. Raises DatasetError where one is not at hand."""
        for part in (prepared.train, prepared.validation, prepared.test):
            self.encode(part.inputs, cache)
        yield f"Pictures are read at {self.unit}."

    def build(self, target: Target, config: RunConfig, device: Device) -> nn.Module:
        """Builds the family's own classifier with a newly initialised last layer."""
        dropout = getattr(config.learning, "dropout", None)
        network = open_classifier(self.source, target.network, attention=device.attention, dropout=dropout)
        return in_lines(quicken(network) if device.kind == "cpu" else network)

    def finish(self, network: nn.Module, target: Target) -> PreTrainedModel:  # it knows its classes
        """Network as it is, in evaluation mode: it is of a stock class already."""
        assert isinstance(network, PreTrainedModel)  # noqa: S101  # what `build` made
        return network.eval().to(memory_format=torch.contiguous_format)

    def save(self, folder: Path) -> None:
        """Saves the preprocessing, as an image processor."""
        save_look(self.look, folder)

    def body(self, network: nn.Module) -> str:
        """Name of all but the last layer."""
        return str(network.base_model_prefix)

    def augment(self, encoded: Encoded, config: RunConfig) -> BatchAugmenter | None:
        """Augmentation as configured: crop, rotation, flip, colour jitter."""
        chosen = _settings(config)
        changes = Augmentation(crop=chosen.crop, turn=chosen.turn, flip=chosen.flip, colour=chosen.colour)
        assert isinstance(encoded, EncodedPictures)  # noqa: S101  # what `encode` made
        return BatchAugmenter(changes, encoded, config.seed) if changes else None

    def keeps_vectors(self, network: nn.Module) -> bool:  # whatever the network
        """Always: only the last layer is newly initialised."""
        return True


class CnnBackbone(PictureBackbone):
    """Architecture of the convolutional network from scratch.

    Pictures are read at `side`, or at the usual size next to the middle one of the rows; grey where all are grey.
    """

    def __init__(  # it opens no folder, so it does not begin as a pretrained one does
        self, config: RunConfig, pictures: Sequence[str], *, side: int | None = None, read: PictureBytes = shelf.read
    ) -> None:
        self.config, self.read = config, read
        self.look = look_at(pictures, read, side or _settings(config).side)

    @property
    def precision(self) -> str:
        """Precision as configured; auto is bf16 on CPUs that have it, where these convolutions take half the time."""
        wanted = str(self.config.precision)
        on_cpu = not torch.cuda.is_available() and not torch.backends.mps.is_available()
        return "bf16" if wanted == "auto" and on_cpu and torch.cpu._is_avx512_bf16_supported() else wanted

    @cached_property
    def weights(self) -> str:
        """Hash of the preprocessing, for cache keys: there are no weights yet."""
        return content_key("cnn", repr(self.look))

    def build(self, target: Target, config: RunConfig, device: Device) -> nn.Module:  # on any device
        """Builds the network with random weights."""
        dropout = getattr(config.learning, "dropout", None)
        more: dict[str, Any] = {} if dropout is None else {"dropout": dropout}
        plan = CnnConfig(image_size=self.look.height, num_channels=self.look.channels, **more, **target.network)
        return in_lines(Cnn(plan))

    def save(self, folder: Path) -> None:
        """Saves the preprocessing, and Python code for inference without this program."""
        super().save(folder)
        config = CnnConfig.from_pretrained(folder)
        (folder / USE).write_text(plain_code(config) + looking_code(self.look), encoding="utf-8")

    def keeps_vectors(self, network: nn.Module) -> bool:
        """Never: the weights are random."""
        return False


def _settings(config: RunConfig) -> ReadsPicture:
    assert isinstance(config.task, ReadsPicture)  # noqa: S101  # its task says that it reads pictures
    return config.task


def in_lines(network: nn.Module) -> nn.Module:
    """Memory format channels-last, which is quicker on every device."""
    lined: nn.Module = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's types lack it
    return lined


def sample_of(pictures: Sequence[str]) -> Sequence[str]:
    """Sample of the pictures, evenly spaced, about SAMPLE of them."""
    return pictures[:: max(1, len(pictures) // SAMPLE)]


def are_tiny(pictures: Sequence[str], read: PictureBytes) -> bool:
    """Whether the median size of the pictures is at most TINY pixels."""
    sides = [max(Image.open(io.BytesIO(read(one)), formats=("PNG", "JPEG")).size) for one in sample_of(pictures)]
    return bool(sides) and float(np.median(sides)) <= TINY


def look_at(pictures: Sequence[str], read: PictureBytes, side: int | None = None) -> Preprocessing:
    """Preprocessing for a network from scratch: size, channels, and mean and standard deviation of the pixels."""
    some = sample_of(pictures)
    raw = [_opened(read(picture)) for picture in some]
    usual = float(np.median([max(one.shape[:2]) for one in raw]))
    side = side or scratch_side(usual)
    channels = 3 if any(one.ndim == 3 and (one != one[:, :, :1]).any() for one in raw) else 1
    plain = Preprocessing(side, side, channels=channels, mean=(0.0,) * channels, std=(1.0,) * channels)
    points = encode(some, read, plain, None).batch(range(len(some)))["pixel_values"]  # 0 to 1
    mean, std = points.mean(dim=(0, 2, 3)), points.std(dim=(0, 2, 3))
    return Preprocessing(
        side,
        side,
        channels=channels,
        mean=tuple(round(float(one), 4) for one in mean),
        std=tuple(round(max(float(one), 0.01), 4) for one in std),
    )


def _opened(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content), formats=("PNG", "JPEG")))


def open_classifier(
    folder: Path, outputs: Mapping[str, Any], *, attention: str, dropout: float | None = None
) -> PreTrainedModel:
    """Opens an image classifier with a newly initialised last layer, in fp32. Raises ModelError for missing weights.

    `outputs` are entries of a transformers config: labels or regression.
    """
    config = AutoConfig.from_pretrained(folder, **outputs)
    if config.model_type == "deit":  # Auto classes cannot choose between its two kinds by themselves
        config.architectures = ["DeiTForImageClassification"]
    for name, value in config.to_dict().items():
        if dropout is not None and heads.hides(name, value):
            setattr(config, name, dropout)
    network, told = AutoModelForImageClassification.from_pretrained(
        folder,
        config=config,
        dtype=torch.float32,
        ignore_mismatched_sizes=True,
        use_safetensors=True,
        output_loading_info=True,
    )
    return attend(heads.with_its_weights(network, told, folder), attention)
