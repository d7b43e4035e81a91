"""Backbones as the learner of networks sees them: how rows are encoded, and how the network is built and stored."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from torch import nn
from transformers import PreTrainedModel

from core.config import RunConfig
from core.device import Device
from core.inputs.encoded import Encoded
from core.preparation import Prepared
from core.targets import Target

Augment = Callable[[dict[str, Any], int], dict[str, Any]]


class Backbone(Protocol):
    """A pretrained model of one kind of input, or the plan of a network that starts from nothing."""

    @property
    def precision(self) -> str:
        """The number format to ask of the device. Raises ConfigError when the model cannot compute in it."""
        ...

    @property
    def unit(self) -> str:
        """How large the largest row is, in words: "128 tokens", "96 x 96 pixels"."""
        ...

    @property
    def multiple(self) -> int:
        """What rows are padded to a multiple of on a GPU."""
        ...

    @property
    def weights(self) -> str:
        """A hash of the starting weights."""
        ...

    def encode(self, inputs: Sequence[str], cache: Path | None) -> Encoded:
        """The inputs as the network reads them."""
        ...

    def check(self, prepared: Prepared, cache: Path | None) -> Iterator[str]:
        """Sentences on what the model will not read whole. Raises ModelError when it cannot read these rows."""
        ...

    def build(self, target: Target, config: RunConfig, device: Device) -> nn.Module:
        """The network as it learns: called with an encoded batch, it answers with `.logits`."""
        ...

    def finish(self, network: nn.Module, target: Target) -> PreTrainedModel:
        """The learned network as its bundle holds it: a stock transformers class, in fp32."""
        ...

    def save(self, folder: Path) -> None:
        """What encodes rows (a tokenizer, an image processor), beside the weights."""
        ...

    def body(self, network: nn.Module) -> str:
        """The attribute of `network` that holds the pretrained part."""
        ...

    def augment(self, encoded: Encoded, config: RunConfig) -> Augment | None:
        """What changes a batch on the device while learning, by the number of the step; None where nothing does."""
        ...

    def keeps_vectors(self, network: nn.Module) -> bool:
        """Whether what the head reads depends on the starting weights alone, so that it may be kept."""
        ...
