"""Sentence vectors of an encoder that does not learn: computed once, kept by content."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.device import Device, reading
from core.training.batches import by_length, padded, that_fit
from core.training.cached import cached, content_key
from core.training.heads import SentenceClassifier
from core.training.tokens import Tokens

TOKENS_AT_ONCE = {"cpu": 4096, "cuda": 65536, "mps": 16384}
"""Padded tokens read in one go: enough to keep the device busy, few enough to stay in its caches."""

Watch = Callable[[int, int], None]
"""Told rows done and rows in all; may raise Stopped."""


def sentence_vectors(
    model: SentenceClassifier,
    tokens: Tokens,
    *,
    weights: str,
    device: Device,
    pad_id: int,
    cache: Path | None,
    watch: Watch = lambda _done, _total: None,
) -> np.ndarray:
    """What the head of `model` reads for each row, float32 (rows, width). `weights` names the model's contents."""

    def make() -> dict[str, np.ndarray]:
        return {"vectors": _read(model, tokens, device, pad_id, watch)}

    if cache is None:
        return make()["vectors"]
    key = content_key("vectors", weights, tokens.key, device.precision)
    return cached(cache / "vectors", key, make)["vectors"]


def _read(model: SentenceClassifier, tokens: Tokens, device: Device, pad_id: int, watch: Watch) -> np.ndarray:
    vectors = np.zeros((len(tokens), model.classifier.in_features), np.float32)
    done, told = 0, time.monotonic()

    def read(batch: np.ndarray) -> np.ndarray:
        block = {name: tensor.to(device.unit) for name, tensor in padded(tokens, batch.tolist(), pad_id).items()}
        found: np.ndarray = model.vectors(**block).float().cpu().numpy()
        return found

    with reading(model, device):
        for batch, found in that_fit(by_length(tokens.lengths, TOKENS_AT_ONCE[device.kind]), read):
            vectors[batch] = found
            done += len(batch)
            if time.monotonic() - told > 0.5 or done == len(tokens):
                watch(done, len(tokens))
                told = time.monotonic()
    return vectors
