"""Text backbones: a pretrained language model and its tokenizer."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from torch import nn
from transformers import AutoConfig, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from core.config import ReadsText, RunConfig
from core.device import Device
from core.errors import ConfigError, ModelError
from core.inputs.encoded import Encoded
from core.models.allowed import FULL_PRECISION
from core.models.description import OFFSET_POSITIONS
from core.preparation import Prepared
from core.targets import Target
from core.training import heads
from core.training.cached import weights_key
from core.training.cpu import quicken
from core.training.tokens import Tokens, tokenize

MOST_UNKNOWN = 0.5
"""Largest share of unknown tokens: a model that knows less than half of them learns from text length at best."""


class TextBackbone:
    """Pretrained language model, opened for the texts of a run; see `core.learners.backbones.base.Backbone`."""

    multiple = 8

    def __init__(self, config: RunConfig, source: Path, texts: Sequence[str] = ()) -> None:  # whatever they are
        assert isinstance(config.task, ReadsText)  # noqa: S101  # its task says that it reads texts
        self.config, self.source = config, source
        self.wanted = config.task.max_tokens
        self.tokenizer = opened_tokenizer(config.model, source)
        if config.task.cut == "start":
            self.tokenizer.truncation_side = self.tokenizer.init_kwargs["truncation_side"] = "left"
        self.max_tokens = longest(config.model, self.wanted, source, self.tokenizer)
        self.tokenizer.model_max_length = self.max_tokens
        if self.max_tokens % 8:
            self.multiple = 1

    @cached_property
    def precision(self) -> str:
        """Precision as configured; fp32 for model families that cannot compute in less."""
        family, wanted = AutoConfig.from_pretrained(self.source).model_type, self.config.precision
        if family not in FULL_PRECISION or wanted == "fp32":
            return wanted
        if wanted == "auto":
            return "fp32"
        raise ConfigError(
            f"Models of the kind '{family}' cannot compute in {wanted}.", "Choose the number format auto."
        )

    @property
    def unit(self) -> str:
        """Maximum sequence length, in words."""
        return f"{self.max_tokens} tokens"

    @cached_property
    def weights(self) -> str:
        """Hash of the starting weights, for cache keys."""
        return weights_key(self.source)

    def encode(self, inputs: Sequence[str], cache: Path | None) -> Tokens:
        """The tokens of the texts."""
        return tokenize(inputs, self.tokenizer, max_tokens=self.max_tokens, cache=cache)

    def check(self, prepared: Prepared, cache: Path | None) -> Iterator[str]:
        """Checks the vocabulary. Raises ModelError for mostly unknown tokens, and for tokens without an embedding."""
        parts = (prepared.train, prepared.validation, prepared.test)
        self._refuse_unreadable(np.concatenate([self.encode(part.inputs, cache).flat for part in parts]))
        if self.max_tokens < self.wanted:
            yield f"This model reads at most {self.max_tokens} tokens; longer texts are cut there."

    def _refuse_unreadable(self, ids: np.ndarray) -> None:
        name, tokenizer = self.config.model, self.tokenizer
        framing = [i for i in tokenizer.all_special_ids if i != tokenizer.unk_token_id]
        words = ids[~np.isin(ids, framing)]
        unknown = float(np.mean(words == tokenizer.unk_token_id)) if words.size else 1.0
        if unknown > MOST_UNKNOWN:
            raise ModelError(
                f"{name} does not know {unknown:.0%} of what these texts are made of.",
                "Its tokenizer may be missing, or it was made for another language. Choose another model.",
            )
        known = AutoConfig.from_pretrained(self.source).vocab_size
        if int(ids.max()) >= known:
            raise ModelError(
                f"The tokenizer of {name} has tokens that the model has no vectors for: it knows {known:,}.",
                "Save the model again after resize_token_embeddings, or choose another one.",
            )

    def build(self, target: Target, config: RunConfig, device: Device) -> nn.Module:
        """Builds a mean-pooling head where the model family allows it, else the model's own classifier."""
        dropout = getattr(config.learning, "dropout", None)
        if heads.reads_mean(self.source):
            encoder = heads.open_encoder(self.source, attention=device.attention, dropout=dropout)
            model: nn.Module = heads.SentenceClassifier(encoder, target.size, dropout=dropout or 0.0)
        else:
            model = heads.open_stock(self.source, target.network, attention=device.attention, dropout=dropout)
        if isinstance(model, PreTrainedModel) and model.config.model_type not in OFFSET_POSITIONS:
            # Decoder models pool the last token that is no padding.
            model.config.pad_token_id = int(self.tokenizer.pad_token_id or 0)
        return quicken(model) if device.kind == "cpu" else model

    def finish(self, network: nn.Module, target: Target) -> PreTrainedModel:
        """Converts `network` to the stock sequence classifier with the same outputs."""
        if isinstance(network, heads.SentenceClassifier):
            return heads.to_stock(network, target.network)
        assert isinstance(network, PreTrainedModel)  # noqa: S101  # what `build` made
        return network.eval()

    def save(self, folder: Path) -> None:
        """Saves the tokenizer."""
        self.tokenizer.save_pretrained(folder)

    def body(self, network: nn.Module) -> str:
        """Name of the encoder."""
        return "encoder" if isinstance(network, heads.SentenceClassifier) else str(network.base_model_prefix)

    def augment(self, encoded: Encoded, config: RunConfig) -> None:
        """No augmentation: texts stay as they are."""

    def keeps_vectors(self, network: nn.Module) -> bool:
        """Only where no layer before the last is newly initialised."""
        return isinstance(network, heads.SentenceClassifier)


def opened_tokenizer(name: str, source: Path) -> PreTrainedTokenizerBase:
    """Tokenizer of the model, with a padding token. Raises ModelError when it cannot be opened."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(source)
    except (ImportError, KeyError, OSError, TypeError, ValueError) as error:
        hint = "Take a copy of the model that has a tokenizer.json, or another model."
        raise ModelError(f"The tokenizer of {name} cannot be opened here.", hint) from error
    if tokenizer.pad_token is None:  # many decoders have no padding token; any will do, as it is masked
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.convert_ids_to_tokens(0)
    return tokenizer


def longest(name: str, wanted: int, source: Path, tokenizer: PreTrainedTokenizerBase) -> int:
    """Maximum sequence length: as configured, and no more than the model has positions for."""
    settings = AutoConfig.from_pretrained(source)
    places = getattr(settings, "max_position_embeddings", None) or 0
    if places <= 0:  # XLNet says -1: unlimited
        places = wanted
    # RoBERTa and its like count positions from the padding id on, so two of them are never used.
    if settings.model_type in OFFSET_POSITIONS:
        places -= max(settings.pad_token_id or 0, 1) + 1
    most = min(places, tokenizer.model_max_length)
    if most < 8:
        raise ConfigError(f"The model {name} reads at most {most} tokens.", "Choose another model.")
    return int(min(wanted, most))
