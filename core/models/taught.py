"""Provenance of a model: hashes of the rows that taught it, so that runs from it leave them out of judging."""

import json
import re
from collections.abc import Set
from pathlib import Path

from core.callbacks import Say
from core.config import RunConfig
from core.errors import ModelError
from core.models.catalogue import CATALOGUE, key_of
from core.models.located import locate

TAUGHT = "taught.json"
_HASH = re.compile(r"[0-9a-f]{16}")


def read_taught(folder: Path) -> frozenset[str]:
    """Hashes of the rows that taught the model in this folder; none where it does not say. Raises ModelError."""
    try:
        hashes = json.loads((folder / TAUGHT).read_bytes())["hashes"]
    except FileNotFoundError:
        return frozenset()
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged() from error
    if not isinstance(hashes, list) or not all(isinstance(one, str) and _HASH.fullmatch(one) for one in hashes):
        raise _damaged()
    return frozenset(hashes)


def write_taught(folder: Path, hashes: Set[str]) -> None:
    """Writes the hashes beside the model's weights."""
    (folder / TAUGHT).write_text(json.dumps({"hashes": sorted(hashes)}), encoding="utf-8")


def taught_before(ref: str, models: Path, say: Say | None = None) -> frozenset[str]:
    """Hashes of the rows that taught the model named by `ref`, which is fetched where it must be.

    Those of the catalogue were taught by no row of anybody's here. Raises as `locate` does.
    """
    return frozenset() if key_of(ref) in CATALOGUE else read_taught(locate(ref, models, say))


def taught_start(config: RunConfig, models: Path, say: Say | None = None) -> frozenset[str]:
    """Hashes of the rows that taught what a run starts from; none where it starts from nothing."""
    from_nothing = not config.learning.has_pretrained_start
    return frozenset() if from_nothing else taught_before(config.model, models, say)


def _damaged() -> ModelError:
    return ModelError(
        f"The list of the rows that taught this model ({TAUGHT}) is damaged.",
        "Take the model's folder again from where it came; without the list nobody can tell which rows may judge.",
    )
