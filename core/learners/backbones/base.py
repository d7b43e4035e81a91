"""Protocol of backbones, as the learner sees them: encoding of rows, building and saving of the network."""

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
    """Pretrained model of one kind of input, or the architecture of a network from scratch."""

    @property
    def precision(self) -> str:
        """Precision to ask of the device. Raises ConfigError when the model cannot compute in it."""
        ...

    @property
    def unit(self) -> str:
        """Size of the largest row, in words: "128 tokens", "96 x 96 pixels"."""
        ...

    @property
    def multiple(self) -> int:
        """Padding multiple on a GPU."""
        ...

    @property
    def weights(self) -> str:
        """Hash of the starting weights, for cache keys."""
        ...

    def encode(self, inputs: Sequence[str], cache: Path | None) -> Encoded:
        """Encodes the inputs as the network reads them."""
        ...

    def check(self, prepared: Prepared, cache: Path | None) -> Iterator[str]:
        """Notes on inputs that will be truncated. Raises ModelError when it cannot read these rows."""
        ...

    def build(self, target: Target, config: RunConfig, device: Device) -> nn.Module:
        """Builds the network for training: called with an encoded batch, it returns `.logits`."""
        ...

    def finish(self, network: nn.Module, target: Target) -> PreTrainedModel:
        """Converts the trained network for its bundle: a stock transformers class, in fp32."""
        ...

    def save(self, folder: Path) -> None:
        """Saves the tokenizer or image processor beside the weights."""
        ...

    def body(self, network: nn.Module) -> str:
        """Name of the attribute of `network` that holds the pretrained part."""
        ...

    def augment(self, encoded: Encoded, config: RunConfig) -> Augment | None:
        """Augmentation of a training batch, on the device, by the number of the step; None where there is none."""
        ...

    def keeps_vectors(self, network: nn.Module) -> bool:
        """Whether the embeddings depend on the starting weights alone, so that they may be cached."""
        ...
