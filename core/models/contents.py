"""What a model folder may hold, and the proof that it still holds it.

Weights come as safetensors only, never as pickles, and a config may not name code to run. A folder in use carries a
manifest with the hash of every file, written last.
"""

import json
import math
import re
import struct
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from core.archives import sha256_of, sync
from core.config import Frozen
from core.errors import ModelError

MANIFEST = "tuneboard.json"
HEADER_LIMIT_BYTES = 25_000_000
CONFIG_LIMIT_BYTES = 2_000_000
SUFFIXES = (".json", ".txt", ".model", ".md")
WEIGHTS = re.compile(r"model(-\d+-of-\d+)?\.safetensors")
NAMES = ("LICENSE", "LICENCE", "NOTICE")
NO_PICKLES = "Pickled weights (.bin, .pt) can hold code and are never opened. Look for a copy with safetensors."
CODE_KEYS = (
    "_attn_implementation",
    "_attn_implementation_internal",
    "attn_implementation",
    "auto_map",
    "custom_pipelines",
    "trust_remote_code",
)
"""Keys of a config that name code to import or kernels to fetch: taken out of every config from outside."""


class Manifest(Frozen):
    """Where a model folder came from and the SHA-256 of each file in it."""

    ref: str
    source: str
    licence: str | None = None
    languages: tuple[str, ...] = ()
    files: dict[str, str] = Field(default_factory=dict)


def is_wanted(name: str) -> bool:
    """Whether a file of a model belongs in its folder: config, tokenizer, safetensors, licence; nothing else."""
    *folders, last = name.split("/")
    if folders and not (len(folders) == 1 and folders[0].endswith("_Pooling") and last == "config.json"):
        return False
    if last == MANIFEST or last.startswith((".", "adapter_")):
        return False
    if last.endswith(".safetensors"):
        return bool(WEIGHTS.fullmatch(last))
    return last.endswith(SUFFIXES) or last in NAMES


def check(folder: Path, name: str) -> None:
    """Raise ModelError unless `folder` holds a model that is safe to load. `name` is what to call it."""
    if not (folder / "config.json").is_file():
        raise ModelError(f"{name} has no config.json, so it is not a model that transformers can open.")
    for path in folder.rglob("*"):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise ModelError(
                f"{name} holds '{path.name}', which is a link or not a plain file, so it was refused.",
                "Copy the folder with its links followed (cp -rL), and add the copy.",
            )
    weights = [path for path in sorted(folder.iterdir()) if WEIGHTS.fullmatch(path.name)]
    if not weights:
        raise ModelError(f"{name} has no weights in the safetensors format (model.safetensors).", NO_PICKLES)
    read_config(folder, name)
    for path in weights:
        tensors(path)


def read_config(folder: Path, name: str) -> dict[str, Any]:
    """The model's config. Raises ModelError when it cannot be read or says no model type."""
    path = folder / "config.json"
    try:
        if path.stat().st_size > CONFIG_LIMIT_BYTES:
            raise ModelError(f"The config.json of {name} is {path.stat().st_size / 1e6:.0f} MB, which no config needs.")
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise ModelError(f"The config.json of {name} cannot be read.", "Fetch or copy the model again.") from None
    if not isinstance(config, dict) or not isinstance(config.get("model_type"), str):
        raise ModelError(f"The config.json of {name} does not say what kind of model it is (model_type).")
    return config


def strip_code(folder: Path) -> list[str]:
    """Take every key that names code out of the folder's JSON configs; returns what was taken out."""
    taken: list[str] = []
    for path in sorted(folder.glob("*config*.json")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            found = sorted(_code_keys(content))
        except (OSError, ValueError, RecursionError):
            raise ModelError(f"'{path.name}' in the model's folder is not readable JSON.") from None
        if found:
            taken += [f"{path.name}: {key}" for key in found]
            path.write_text(json.dumps(_without_code(content), indent=2) + "\n", encoding="utf-8")
    return taken


def _code_keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        here = {key for key in value if key in CODE_KEYS}
        return here.union(*(_code_keys(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(_code_keys(inner) for inner in value))
    return set()


def _without_code(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_code(inner) for key, inner in value.items() if key not in CODE_KEYS}
    if isinstance(value, list):
        return [_without_code(inner) for inner in value]
    return value


def tensors(path: Path) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Name, type and shape of each tensor, from the header alone. Raises ModelError when the file is damaged."""
    size = path.stat().st_size
    with path.open("rb") as file:
        first = file.read(8)
        length = struct.unpack("<Q", first)[0] if len(first) == 8 else 0
        if not 2 <= length <= min(HEADER_LIMIT_BYTES, size - 8):
            raise ModelError(f"'{path.name}' is not a whole safetensors file.", "Fetch or copy the model again.")
        header = file.read(length)
    try:
        return _tensors(json.loads(header), size - 8 - length)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise ModelError(f"'{path.name}' is not a whole safetensors file.", "Fetch or copy the model again.") from None


def _tensors(header: dict[str, Any], data_bytes: int) -> dict[str, tuple[str, tuple[int, ...]]]:
    found, ends = {}, [0]
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        shape = tuple(int(side) for side in entry["shape"])
        if not 0 <= begin <= end or min(shape, default=0) < 0:
            raise ValueError(name)
        found[name] = (str(entry["dtype"]), shape)
        ends.append(end)
    if max(ends) != data_bytes:
        raise ValueError("the data is shorter or longer than the header says")
    return found


def count_parameters(folder: Path) -> int:
    """How many numbers the weights hold; whole-number tensors are counters and not counted."""
    return sum(
        math.prod(shape)
        for path in sorted(folder.glob("*.safetensors"))
        for kind, shape in tensors(path).values()
        if kind.startswith(("F", "BF"))
    )


def seal(folder: Path, manifest: Manifest) -> Manifest:
    """Write the manifest with every file's hash, last, when everything is on the disk."""
    files = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST):
        files[path.relative_to(folder).as_posix()] = sha256_of(path)
        sync(path)
    sealed = manifest.model_copy(update={"files": files})
    (folder / MANIFEST).write_text(sealed.model_dump_json(indent=2) + "\n", encoding="utf-8")
    sync(folder / MANIFEST)
    sync(folder)
    return sealed


def manifest_of(folder: Path) -> Manifest | None:
    """The folder's manifest, or None where it is missing or unreadable."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None


def is_whole(folder: Path) -> bool:
    """Whether every file is there and is the one that the manifest describes, and no other weights lie beside them."""
    manifest = manifest_of(folder)
    if manifest is None:
        return False
    here = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()} - {MANIFEST}
    if here != set(manifest.files):
        return False
    return all(
        not (folder / name).is_symlink() and sha256_of(folder / name) == sha256
        for name, sha256 in manifest.files.items()
    )
