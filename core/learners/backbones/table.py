"""Architecture of the network from scratch that reads tables."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from torch import nn
from transformers import PreTrainedModel

from core.cards.code import USE
from core.config import ReadsTable, RunConfig
from core.device import Device
from core.inputs.encoded import Encoded
from core.inputs.table.encoded import EncodedTable
from core.inputs.table.scales import TableScales
from core.learners.scratch.mlp import Mlp, MlpConfig
from core.preparation import Prepared
from core.targets import Target
from core.training.cached import content_key

SCALES = "scales.json"
FEW_ROWS = 2_000
"""Rows below which the network is half as wide."""
NARROW, WIDE = (64, 32), (128, 64)


class MlpBackbone:
    """Multilayer perceptron, and the scales of the training rows; see `core.learners.backbones.base.Backbone`."""

    multiple = 1

    def __init__(self, config: RunConfig, cells: Sequence[str]) -> None:
        assert isinstance(config.task, ReadsTable)  # noqa: S101  # its task says that it reads tables
        self.config = config
        self.scales = TableScales.of(cells, config.task.columns)
        self.widths = NARROW if len(cells) < FEW_ROWS else WIDE

    @property
    def precision(self) -> str:
        """Precision as configured; auto is fp32, which is as quick for so small a network."""
        wanted = str(self.config.precision)
        return "fp32" if wanted == "auto" else wanted

    @property
    def unit(self) -> str:
        """Number of features, in words."""
        return f"{len(self.scales.quantiles) + len(self.scales.codes)} features"

    @cached_property
    def weights(self) -> str:
        """Hash of the scales, for cache keys: there are no weights yet."""
        return content_key("mlp", self.scales.model_dump_json())

    def encode(self, inputs: Sequence[str], cache: Path | None) -> EncodedTable:
        """Scaled numbers and coded classes."""
        return EncodedTable(inputs, self.scales)

    def check(self, prepared: Prepared, cache: Path | None) -> Iterator[str]:
        """Says how much is read."""
        yield f"The network reads {self.unit} of each record."

    def build(self, target: Target, config: RunConfig, device: Device) -> nn.Module:
        """Builds the network with random weights."""
        dropout = getattr(config.learning, "dropout", None)
        more: dict[str, Any] = {} if dropout is None else {"dropout": dropout}
        plan = MlpConfig(
            number_columns=len(self.scales.quantiles),
            class_sizes=self.scales.sizes,
            widths=self.widths,
            **more,
            **target.network,
        )
        return Mlp(plan)

    def finish(self, network: nn.Module, target: Target) -> PreTrainedModel:
        """Network as it is, in evaluation mode."""
        assert isinstance(network, PreTrainedModel)  # noqa: S101  # what `build` made
        return network.eval()

    def save(self, folder: Path) -> None:
        """Saves the scales, and Python code for inference without this program."""
        (folder / SCALES).write_text(self.scales.model_dump_json(), encoding="utf-8")
        (folder / USE).write_text(CODE, encoding="utf-8")

    def body(self, network: nn.Module) -> str:
        """Name of all layers."""
        return str(getattr(network, "base_model_prefix", ""))

    def augment(self, encoded: Encoded, config: RunConfig) -> None:
        """No augmentation: records stay as they are."""

    def keeps_vectors(self, network: nn.Module) -> bool:
        """Never: the weights are random."""
        return False


CODE = f'''import json

import numpy as np
import torch
from safetensors.torch import load_file
from scipy.special import ndtri

scales = json.load(open("{SCALES}", encoding="utf-8"))
config = json.load(open("config.json", encoding="utf-8"))
weights = load_file("model.safetensors")


def score(value, known):
    """Normal score of a number's quantile among the rows that it learned from; of dates see README.md."""
    points, shares = np.asarray(known), np.linspace(0, 1, len(known))
    low, high = np.interp(value, points, shares), 1 - np.interp(-value, -points[::-1], shares)
    return ndtri(np.clip((low + high) / 2, 1e-3, 1 - 1e-3))


def answer(row):
    """Outputs for a row: {{"number age": 34.0, "class place": "Lyon"}}; None where a value is missing."""
    values = [row.get(name) for name in scales["quantiles"]]
    known = zip(values, scales["quantiles"].values())
    numbers = [0.0 if value is None else score(value, points) for value, points in known]
    read = [torch.tensor(numbers), torch.tensor([float(value is None) for value in values])]
    for place, (name, codes) in enumerate(scales["codes"].items()):
        word = row.get(name) or ""
        code = codes.index(word) + 1 if word in codes else 0
        read.append(weights[f"embeddings.{{place}}.weight"][code])
    found = torch.cat([one.float() for one in read])
    layers = sorted({{int(name.split(".")[1]) for name in weights if name.startswith("layers.")}})
    for layer in layers:
        found = weights[f"layers.{{layer}}.weight"] @ found + weights[f"layers.{{layer}}.bias"]
        found = found if layer == layers[-1] else found.relu()
    return found


found = answer({{}})
print(found.softmax(0) if len(found) > 1 else found, config.get("id2label"))
'''
"""Inference script of a bundle, for one row of features."""
