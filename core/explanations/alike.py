"""Nearest neighbours of a row among the training rows, by the cosine of the model's own embeddings."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.callbacks import Watch
from core.data import Part
from core.device import reading
from core.explanations.records import Alike, AlikeRows
from core.inputs.encoded import Encoded
from core.learners.network import OpenNetwork
from core.training.batches import by_length
from core.training.cached import cached, content_key
from core.training.checkpoints import MANIFEST
from core.training.loop import READ_TOKENS

SHOWN = 5
MOST = 10_000
"""Most training rows that are searched."""


def alike_rows(
    model: OpenNetwork,
    one: str,
    learned: Part,
    *,
    bundle: Path,
    cache: Path | None,
    shown: int = SHOWN,
    watch: Watch = lambda _done, _total: None,
) -> AlikeRows:
    """Nearest neighbours: the `shown` rows of `learned` nearest to the input `one`, by the cosine of their embeddings.

    The rows' vectors are kept in `cache` under the hash of the bundle's weights and of the inputs. Of more than MOST
    rows, so many are drawn.
    """
    learned = drawn(learned)
    rows = vectors_of(model, learned.inputs, bundle=bundle, cache=cache, watch=watch)
    own = vectors_of(model, [one], bundle=bundle, cache=None)
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


def drawn(learned: Part, most: int = MOST) -> Part:
    """Random sample of `most` rows by a fixed seed, in their order; all rows where there are no more."""
    if len(learned) <= most:
        return learned
    return learned.take(np.sort(np.random.default_rng(0).choice(len(learned), most, replace=False)))


def vectors_of(
    model: OpenNetwork,
    inputs: Sequence[str],
    *,
    bundle: Path,
    cache: Path | None,
    watch: Watch = lambda _done, _total: None,
) -> np.ndarray:
    """Unit-length embeddings that the head reads, float32 (rows, width)."""
    encoded = model.encode(inputs, cache)

    def make() -> dict[str, np.ndarray]:
        return {"vectors": _read(model, encoded, watch)}

    if cache is None:
        return make()["vectors"]
    key = content_key("bundle vectors", weights_of(bundle), encoded.key, model.device.precision)
    return cached(cache / "vectors", key, make)["vectors"]


def weights_of(bundle: Path) -> str:
    """The hash of the bundle's weights, as its manifest states it."""
    files: dict[str, str] = json.loads((bundle / MANIFEST).read_text(encoding="utf-8"))["files"]
    return content_key(*(f"{name} {files[name]}" for name in sorted(files) if name.endswith(".safetensors")))


def _read(model: OpenNetwork, encoded: Encoded, watch: Watch) -> np.ndarray:
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    device = model.device
    done, told = 0, time.monotonic()
    with reading(model.network, device):
        for batch in by_length(encoded.sizes, READ_TOKENS[device.kind]):
            block = {name: tensor.to(device.unit) for name, tensor in encoded.batch(batch.tolist()).items()}
            parts.append((batch, model.vectors(block).float().cpu().numpy()))
            done += len(batch)
            if time.monotonic() - told > 0.2 or done == len(encoded):
                watch(done, len(encoded))
                told = time.monotonic()
    vectors = np.zeros((len(encoded), parts[0][1].shape[1] if parts else 0), np.float32)
    for batch, some in parts:
        vectors[batch] = some
    unit: np.ndarray = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit
