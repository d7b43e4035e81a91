"""Metadata of a model before it is loaded: from its config and the header of its weights, without torch."""

import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.config import Frozen
from core.errors import NotFound
from core.models.catalogue import CATALOGUE, CatalogueModel, key_of
from core.models.contents import manifest_of, read_config
from core.models.hub import describe_on_hub
from core.models.located import folder_of
from core.models.weights import count_parameters

OFFSET_POSITIONS = frozenset(
    {
        "camembert",
        "data2vec-text",
        "ibert",
        "longformer",
        "mpnet",
        "roberta",
        "roberta-prelayernorm",
        "xlm-roberta",
        "xlm-roberta-xl",
        "xmod",
    }
)
"""Model types whose positions start after the padding index, so that the config counts a few too many."""


class ModelInfo(Frozen):
    """Metadata of a pretrained model: its sizes, licence and languages."""

    ref: str
    title: str
    parameters: int
    hidden_size: int
    layers: int
    max_tokens: int
    licence: str | None
    languages: tuple[str, ...]
    is_here: bool = False
    """True where it need not be fetched any more."""


def describe(ref: str, folder: Path) -> ModelInfo:
    """Looks up a model's metadata: in its folder, else in the catalogue, else on the Hub.

    Fetches no weights; what the Hub said is remembered. Raises ModelError or NotFound.
    """
    ref = key_of(ref)
    place = folder_of(ref, folder)
    entry = CATALOGUE.get(ref)
    if manifest := manifest_of(place):
        return _from_config(
            ref,
            place,
            title=entry.title if entry else ref.removeprefix("local:"),
            parameters=count_parameters(place),
            licence=entry.licence if entry else manifest.licence,
            languages=entry.languages if entry else manifest.languages,
            is_here=True,
        )
    if entry:
        return _from_catalogue(entry)
    if ref.startswith("local:"):
        raise NotFound(f"There is no model called '{ref}' on this machine.", "Add its folder first.")
    return _from_hub(ref, folder / ".described" / f"{place.name}.json")


def _from_catalogue(entry: CatalogueModel) -> ModelInfo:
    return ModelInfo(
        ref=entry.key,
        title=entry.title,
        parameters=entry.parameters,
        hidden_size=entry.hidden_size,
        layers=entry.layers,
        max_tokens=entry.max_tokens,
        licence=entry.licence,
        languages=entry.languages,
    )


def _from_hub(ref: str, remembered: Path) -> ModelInfo:
    if remembered.is_file():
        with suppress(ValidationError):
            return ModelInfo.model_validate_json(remembered.read_bytes())
    with tempfile.TemporaryDirectory() as holder:
        told = describe_on_hub(ref, Path(holder))
        info = _from_config(
            ref,
            Path(holder),
            title=ref,
            parameters=told.parameters or 0,
            licence=told.licence,
            languages=told.languages,
            is_here=False,
        )
    remembered.parent.mkdir(parents=True, exist_ok=True)
    remembered.write_text(info.model_dump_json(), encoding="utf-8")
    return info


def _from_config(
    ref: str,
    place: Path,
    *,
    title: str,
    parameters: int,
    licence: str | None,
    languages: tuple[str, ...],
    is_here: bool,
) -> ModelInfo:
    """The ModelInfo of a folder with config.json; what does not stand in it comes from the caller."""
    config = read_config(place, ref)
    return ModelInfo(
        ref=ref,
        title=title,
        parameters=parameters,
        hidden_size=_number(config, "hidden_size", "dim", "d_model", "n_embd"),
        layers=_number(config, "num_hidden_layers", "n_layers", "num_layers", "n_layer"),
        max_tokens=_max_tokens(config, place),
        licence=licence,
        languages=languages,
        is_here=is_here,
    )


def _max_tokens(config: dict[str, Any], place: Path) -> int:
    positions = _number(config, "max_position_embeddings", "n_positions")
    positions = positions if positions > 0 else 512  # XLNet says -1
    if config["model_type"] in OFFSET_POSITIONS:
        positions -= 1 + max(int(config.get("pad_token_id") or 0), 1)
    said = _read(place / "tokenizer_config.json").get("model_max_length")
    return min(positions, said) if isinstance(said, int) and said > 0 else positions


def _number(config: dict[str, Any], *names: str) -> int:
    return next((value for name in names if isinstance(value := config.get(name), int)), 0)


def _read(path: Path) -> dict[str, Any]:
    """A JSON object, or an empty one where the file is missing or is something else."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
