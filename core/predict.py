"""A bundle that answers: texts in, class probabilities out. Opens it as anybody would, with plain transformers."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from scipy.special import softmax
from transformers import AutoModelForSequenceClassification, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from core.device import Device, choose
from core.errors import ModelError
from core.training.loop import read_logits
from core.training.tokens import tokenize

NO_LIMIT = 10**30


class Predictor:
    """A model, its tokenizer and its labels. Answers do not depend on which texts are asked together."""

    def __init__(self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, device: Device) -> None:
        self.model = model.to(device.unit).eval().requires_grad_(False)
        self.tokenizer = tokenizer
        self.device = device
        names = model.config.id2label
        self.labels: tuple[str, ...] = tuple(str(names[i]) for i in range(len(names)))

    @classmethod
    def load(cls, bundle: Path, device: Device | None = None) -> "Predictor":
        """The predictor of a bundle, in full precision. Raises ModelError when the folder holds no whole bundle."""
        try:
            tokenizer = AutoTokenizer.from_pretrained(bundle)
            model = AutoModelForSequenceClassification.from_pretrained(
                bundle, dtype=torch.float32, use_safetensors=True
            )
        except (OSError, ValueError) as error:
            raise ModelError(f"The model in {bundle.name} cannot be opened.", "Train it again.") from error
        return cls(model, tokenizer, device or choose("fp32"))

    @property
    def max_tokens(self) -> int:
        """Longer texts are cut here."""
        return int(self.tokenizer.model_max_length)

    def logits(
        self, texts: Sequence[str], watch: Callable[[int, int], None] = lambda _done, _total: None
    ) -> np.ndarray:
        """The model's raw outputs, float32 (rows, classes). `watch` hears rows done and rows in all."""
        if not texts:
            return np.zeros((0, len(self.labels)), np.float32)
        tokens = tokenize(texts, self.tokenizer, max_tokens=self.max_tokens, cache=None)
        pad_id = int(self.tokenizer.pad_token_id or 0)
        found = read_logits(self.model, tokens, pad_id=pad_id, device=self.device, watch=watch)
        torch.cuda.empty_cache()  # a run that learns on the same GPU wants the room
        return found

    def is_cut(self, texts: Sequence[str]) -> list[bool]:
        """Which texts are longer than the model reads: of these it sees the beginning only."""
        return [count > self.max_tokens for count in self._lengths(texts)]

    def _lengths(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        limit = self.tokenizer.model_max_length
        self.tokenizer.model_max_length = NO_LIMIT  # or it warns of what is asked here
        try:
            return [len(ids) for ids in self.tokenizer(list(texts), return_attention_mask=False)["input_ids"]]
        finally:
            self.tokenizer.model_max_length = limit

    def predict(self, texts: Sequence[str]) -> np.ndarray:
        """Probabilities, float32 (rows, classes), columns in the order of `labels`; a row sums to one."""
        return softmax(self.logits(texts).astype(np.float64), axis=1).astype(np.float32)
