"""Contents of a model folder: which files are allowed, and a manifest of SHA-256 hashes that proves them.

Weights come as safetensors only, never as pickles, and settings say only what stands on a list (allowed.py). A folder
in use carries a manifest with the hash of every file, written last.
"""

import json
import re
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from core.config import Frozen
from core.durable import flush, flushed_hashes, is_unchanged
from core.errors import ModelError
from core.models.allowed import JSON_FILES, PICTURE_FAMILIES, refuse_family
from core.models.looking import reading_of
from core.models.sizes import refuse_monster
from core.models.trial import refuse_bad_tokenizer, refuse_what_cannot_run
from core.models.weights import WEIGHTS, files_of, refuse_not_finite, refuse_stray_shards

MANIFEST = "tuneboard.json"
CONFIG_LIMIT_BYTES = 2_000_000
MOST_FILES = 10_000
NAMES = {"LICENSE", "LICENCE", "LICENSE.txt", "NOTICE", "README.md", "merges.txt", "taught.json", "vocab.txt"}
SENTENCEPIECE = re.compile(r"(tokenizer|spiece|sentencepiece\.bpe|spm|sentencepiece)\.model")
NO_PICKLES = "Pickled weights (.bin, .pt) can hold code and are never opened. Look for a copy with safetensors."


class Manifest(Frozen):
    """Manifest of a model folder: its provenance and the SHA-256 of each file in it."""

    ref: str
    source: str
    licence: str | None = None
    languages: tuple[str, ...] = ()
    files: dict[str, str] = Field(default_factory=dict)


def is_wanted(name: str) -> bool:
    """Whether a model folder may hold a file of this name: config, tokenizer, safetensors, licence; nothing else."""
    return name in NAMES or name in JSON_FILES or bool(WEIGHTS.fullmatch(name) or SENTENCEPIECE.fullmatch(name))


def check(folder: Path, name: str) -> None:
    """Validate a model folder: raise ModelError unless it is safe to load. `name` is what to call it."""
    if not (folder / "config.json").is_file():
        raise ModelError(f"{name} has no config.json, so it is not a model that transformers can open.")
    refuse_links(folder, name)
    weights = files_of(folder)
    if not weights:
        within = sorted(path.parent.name for path in folder.glob("*/model.safetensors"))
        hint = f"They lie in its folder '{within[0]}': add that one." if within else NO_PICKLES
        raise ModelError(f"{name} has no weights in the safetensors format (model.safetensors).", hint)
    config = read_config(folder, name)
    refuse_family(config["model_type"], name)
    refuse_stray_shards(folder, {path.name for path in weights})
    refuse_monster(config, name)


def refuse_links(folder: Path, name: str) -> None:
    """Raise ModelError for anything in the folder that is not a plain file with one name."""
    for number, path in enumerate(folder.rglob("*"), start=1):
        is_plain = not path.is_symlink() and (path.is_dir() or (path.is_file() and path.stat().st_nlink == 1))
        if not is_plain:
            raise ModelError(
                f"{name} holds '{path.name}', which is a link or not a plain file, so it was refused.",
                "Copy the folder with its links followed (cp -rL), and add the copy.",
            )
        if number > MOST_FILES:
            raise ModelError(
                f"{name} holds more than {MOST_FILES:,} files, so it is no model's folder.", "Choose the right one."
            )


def try_out(folder: Path, name: str) -> None:
    """Smoke test: raise ModelError when a model that passed `check` cannot run on two rows."""
    for path in sorted(folder.glob("*.safetensors")):
        refuse_not_finite(path)
    refuse_bad_tokenizer(folder, name)
    if read_config(folder, name)["model_type"] in PICTURE_FAMILIES:
        reading_of(folder, name)
    refuse_what_cannot_run(folder, name)


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


def seal(folder: Path, manifest: Manifest) -> Manifest:
    """Write the manifest with every file's hash, last, when everything is on the disk."""
    sealed = manifest.model_copy(update={"files": flushed_hashes(folder, but=MANIFEST)})
    (folder / MANIFEST).write_text(sealed.model_dump_json(indent=2) + "\n", encoding="utf-8")
    flush(folder / MANIFEST)
    flush(folder)
    return sealed


def manifest_of(folder: Path) -> Manifest | None:
    """The folder's manifest, or None where it is missing or unreadable."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None


def is_whole(folder: Path) -> bool:
    """Whether the folder passes its integrity check: the manifest's files by their hashes, and no others."""
    manifest = manifest_of(folder)
    return manifest is not None and is_unchanged(folder, manifest.files, but=MANIFEST)
