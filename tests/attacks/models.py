"""Hostile model folders, each made from a good one: what is done to it, and the words that refuse it."""

import json
import os
import pickle
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

from tests.attacks.rows import Marker

WEIGHTS = "model.safetensors"
NOT_WHOLE = "is not a whole safetensors file"
NOT_READABLE = "is not readable JSON"


@dataclass(frozen=True)
class Attack:
    """What is done to a good folder, and the words that refuse it."""

    name: str
    do: Callable[[Path], object]
    refused: str


def raw_header(text: bytes, data: bytes = b"", length: int | None = None) -> Callable[[Path], object]:
    start = struct.pack("<Q", len(text) if length is None else length)
    return lambda folder: (folder / WEIGHTS).write_bytes(start + text + data)


def header(told: Any, data: bytes = b"") -> Callable[[Path], object]:
    return raw_header(json.dumps(told).encode(), data)


def entry(begin: int, end: int, *shape: int, dtype: str = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def with_value(value: float) -> Callable[[Path], object]:
    def do(folder: Path) -> None:
        weights = load_file(folder / WEIGHTS)
        name = sorted(weights)[-1]
        weights[name] = weights[name].copy()
        weights[name].flat[-1] = np.float32(value)
        save_file(weights, folder / WEIGHTS, metadata={"format": "pt"})

    return do


def settings(file: str = "config.json", **changes: Any) -> Callable[[Path], object]:
    def do(folder: Path) -> None:
        path = folder / file
        told = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps({**told, **changes}))

    return do


def text(file: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / file).write_bytes(content)


def tokenizer(**changes: Any) -> Callable[[Path], object]:
    return settings("tokenizer.json", **changes)


def linked(folder: Path) -> None:
    (folder / "vocab.txt").unlink(missing_ok=True)
    (folder / "vocab.txt").symlink_to("/etc/passwd")


def hard_linked(folder: Path) -> None:
    secret = folder.parent / "secret.txt"
    secret.write_text("secret")
    (folder / "merges.txt").hardlink_to(secret)


def linked_folder(folder: Path) -> None:
    (folder / "1_Pooling").symlink_to(folder.parent)


def piped(folder: Path) -> None:
    os.mkfifo(folder / "notes.txt")


def pickled(name: str) -> Callable[[Path], object]:
    """Weights as a pickle that runs, under a name that says something else."""

    def do(folder: Path) -> None:
        (folder / WEIGHTS).unlink()
        (folder / name).write_bytes(pickle.dumps(Marker()))

    return do


def slow_pattern(folder: Path) -> None:
    steps = {"type": "Split", "pattern": {"Regex": "(x+x+)+(x+x+)+y"}, "behavior": "Isolated", "invert": False}
    tokenizer(pre_tokenizer=steps)(folder)


def swollen(folder: Path) -> None:
    """Every line end becomes a text of 20 MB."""
    tokenizer(normalizer={"type": "Replace", "pattern": {"String": "\n"}, "content": "x" * 20_000_000})(folder)


INDEX = "model.safetensors.index.json"
TWO = {"a": entry(0, 8, 2), "b": entry(4, 12, 2)}
ONE = json.dumps(entry(0, 4, 1)).encode()
OUTSIDE = b'{"weight_map": {"a": "../../outside.safetensors"}}'
DEEP = b"[" * 100_000 + b"]" * 100_000
ATTACKS = [
    Attack("pickle as bin", pickled("pytorch_model.bin"), "safetensors"),
    Attack("pickle as pt", pickled("model.pt"), "safetensors"),
    Attack("pickle as safetensors", pickled(WEIGHTS), NOT_WHOLE),
    Attack("header of 2^63 bytes", raw_header(b"{}", length=2**63), NOT_WHOLE),
    Attack("header of 50 MB", raw_header(b'{"a":' + b" " * 50_000_000 + b"1}"), NOT_WHOLE),
    Attack("header longer than the file", raw_header(b"{}", length=3), NOT_WHOLE),
    Attack("empty weights", text(WEIGHTS, b""), NOT_WHOLE),
    Attack("header nested too deep", raw_header(DEEP), NOT_WHOLE),
    Attack("header that is a list", raw_header(b"[]"), NOT_WHOLE),
    Attack("overlapping tensors", header(TWO, bytes(12)), NOT_WHOLE),
    Attack("a gap between tensors", header({"a": entry(0, 4, 1), "b": entry(8, 12, 1)}, bytes(12)), NOT_WHOLE),
    Attack("bytes after the last tensor", header({"a": entry(0, 4, 1)}, bytes(8)), NOT_WHOLE),
    Attack("a shape of 2^62", header({"a": entry(0, 4, 2**62, 4)}, bytes(4)), NOT_WHOLE),
    Attack("a negative side", header({"a": entry(0, 4, -1, -1)}, bytes(4)), NOT_WHOLE),
    Attack("an offset of 10^400", header({"a": entry(0, 10**400, 1)}, bytes(4)), NOT_WHOLE),
    Attack("a truth for a number", header({"a": entry(False, True, 1)}, bytes(4)), NOT_WHOLE),
    Attack("a type that is not known", header({"a": entry(0, 4, 1, dtype="O")}, bytes(4)), NOT_WHOLE),
    Attack("one key twice", raw_header(b'{"a":%s,"a":%s}' % (ONE, ONE), bytes(4)), NOT_WHOLE),
    Attack("a weight that is NaN", with_value(float("nan")), "not finite"),
    Attack("a weight that is infinite", with_value(float("-inf")), "not finite"),
    Attack("shards outside", text(INDEX, OUTSIDE), "not in the model's folder"),
    Attack("a list of shards that is none", text(INDEX, DEEP), "cannot be read"),
    Attack("config nested too deep", text("config.json", DEEP), "cannot be read"),
    Attack("config of 3 MB", text("config.json", b'{"a": "' + b"a" * 3_000_000 + b'"}'), "which no config needs"),
    Attack("an unknown kind", settings(model_type="lightglue"), "which Tuneboard does not open"),
    Attack("a kind by path", settings(model_type="../../evil"), "which Tuneboard does not open"),
    Attack("a billion wide", settings(hidden_size=10**9), "which no model has"),
    Attack("10^300 wide", settings(hidden_size=10**300), "which no model has"),
    Attack("a thousand sizes of a picture", settings(image_size=[10**9] * 1_000), "which no model has"),
    Attack("a vocabulary of 4 million", settings(vocab_size=4_000_000, hidden_size=4096), "its weights hold"),
    Attack("10^8 places", settings(max_position_embeddings=10**8), "its weights hold"),
    Attack("10,000 layers", settings(num_hidden_layers=10_000), "which no model has"),
    Attack("a link to a file", linked, "which is a link"),
    Attack("a hard link", hard_linked, "which is a link"),
    Attack("a link to a folder", linked_folder, "which is a link"),
    Attack("a pipe", piped, "not a plain file"),
    Attack("tokenizer that is none", text("tokenizer.json", b"{}"), "cannot be opened"),
    Attack("tokenizer nested too deep", text("tokenizer.json", DEEP), "cannot be opened"),
    Attack("tokenizer of 70 MB", text("tokenizer.json", b" " * 70_000_000), "which no tokenizer needs"),
    Attack("a pattern without end", slow_pattern, "breaks the program"),
    Attack("a text that swells", swollen, "takes more memory"),
    Attack("tokenizer settings too deep", text("tokenizer_config.json", DEEP), NOT_READABLE),
    Attack("special tokens that are a list", text("special_tokens_map.json", b"[]"), NOT_READABLE),
]  # fmt: skip
