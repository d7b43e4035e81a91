"""Classification head on mean pooling of an encoder's tokens, and the same weights in a stock transformers model.

Training and frozen vectors use `SentenceClassifier`: logits = W . normed(mean of the last layer's tokens) + b, where
`normed` is a layer norm without weights. Stock classes read only the first token, so `to_stock` appends one encoder
layer that puts the normed mean there. See docs/adr/0002-the-head-of-a-bundle.md.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.nn import functional
from transformers import AutoConfig, AutoModel, AutoModelForSequenceClassification, PreTrainedModel

from core.device import attend
from core.errors import ModelError

DROWN = 2.0**20
"""Factor of the mean before the residual connection adds the first token, which becomes negligible beside it."""
LINEAR = 2.0**-14
"""Factor of the inputs of the pooler's tanh, so small that tanh is the identity; the classifier undoes it."""

STOCK_FAMILIES = frozenset({"bert", "roberta", "xlm-roberta", "camembert"})
"""Model types whose sequence classifier `to_stock` knows how to fill: absolute positions, tanh on the first token."""


class Answer(NamedTuple):
    """Model output of a batch: `logits` of shape (rows, outputs)."""

    logits: torch.Tensor


def normed_mean(hidden: torch.Tensor, attention_mask: torch.Tensor | None) -> torch.Tensor:
    """Mean pooling with layer norm over each row's unpadded tokens: (rows, tokens, width) to (rows, width), in fp32."""
    hidden = hidden.float()
    if attention_mask is None:
        mean = hidden.mean(dim=1)
    else:
        weights = attention_mask.to(hidden.dtype)
        mean = torch.einsum("rtw,rt->rw", hidden, weights) / weights.sum(dim=1, keepdim=True).clamp(min=1)
    return functional.layer_norm(mean, mean.shape[-1:], eps=1e-12)


class SentenceClassifier(nn.Module):
    """Encoder with mean pooling (layer-normed) and a linear head."""

    def __init__(self, encoder: PreTrainedModel, classes: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(encoder.config.hidden_size, classes)
        nn.init.zeros_(self.classifier.weight)
        nn.init.zeros_(self.classifier.bias)

    def vectors(self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None) -> torch.Tensor:
        """Sentence embeddings that the head reads, shape (rows, width)."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return normed_mean(hidden, attention_mask)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None) -> Answer:
        """The logits of each row."""
        return Answer(self.classifier(self.dropout(self.vectors(input_ids, attention_mask))))


def last_layer(model: nn.Module) -> nn.Linear:
    """Last linear layer, from which a classifier's logits come."""
    parent, name = _last(model)
    layer: nn.Linear = getattr(parent, name)
    return layer


@contextmanager
def without_last_layer(model: nn.Module) -> Iterator[nn.Module]:
    """Replaces the last layer by the identity inside the block, and gives that.

    The logits are the last layer's input embeddings, (rows, width).
    """
    parent, name = _last(model)
    layer, identity = getattr(parent, name), nn.Identity()
    setattr(parent, name, identity)
    try:
        yield identity
    finally:
        setattr(parent, name, layer)


@contextmanager
def heard(layer: nn.Module) -> Iterator[list[torch.Tensor]]:
    """Inputs that reach a layer inside the block, by a hook. Other threads may use the same network meanwhile."""
    found: list[torch.Tensor] = []
    mine = threading.get_ident()

    def hear(_layer: nn.Module, told: tuple[torch.Tensor, ...]) -> None:
        if threading.get_ident() == mine:
            found.append(told[0])

    hook = layer.register_forward_pre_hook(hear)
    try:
        yield found
    finally:
        hook.remove()


def middle_block(model: nn.Module) -> nn.Module | None:
    """Block in the middle of a network, whose input is the middle layer; None for other language models.

    The last block of a bundle of STOCK_FAMILIES only averages, so it does not count.
    """
    if isinstance(model, SentenceClassifier):
        return _middle(_stack(model.encoder))
    assert isinstance(model, PreTrainedModel)  # noqa: S101  # what backbones build
    if model.config.model_type in STOCK_FAMILIES:
        return _middle(_stack(model)[:-1])
    return _middle(_stack(model)) if model.main_input_name == "pixel_values" else None


def _stack(model: nn.Module) -> list[nn.Module]:
    """The longest sequence of blocks in a network."""
    stacks = [list(one) for one in model.modules() if isinstance(one, nn.ModuleList | nn.Sequential)]
    return max(stacks, key=len, default=[])


def _middle(blocks: list[nn.Module]) -> nn.Module | None:
    return blocks[len(blocks) // 2] if blocks else None


def _last(model: nn.Module) -> tuple[nn.Module, str]:
    """The module that holds the last linear layer, and the layer's name there: a head stands after its body."""
    path = [path for path, module in model.named_modules() if isinstance(module, nn.Linear)][-1]
    parent, _, name = path.rpartition(".")
    return model.get_submodule(parent), name


def open_encoder(folder: Path, *, attention: str, dropout: float | None = None) -> PreTrainedModel:
    """Opens the encoder in `folder`, without a pooler, in fp32; `dropout` replaces its own where given."""
    changes = {} if dropout is None else {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout}
    encoder, told = AutoModel.from_pretrained(
        folder,
        dtype=torch.float32,
        add_pooling_layer=False,
        use_safetensors=True,
        output_loading_info=True,
        **changes,
    )
    return attend(with_its_weights(encoder, told, folder), attention)


def reads_mean(folder: Path) -> bool:
    """Whether models of this family get a mean-pooling head."""
    return AutoConfig.from_pretrained(folder).model_type in STOCK_FAMILIES


def open_stock(
    folder: Path, outputs: Mapping[str, Any], *, attention: str, dropout: float | None = None
) -> PreTrainedModel:
    """Opens the stock sequence classifier with a newly initialised head, in fp32; `dropout` replaces its own.

    `outputs` are entries of a transformers config: labels or regression.
    """
    config = AutoConfig.from_pretrained(folder, **outputs)
    for name, value in config.to_dict().items():
        if dropout is not None and hides(name, value):
            setattr(config, name, dropout)
    classifier, told = AutoModelForSequenceClassification.from_pretrained(
        folder,
        config=config,
        dtype=torch.float32,
        ignore_mismatched_sizes=True,
        use_safetensors=True,
        output_loading_info=True,
    )
    return attend(with_its_weights(classifier, told, folder), attention)


def with_its_weights(model: PreTrainedModel, told: dict[str, Any], folder: Path) -> PreTrainedModel:
    """Model, checked for missing weights. Raises ModelError where parts of its body were not in the file."""
    body = set(model.base_model.state_dict())
    prefix = "" if model.base_model is model else f"{model.base_model_prefix}."
    absent = {*told["missing_keys"], *(name for name, *_ in told["mismatched_keys"])}
    random = sorted(name for name in absent if name.removeprefix(prefix) in body and "pooler" not in name)
    if random:
        raise ModelError(
            f"The weights of {folder.name} lack {len(random)} of the model's {len(body)} parts, such as {random[0]}.",
            "They may have been saved from inside another program. Save the model itself with save_pretrained.",
        )
    return model


def hides(name: str, value: object) -> bool:
    """Whether a setting of a model is a dropout rate: families have many names for it."""
    return ("dropout" in name or name.endswith("pdrop")) and isinstance(value, float)


def to_stock(model: SentenceClassifier, outputs: Mapping[str, Any]) -> PreTrainedModel:
    """Converts to a stock sequence classifier with the same logits, one encoder layer deeper.

    The added layer attends evenly to all unpadded tokens (query and key are zero), passes their mean on (value is the
    identity) so large that the residual first token is negligible, and its layer norm makes it the normed mean.
    """
    settings = model.encoder.config.to_dict()
    settings["num_hidden_layers"] += 1
    settings |= {**outputs, "classifier_dropout": None}
    stock = AutoModelForSequenceClassification.from_config(type(model.encoder.config)(**settings))
    body = stock.base_model
    body.load_state_dict(model.encoder.state_dict(), strict=False)
    with torch.no_grad():
        _average(body.encoder.layer[-1])
        if hasattr(stock.classifier, "out_proj"):
            squeeze, last = stock.classifier.dense, stock.classifier.out_proj
        else:
            squeeze, last = body.pooler.dense, stock.classifier
        squeeze.weight.copy_(LINEAR * torch.eye(squeeze.in_features))
        squeeze.bias.zero_()
        last.weight.copy_(model.classifier.weight / LINEAR)
        last.bias.copy_(model.classifier.bias)
    return stock.eval()


def _average(layer: Any) -> None:
    """Sets a BERT-like layer's weights so that every position holds the normed mean of its input tokens."""
    attention = layer.attention.self
    for linear in (
        attention.query,
        attention.key,
        attention.value,
        layer.attention.output.dense,
        layer.intermediate.dense,
        layer.output.dense,
    ):
        linear.weight.zero_()
        linear.bias.zero_()
    attention.value.weight.fill_diagonal_(1.0)
    layer.attention.output.dense.weight.fill_diagonal_(DROWN)
    for norm in (layer.attention.output.LayerNorm, layer.output.LayerNorm):
        norm.weight.fill_(1.0)
        norm.bias.zero_()
