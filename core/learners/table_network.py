"""Multilayer perceptrons of a bundle, for inference."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from pydantic import ValidationError
from safetensors import SafetensorError

from core.cards.code import USE
from core.device import Device, choose
from core.errors import ModelError
from core.inputs.table.encoded import EncodedTable
from core.inputs.table.scales import TableScales
from core.learners.backbones.table import CODE, SCALES
from core.learners.network import OpenNetwork
from core.learners.scratch.mlp import Mlp
from core.targets import Target
from core.training.heads import heard, last_layer


class TableNetwork(OpenNetwork):
    """Multilayer perceptron of a bundle, and the scales of the rows that it learned from."""

    scales: TableScales

    @classmethod
    def open(cls, bundle: Path, target: Target, device: Device | None = None) -> "TableNetwork":
        """Opens the model of a bundle. Raises ModelError when the folder holds no whole one."""
        refused = ModelError(f"The model in {bundle.name} cannot be opened.", "Train it again.")
        try:
            network = Mlp.from_pretrained(bundle, dtype=torch.float32, use_safetensors=True)
            scales = TableScales.model_validate_json((bundle / SCALES).read_bytes())
        except (OSError, ValueError, RuntimeError, SafetensorError, ValidationError) as error:
            raise refused from error
        told = network.config
        if (told.number_columns, tuple(told.class_sizes)) != (len(scales.quantiles), scales.sizes):
            raise refused
        opened = cls(network, target, device or choose("fp32"))
        opened.scales = scales
        return opened

    def encode(self, inputs: Sequence[str], _cache: Path | None = None) -> EncodedTable:
        """Scaled numbers and coded classes of the records."""
        return EncodedTable(inputs, self.scales)

    def vectors(self, block: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Embeddings: the input of the last layer."""
        with heard(last_layer(self.network)) as found:
            self.network(**block)
        return found[-1]

    def save(self, folder: Path) -> None:
        """Saves the weights, the config, the scales, and Python code for inference."""
        super().save(folder)
        (folder / SCALES).write_text(self.scales.model_dump_json(), encoding="utf-8")
        (folder / USE).write_text(CODE, encoding="utf-8")
