"""Characters that a language model knows: out of its vocabulary where it is here, else by the languages it is for."""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.errors import UserError
from core.models.catalogue import CATALOGUE, CatalogueModel, key_of
from core.models.located import folder_of

BYTES = "Ġ"
"""The sign for a space in vocabularies of bytes, which hold every character there is."""
MANY = "e5-small"


@dataclass(frozen=True)
class Characters:
    """What a model can read: whether it knows a character, and a model of the catalogue that knows more of them."""

    name: str
    knows: Callable[[str], bool]
    lacks: str
    """Phrase for characters that it can't read: "characters that it does not know"."""
    better: CatalogueModel


def characters(ref: str, models: Path | None) -> Characters | None:
    """What the model `ref` can read; None where it is neither here nor in the catalogue.

    `models` is the folder of the models that are here. A vocabulary of bytes knows every character.
    """
    entry = CATALOGUE.get(key_of(ref))
    if entry is not None and entry.reads != "text":
        return None
    name, best = entry.title if entry else ref, CATALOGUE[MANY if key_of(ref) != MANY else "xlm-roberta"]
    if knows := _of_vocabulary(ref, models):
        return Characters(name, knows, "characters that it does not know", best)
    if entry is None or "multilingual" in entry.languages:
        return None
    return Characters(name, _of_languages(entry), "a script or signs that it was not made for", best)


def _of_vocabulary(ref: str, models: Path | None) -> Callable[[str], bool] | None:
    if models is None:
        return None
    try:
        file = folder_of(ref, models) / "tokenizer.json"
    except UserError:
        return None
    found = _vocabulary(file, file.stat().st_mtime) if file.is_file() else None
    if found is None:
        return None
    return lambda one: not found or any(form in found for form in _forms(one))


@lru_cache(maxsize=4)
def _vocabulary(file: Path, _written: float) -> frozenset[str] | None:
    """The characters of a vocabulary; empty for one of bytes, which knows all; None where it cannot be read."""
    try:
        model = json.loads(file.read_text(encoding="utf-8"))["model"]
        words = [one if isinstance(one, str) else one[0] for one in model["vocab"]]
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
    known = frozenset(character for word in words if word[:1] not in "[<" or len(word) < 3 for character in word)
    return frozenset() if BYTES in known or model.get("byte_fallback") else known


def _forms(one: str) -> tuple[str, ...]:
    small = one.casefold()
    return one, small, unicodedata.normalize("NFD", small)[:1], unicodedata.normalize("NFKC", small)[:1]


def _of_languages(entry: CatalogueModel) -> Callable[[str], bool]:
    scripts = {"LATIN", "DIGIT", *(("CJK",) if "zh" in entry.languages else ())}
    return lambda one: one.isascii() or unicodedata.name(one, "").split(" ")[0] in scripts
