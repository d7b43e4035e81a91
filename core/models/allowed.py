"""Allow-list of a model's config keys, kept as data in allowed.toml.

A config can name code to import, kernels to fetch and files to open, and each release of a library adds a key that
does (CVE-2026-4372 and CVE-2026-5241 were two). So nothing is looked for: what is not on the list is left out.
"""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.errors import ModelError, did_you_mean

LIMIT_BYTES = 4_000_000
LONGEST_TEXT, LONGEST_LIST = 1_000, 4_096
MOST = 10**15
"""Largest number: a tokenizer without a limit says 10^30 tokens, and leaving that out means the same."""
_LISTS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("allowed.toml").read_text(encoding="utf-8"))
PICTURE_FAMILIES = frozenset(_LISTS["picture_families"])
"""Vision model families."""
FAMILIES = frozenset(_LISTS["families"]) | PICTURE_FAMILIES
FULL_PRECISION = frozenset(_LISTS["full_precision"])
"""Model families that cannot compute in bf16 or fp16."""
CODE_KEYS = frozenset(
    {
        "_attn_implementation",
        "_attn_implementation_internal",
        "_experts_implementation_internal",
        "attn_implementation",
        "auto_map",
        "custom_pipelines",
        "quantization_config",
        "trust_remote_code",
    }
)
"""Keys that name code to import or kernels to fetch: worth a word when they are left out."""


def refuse_family(family: str, name: str) -> None:
    """Raises ModelError for a kind of model that is not on the list."""
    if family not in FAMILIES:
        raise ModelError(
            f"{name} is a model of the kind '{family[:80]}', which Tuneboard does not open.",
            did_you_mean(family, FAMILIES)
            or "Choose a model of texts, such as one of BERT's family, or of pictures, such as ViT.",
        )


def keep_allowed(folder: Path) -> list[str]:
    """Sanitise the config files in a model's folder so that they say only what is allowed; returns left-out code keys.

    Raises ModelError for a file of settings that cannot be read.
    """
    named: list[str] = []
    for file, keep in _FILES.items():
        path = folder / file
        if path.is_file():
            told = _read(path)
            named += [f"{path.name}: {key}" for key in sorted(_code_keys(told))]
            path.write_text(json.dumps(keep(told), indent=2, ensure_ascii=True) + "\n", encoding="utf-8")
    return named


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_bytes()) if path.stat().st_size <= LIMIT_BYTES else None
    except (OSError, ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise ModelError(f"'{path.name}' in the model's folder is not readable JSON.", "Fetch or copy the model again.")
    return told


def _config(told: dict[str, Any]) -> dict[str, Any]:
    return _kept(told, {*_LISTS["config"], *_LISTS["picture_config"], "model_type"}, set(_LISTS["config_tables"]))


def _preprocessor(told: dict[str, Any]) -> dict[str, Any]:
    return _kept(told, set(_LISTS["preprocessor"]), set(_LISTS["preprocessor_tables"]))


def _tokenizer(told: dict[str, Any]) -> dict[str, Any]:
    tokens = {key: value for key, value in told.items() if key.endswith("_token") and isinstance(value, dict)}
    return _kept(told, set(_LISTS["tokenizer"]), {*_LISTS["tokenizer_tables"], *tokens})


def _special(told: dict[str, Any]) -> dict[str, Any]:
    named = {key for key in told if key.endswith(("_token", "_tokens"))}
    return _kept(told, named, named)


def _pooling(told: dict[str, Any]) -> dict[str, Any]:
    return _kept(told, set(_LISTS["pooling"]), set())


def _added(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if type(value) is int and 0 <= value <= MOST}


_FILES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "config.json": _config,
    "tokenizer_config.json": _tokenizer,
    "special_tokens_map.json": _special,
    "added_tokens.json": _added,
    "1_Pooling/config.json": _pooling,
    "preprocessor_config.json": _preprocessor,
}
JSON_FILES = frozenset({*_FILES, "tokenizer.json", "vocab.json", "model.safetensors.index.json"})
"""Every JSON file that a model's folder may hold."""


def _kept(told: dict[str, Any], plain: set[str], tables: set[str]) -> dict[str, Any]:
    return {
        key: value
        for key, value in told.items()
        if (key in plain and _is_plain(value)) or (key in tables and _is_table(value, depth=3))
    }


def _is_plain(value: Any) -> bool:
    """Whether this is a scalar or a flat list: booleans, numbers and short texts."""
    if isinstance(value, list):
        return len(value) <= LONGEST_LIST and all(not isinstance(one, list) and _is_plain(one) for one in value)
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT
    return value is None or (isinstance(value, bool | int | float) and abs(value) <= MOST)


def _is_table(value: Any, depth: int) -> bool:
    """Whether this is made of plain values, nested in lists and tables at most `depth` deep."""
    if isinstance(value, dict) and depth:
        return not CODE_KEYS & set(value) and all(_is_table(inner, depth - 1) for inner in value.values())
    if isinstance(value, list) and depth:
        return all(_is_table(inner, depth - 1) for inner in value)
    return not isinstance(value, dict | list) and _is_plain(value)


def _code_keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(CODE_KEYS & set(value)).union(*(_code_keys(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(_code_keys(inner) for inner in value))
    return set()
