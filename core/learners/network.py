"""Networks as models, for inference. A bundle opens with plain transformers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

import numpy as np
import torch
from torch import nn
from transformers import AutoModelForSequenceClassification, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from core.answers import Answers
from core.callbacks import Watch
from core.data.splits.parts import Part
from core.device import Device, choose
from core.errors import ModelError
from core.inputs.encoded import Encoded
from core.learners.backbones.base import Backbone
from core.learners.base import Represented, Unread
from core.targets import Target
from core.training.heads import last_layer, normed_mean
from core.training.loop import read_outputs
from core.training.tokens import Tokens, endless_patterns_in_words, tokenize
from core.training.vectors import head_layers, head_vectors, outputs_with_layers

NO_LIMIT = 10**30
MOST_KEPT = 50_000
"""Most rows whose embeddings are kept, 77 MB at a width of 384: no quote counts their memory."""


class _Kept(TypedDict):
    weights: str
    cache: Path


class Network:
    """Network fresh from training; see `core.learners.base.Model`.

    `start` is the hash of the pretrained weights where only the last layer differs from them: what lies before it
    gives a row the same embedding in every such run, so it is computed once and cached.
    """

    def __init__(
        self,
        network: nn.Module,
        backbone: Backbone,
        target: Target,
        device: Device,
        *,
        cache: Path | None = None,
        start: str | None = None,
        facts: Mapping[str, object] | None = None,
    ) -> None:
        self.network, self.backbone, self.target, self.device = network, backbone, target, device
        self.cache, self.start = cache, start
        self.facts: Mapping[str, object] = facts or {}

    def answer(self, part: Part, watch: Watch = lambda _done, _total: None) -> Answers:
        """Predictions for a part's rows."""
        encoded = self.backbone.encode(part.inputs, self.cache)
        if kept := self._kept(encoded):
            outputs = self._of_head(head_vectors(self.network, encoded, device=self.device, watch=watch, **kept))
        else:
            outputs = read_outputs(self.network, encoded, device=self.device, watch=watch)
        return self.target.decode(outputs, part)

    def represent(self, part: Part, watch: Watch = lambda _done, _total: None) -> Represented:
        """Predictions for a part's rows, and their embeddings."""
        encoded = self.backbone.encode(part.inputs, self.cache)
        if kept := self._kept(encoded):
            vectors, layers = head_layers(self.network, encoded, device=self.device, watch=watch, **kept)
            outputs = self._of_head(vectors)
        else:
            outputs, layers = outputs_with_layers(self.network, encoded, device=self.device, watch=watch)
        return Represented(self.target.decode(outputs, part), layers)

    def _kept(self, encoded: Encoded) -> "_Kept | None":
        """Where the embeddings of these rows are kept; None where they are not."""
        if self.start is None or self.cache is None or len(encoded) > MOST_KEPT:
            return None
        return {"weights": self.start, "cache": self.cache}

    def _of_head(self, vectors: np.ndarray) -> np.ndarray:
        """Logits of the last layer, float32 (rows, outputs)."""
        layer = last_layer(self.network)
        outputs: np.ndarray = vectors @ layer.weight.detach().float().cpu().numpy().T
        if layer.bias is not None:
            outputs = outputs + layer.bias.detach().float().cpu().numpy()
        return outputs

    def calibrate(self, choosing: Answers) -> Answers:
        """Folds the temperature fitted on these answers into the network; facts keep it."""
        answers, temperature = self.target.calibrate(self.network, choosing)
        if temperature is not None:
            self.facts = {**self.facts, "temperature": round(temperature, 4)}
        return answers

    def cut(self, inputs: Sequence[str]) -> list[Unread]:
        """Always nothing: it has just been trained on rows that were truncated on purpose."""
        return [""] * len(inputs)

    def save(self, folder: Path) -> None:
        """Saves weights, config and tokenizer or image processor, as transformers does."""
        self.backbone.finish(self.network, self.target).save_pretrained(folder, safe_serialization=True)
        self.backbone.save(folder)


class OpenNetwork:
    """Network of a bundle, in full precision (fp32). Predictions do not depend on the batch that a row is in."""

    def __init__(self, network: PreTrainedModel, target: Target, device: Device) -> None:
        self.network = network.to(device.unit).eval().requires_grad_(False)
        self.target, self.device = target, device
        self.facts: Mapping[str, object] = {}

    def encode(self, inputs: Sequence[str], cache: Path | None = None) -> Encoded:
        """Encodes the inputs as the network reads them; with a `cache`, what takes long is kept there."""
        raise NotImplementedError

    def vectors(self, block: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Embeddings of a batch, (rows, width): rows that are alike to the network lie near each other."""
        raise NotImplementedError

    def outputs(self, inputs: Sequence[str], watch: Watch = lambda _done, _total: None) -> np.ndarray:
        """Logits (raw outputs), float32 (rows, outputs). `watch` hears rows done and rows in all."""
        if not inputs:
            return np.zeros((0, self.target.size), np.float32)
        found = read_outputs(self.network, self.encode(inputs), device=self.device, watch=watch)
        torch.cuda.empty_cache()  # a run that learns on the same GPU wants the room
        return found

    def answer(self, part: Part, watch: Watch = lambda _done, _total: None) -> Answers:
        """Predictions for a part's rows."""
        return self.target.decode(self.outputs(part.inputs, watch), part)

    def represent(self, part: Part, watch: Watch = lambda _done, _total: None) -> Represented:
        """Predictions for a part's rows, and their embeddings."""
        if not len(part):
            return Represented(self.answer(part), (np.zeros((0, last_layer(self.network).in_features), np.float32),))
        encoded = self.encode(part.inputs)
        outputs, layers = outputs_with_layers(self.network, encoded, device=self.device, watch=watch)
        torch.cuda.empty_cache()
        return Represented(self.target.decode(outputs, part), layers)

    def cut(self, inputs: Sequence[str]) -> list[Unread]:
        """Truncation: none, where the model reads inputs of any size."""
        return [""] * len(inputs)

    def save(self, folder: Path) -> None:
        """Saves the weights and the config."""
        self.network.save_pretrained(folder, safe_serialization=True)


class TextNetwork(OpenNetwork):
    """Language model of a bundle, and its tokenizer."""

    def __init__(
        self, network: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, target: Target, device: Device
    ) -> None:
        super().__init__(network, target, device)
        self.tokenizer = tokenizer

    @classmethod
    def open(cls, bundle: Path, target: Target, device: Device | None = None) -> "TextNetwork":
        """Opens the model of a bundle. Raises ModelError when the folder holds no whole one."""
        try:
            tokenizer = AutoTokenizer.from_pretrained(bundle)
            network = AutoModelForSequenceClassification.from_pretrained(
                bundle, dtype=torch.float32, use_safetensors=True
            )
        except (OSError, ValueError) as error:
            raise ModelError(f"The model in {bundle.name} cannot be opened.", "Train it again.") from error
        return cls(network, tokenizer, target, device or choose("fp32"))

    @property
    def max_tokens(self) -> int:
        """Maximum sequence length: longer texts are truncated."""
        return int(self.tokenizer.model_max_length)

    def encode(self, inputs: Sequence[str], _cache: Path | None = None) -> Tokens:
        """Tokens of the texts."""
        return tokenize(inputs, self.tokenizer, max_tokens=self.max_tokens, cache=None)

    def vectors(self, block: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Sentence embeddings: the normed mean of the last layer's tokens.

        In a bundle with the added averaging layer every token of it is what the head reads, so the mean is too.
        """
        hidden = self.network.base_model(**block).last_hidden_state
        return normed_mean(hidden, block.get("attention_mask"))

    def cut(self, inputs: Sequence[str]) -> list[Unread]:
        """Truncation of each text: its end is not read, or its beginning, as the tokenizer's truncation_side says."""
        unread: Unread = "beginning" if self.tokenizer.truncation_side == "left" else "end"
        return [unread if count > self.max_tokens else "" for count in self._lengths(inputs)]

    def _lengths(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        limit = self.tokenizer.model_max_length
        self.tokenizer.model_max_length = NO_LIMIT  # or it warns of what is asked here
        try:
            with endless_patterns_in_words():
                return [len(ids) for ids in self.tokenizer(list(texts), return_attention_mask=False)["input_ids"]]
        finally:
            self.tokenizer.model_max_length = limit
