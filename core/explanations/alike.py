"""The rows that a model learned from that are most like a text, as the model itself sees likeness."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.data import Part
from core.device import reading
from core.explanations.explainer import Watch
from core.explanations.records import Alike, AlikeRows
from core.learners.network import TextNetwork
from core.training.batches import by_length
from core.training.cached import cached, content_key
from core.training.checkpoints import MANIFEST
from core.training.heads import normed_mean
from core.training.loop import READ_TOKENS
from core.training.tokens import Tokens

SHOWN = 5


def alike_rows(
    model: TextNetwork,
    text: str,
    learned: Part,
    *,
    bundle: Path,
    cache: Path | None,
    shown: int = SHOWN,
    watch: Watch = lambda _done, _total: None,
) -> AlikeRows:
    """The `shown` rows of `learned` nearest to `text`, by the cosine of what the model's last layer makes of them.

    The rows' vectors are kept in `cache` under the hash of the bundle's weights and of the texts.
    """
    rows = text_vectors(model, learned.inputs, bundle=bundle, cache=cache, watch=watch)
    own = text_vectors(model, [text], bundle=bundle, cache=None)
    likeness = (rows @ own[0]).astype(float) if len(rows) else np.zeros(0)
    nearest = np.argsort(-likeness, kind="stable")[:shown]
    return AlikeRows(
        rows=tuple(
            Alike(
                row_id=learned.row_ids[i],
                text=learned.inputs[i],
                target=learned.targets[i],
                likeness=float(np.clip(likeness[i], -1, 1)),
            )
            for i in nearest
        ),
        searched=len(learned),
    )


def text_vectors(
    model: TextNetwork,
    texts: Sequence[str],
    *,
    bundle: Path,
    cache: Path | None,
    watch: Watch = lambda _done, _total: None,
) -> np.ndarray:
    """Vectors of length one, float32 (rows, width): the mean of the last layer's tokens.

    In a bundle with the added averaging layer every token of the last layer is what the head reads, so the mean is too.
    """
    tokens = model.encode(texts)

    def make() -> dict[str, np.ndarray]:
        return {"vectors": _read(model, tokens, watch)}

    if cache is None:
        return make()["vectors"]
    key = content_key("bundle vectors", weights_of(bundle), tokens.key, model.device.precision)
    return cached(cache / "vectors", key, make)["vectors"]


def weights_of(bundle: Path) -> str:
    """The hash of the bundle's weights, as its manifest states it."""
    files: dict[str, str] = json.loads((bundle / MANIFEST).read_text(encoding="utf-8"))["files"]
    return content_key(*(f"{name} {files[name]}" for name in sorted(files) if name.endswith(".safetensors")))


def _read(model: TextNetwork, tokens: Tokens, watch: Watch) -> np.ndarray:
    width = model.network.config.hidden_size
    vectors = np.zeros((len(tokens), width), np.float32)
    device = model.device
    done, told = 0, time.monotonic()
    with reading(model.network, device):
        for batch in by_length(tokens.sizes, READ_TOKENS[device.kind]):
            block = {name: tensor.to(device.unit) for name, tensor in tokens.batch(batch.tolist()).items()}
            hidden = model.network.base_model(**block).last_hidden_state
            vectors[batch] = normed_mean(hidden, block.get("attention_mask")).cpu().numpy()
            done += len(batch)
            if time.monotonic() - told > 0.2 or done == len(tokens):
                watch(done, len(tokens))
                told = time.monotonic()
    unit: np.ndarray = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit
