"""Convolutional network from scratch: two convolution layers, a dense one, dropout, and the output layer.

Importing this module registers it, so that AutoConfig and AutoModelForImageClassification open what `save_pretrained`
left. Its weights open without this program too: `plain_code` says how.
"""

from typing import Any

import torch
from torch import nn
from torch.nn import functional
from transformers import AutoConfig, AutoModelForImageClassification, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import ImageClassifierOutput

from core.models.looking import Preprocessing

KERNEL = 3


class CnnConfig(PreTrainedConfig):  # type: ignore[misc]  # transformers ships no types
    """Config of the network: widths of its layers, size and channels of its pictures."""

    model_type = "tuneboard_cnn"

    def __init__(
        self,
        *,
        image_size: int = 28,
        num_channels: int = 1,
        filters: tuple[int, ...] = (32, 64),
        dense: int = 128,
        dropout: float = 0.5,
        **more: Any,
    ) -> None:
        super().__init__(**more)
        self.image_size, self.num_channels = image_size, num_channels
        self.filters, self.dense, self.dropout = list(filters), dense, dropout


class Cnn(PreTrainedModel):  # type: ignore[misc]
    """Convolutional network: (rows, channels, size, size) to `logits` (rows, classes)."""

    config_class = CnnConfig
    base_model_prefix = "layers"
    main_input_name = "pixel_values"

    def __init__(self, config: CnnConfig) -> None:
        super().__init__(config)
        self.layers = nn.Sequential(*_layers(config))
        self.post_init()

    def _init_weights(self, _module: nn.Module) -> None:
        """Keeps torch's own initialisation (He et al. 2015)."""

    def forward(self, pixel_values: torch.Tensor, labels: torch.Tensor | None = None) -> ImageClassifierOutput:
        """The logits, and with `labels` the cross-entropy."""
        logits = self.layers(pixel_values)
        loss = None if labels is None else functional.cross_entropy(logits, labels)
        return ImageClassifierOutput(loss=loss, logits=logits)


def _layers(config: CnnConfig) -> list[nn.Module]:
    layers: list[nn.Module] = []
    channels, side = config.num_channels, config.image_size
    for filters in config.filters:
        layers += [nn.Conv2d(channels, filters, KERNEL, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2)]
        channels, side = filters, side // 2
    layers += [nn.Flatten(), nn.Linear(channels * side**2, config.dense), nn.ReLU(inplace=True)]
    return [*layers, nn.Dropout(config.dropout), nn.Linear(config.dense, config.num_labels)]


def plain_code(config: CnnConfig) -> str:
    """Python code that opens model.safetensors in plain torch, without this program."""
    layers = ",\n".join(f"    nn.{layer}" for layer in _layers(config))
    return (
        "from safetensors.torch import load_file\nfrom torch import nn\n\n"
        f"net = nn.Sequential(\n{layers},\n)\n"
        'weights = load_file("model.safetensors")\n'
        'net.load_state_dict({name.removeprefix("layers."): weight for name, weight in weights.items()})\n'
        "net.eval()\n"
    )


def looking_code(look: Preprocessing) -> str:
    """Python code after `plain_code`: preprocesses picture.png as this network does, and prints its class."""
    mode, size = "L" if look.channels == 1 else "RGB", (look.width, look.height)
    return (
        "\nimport json\n\nimport numpy as np\nimport torch\nfrom PIL import Image\n\n"
        f'picture = Image.open("picture.png").convert("{mode}").resize({size}, {look.resample})\n'
        f"points = np.asarray(picture, np.float32).reshape({look.height}, {look.width}, {look.channels}) / 255\n"
        f"values = (points - np.array({list(look.mean)}, np.float32)) / np.array({list(look.std)}, np.float32)\n"
        "with torch.no_grad():\n"
        "    scores = net(torch.from_numpy(values).permute(2, 0, 1)[None]).softmax(dim=1)[0]\n"
        'labels = json.load(open("config.json", encoding="utf-8"))["id2label"]\n'
        "print(labels[str(int(scores.argmax()))], float(scores.max()))\n"
    )


AutoConfig.register(CnnConfig.model_type, CnnConfig)
AutoModelForImageClassification.register(CnnConfig, Cnn)
