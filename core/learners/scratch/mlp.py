"""Multilayer perceptron from scratch for tables: embeddings of classes beside scaled numbers, then dense layers.

Importing this module registers it, so that AutoConfig and AutoModel open what `save_pretrained` left.
"""

from typing import Any

import torch
from torch import nn
from transformers import AutoConfig, AutoModel, PreTrainedConfig, PreTrainedModel

from core.training.heads import Answer

MOST_WIDE = 16
"""Width of an embedding, at most."""


class MlpConfig(PreTrainedConfig):  # type: ignore[misc]  # transformers ships no types
    """Config of the network: columns of numbers, codes of each column of classes, widths of its layers."""

    model_type = "tuneboard_mlp"

    def __init__(
        self,
        *,
        number_columns: int = 1,
        class_sizes: tuple[int, ...] = (),
        widths: tuple[int, ...] = (128, 64),
        dropout: float = 0.5,
        **more: Any,
    ) -> None:
        super().__init__(**more)
        self.number_columns, self.class_sizes = number_columns, list(class_sizes)
        self.widths, self.dropout = list(widths), dropout


def embedding_width(classes: int) -> int:
    """Width of the embedding of so many classes: half of them, and at most MOST_WIDE."""
    return max(1, min(MOST_WIDE, (classes + 1) // 2))


class Mlp(PreTrainedModel):  # type: ignore[misc]
    """Multilayer perceptron: scaled numbers, their flags and codes of classes to `logits` (rows, outputs)."""

    config_class = MlpConfig
    base_model_prefix = "layers"
    main_input_name = "numbers"

    def __init__(self, config: MlpConfig) -> None:
        super().__init__(config)
        sizes = [(size, embedding_width(size)) for size in config.class_sizes]
        self.embeddings = nn.ModuleList(nn.Embedding(size, width) for size, width in sizes)
        layers: list[nn.Module] = []
        width = 2 * config.number_columns + sum(width for _, width in sizes)
        for next_width in config.widths:
            layers += [nn.Linear(width, next_width), nn.ReLU(), nn.Dropout(config.dropout)]
            width = next_width
        self.layers = nn.Sequential(*layers, nn.Linear(width, config.num_labels))
        self.post_init()

    def _init_weights(self, _module: nn.Module) -> None:
        """Keeps torch's own initialisation (He et al. 2015)."""

    def forward(self, numbers: torch.Tensor, missing: torch.Tensor, classes: torch.Tensor) -> Answer:
        """The logits of each row."""
        embedded = [embedding(classes[:, place]) for place, embedding in enumerate(self.embeddings)]
        read = torch.cat([numbers, missing, *(one.to(numbers.dtype) for one in embedded)], dim=1)
        return Answer(self.layers(read))


AutoConfig.register(MlpConfig.model_type, MlpConfig)
AutoModel.register(MlpConfig, Mlp)
