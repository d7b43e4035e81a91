"""Validation of safetensors weights without torch: the header by itself, the numbers by their bits.

The format: eight bytes with the header's length, the header as JSON, then the tensors' bytes one after the other.
"""

import json
import math
import re
import struct
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import ModelError

HEADER_LIMIT_BYTES = 5_000_000
INDEX_LIMIT_BYTES = 20_000_000
WEIGHTS = re.compile(r"model(-\d+-of-\d+)?\.safetensors")
INDEX = "model.safetensors.index.json"
BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
EXPONENTS = {"F64": ("<u8", 0x7FF0 << 48), "F32": ("<u4", 0x7F800000), "F16": ("<u2", 0x7C00), "BF16": ("<u2", 0x7F80)}
"""Exponent masks by dtype, with the type to read bits as: all are set in NaN and infinities alone (IEEE 754)."""
AGAIN = "Fetch or copy the model again."

Tensors = dict[str, tuple[str, tuple[int, ...]]]


def tensors(path: Path) -> Tensors:
    """Name, type and shape of each tensor, from the header alone. Raises ModelError when the file is damaged."""
    return {name: (kind, shape) for name, kind, shape, _, _ in _laid_out(path)}


def refuse_not_finite(path: Path) -> None:
    """Raises ModelError when a weight is NaN or infinite, as in a model whose training diverged."""
    for name, kind, shape, begin, end in _laid_out(path):
        if kind not in EXPONENTS or begin == end:
            continue
        read_as, exponent = EXPONENTS[kind]
        numbers = np.memmap(path, dtype=read_as, mode="r", offset=begin, shape=(math.prod(shape),))
        for start in range(0, len(numbers), 1 << 22):
            if ((numbers[start : start + (1 << 22)] & exponent) == exponent).any():
                raise ModelError(
                    f"The weights '{_short(name)}' in '{path.name}' hold values that are not finite numbers.",
                    "Nothing can be learned from them. Look for another copy of the model.",
                )


def refuse_stray_shards(folder: Path, here: set[str]) -> None:
    """Raises ModelError when the index of a model's shards names a file that is not one of them."""
    path = folder / INDEX
    if not path.is_file():
        return
    try:
        if path.stat().st_size > INDEX_LIMIT_BYTES:
            raise ValueError(path)
        named = set(json.loads(path.read_bytes())["weight_map"].values())
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ModelError(f"'{INDEX}' in the model's folder cannot be read.", AGAIN) from None
    if not named <= here:
        raise ModelError(f"'{INDEX}' names weights that are not in the model's folder.", AGAIN)


def _laid_out(path: Path) -> list[tuple[str, str, tuple[int, ...], int, int]]:
    """Name, type, shape, and first and last byte in the file of each tensor, in the order in which they lie."""
    size = path.stat().st_size
    with path.open("rb") as file:
        first = file.read(8)
        length = struct.unpack("<Q", first)[0] if len(first) == 8 else 0
        if not 2 <= length <= min(HEADER_LIMIT_BYTES, size - 8):
            raise ModelError(f"'{path.name}' is not a whole safetensors file.", AGAIN)
        header = file.read(length)
    try:
        told = json.loads(header, object_pairs_hook=_without_doubles)
        told.pop("__metadata__", None)
        return _checked(told, 8 + length, size)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise ModelError(f"'{path.name}' is not a whole safetensors file.", AGAIN) from None


def _checked(told: dict[str, Any], start: int, size: int) -> list[tuple[str, str, tuple[int, ...], int, int]]:
    """The tensors, each as long as its shape says, one after the other without a gap to the file's last byte."""
    found = []
    for name, entry in told.items():
        (begin, end), shape, kind = entry["data_offsets"], tuple(entry["shape"]), entry["dtype"]
        if not all(type(number) is int and number >= 0 for number in (begin, end, *shape)):
            raise ValueError(name)
        if end - begin != math.prod(shape) * BYTES[kind]:
            raise ValueError(name)
        found.append((name, kind, shape, start + begin, start + end))
    found.sort(key=lambda tensor: tensor[3:])
    ends = [start, *(tensor[4] for tensor in found)]
    if ends[:-1] != [tensor[3] for tensor in found] or ends[-1] != size:
        raise ValueError("there are gaps or overlaps, or the file is shorter or longer than the header says")
    return found


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice, and each reader would take another one")
    return found


def _short(name: str) -> str:
    return name if len(name) <= 80 else name[:79] + "…"


def files_of(folder: Path) -> list[Path]:
    """Files of the weights, in the order of their names."""
    return [path for path in sorted(folder.iterdir()) if WEIGHTS.fullmatch(path.name)]


def count_parameters(folder: Path) -> int:
    """Number of parameters in the weights; integer tensors are counters and not counted."""
    return sum(
        math.prod(shape) for path in files_of(folder) for kind, shape in tensors(path).values() if kind in EXPONENTS
    )
