"""Image classifiers of a bundle, for inference."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from transformers import AutoModelForImageClassification

from core.device import Device, choose
from core.errors import ModelError
from core.inputs.picture import shelf
from core.inputs.picture.encoded import EncodedPictures, encode
from core.learners.network import OpenNetwork
from core.learners.scratch.cnn import CnnConfig
from core.models.looking import Preprocessing, reading_of
from core.targets import Target
from core.training.heads import heard, last_layer

OURS = CnnConfig.model_type
"""Model type that transformers does not know by itself: importing it registers it."""


class PictureNetwork(OpenNetwork):
    """Image classifier of a bundle. Its inputs are references to pictures on the shelf."""

    look: Preprocessing

    @classmethod
    def open(cls, bundle: Path, target: Target, device: Device | None = None) -> "PictureNetwork":
        """Opens the model of a bundle. Raises ModelError when the folder holds no whole one."""
        try:
            network = AutoModelForImageClassification.from_pretrained(bundle, dtype=torch.float32, use_safetensors=True)
        except (OSError, ValueError) as error:
            raise ModelError(f"The model in {bundle.name} cannot be opened.", "Train it again.") from error
        opened = cls(network, target, device or choose("fp32"))
        opened.look = reading_of(bundle, f"The model in {bundle.name}")
        return opened

    def encode(self, inputs: Sequence[str], cache: Path | None = None) -> EncodedPictures:
        """Encodes the pictures as the network reads them."""
        return encode(inputs, shelf.read, self.look, cache)

    def vectors(self, block: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Embeddings: the input of the last layer."""
        with heard(last_layer(self.network)) as found:
            self.network(**block)
        return found[-1]
