"""Disk cache of arrays, keyed by the hash of what they were computed from."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

Arrays = dict[str, np.ndarray]


def content_key(*parts: str | int | Iterable[str]) -> str:
    """Cache key: a SHA-256 that changes whenever any part does; where one text ends and the next begins counts too."""
    digest = hashlib.sha256()
    for part in parts:
        texts = (str(part),) if isinstance(part, str | int) else part
        for text in texts:
            raw = text.encode("utf-8", "surrogatepass")
            digest.update(len(raw).to_bytes(8, "little"))
            digest.update(raw)
        digest.update(b"\xff" * 8)
    return digest.hexdigest()


def cached(folder: Path, key: str, make: Callable[[], Arrays]) -> Arrays:
    """Arrays cached under `key`, computed now if they are not there or cannot be read."""
    path = folder / key[:2] / f"{key}.safetensors"
    try:
        found: Arrays = load_file(path)
        return found
    except (OSError, SafetensorError):
        arrays = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    os.close(handle)
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, temporary)  # it writes no strides
    Path(temporary).replace(path)
    return arrays


def weights_key(folder: Path) -> str:
    """Hash of the weights in a model's folder, for cache keys."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
