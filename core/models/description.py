"""What is known of a model before it is loaded: from its config and the header of its weights, without torch."""

import json
from pathlib import Path
from typing import Any

from core.config import Frozen
from core.models.catalogue import CATALOGUE, CatalogueModel
from core.models.contents import count_parameters, manifest_of, read_config
from core.models.located import folder_of, locate

OFFSET_POSITIONS = ("camembert", "longformer", "mpnet", "roberta", "roberta-prelayernorm", "xlm-roberta")
"""Model types whose positions start after the padding index, so that the config counts a few too many."""


class ModelInfo(Frozen):
    """A pretrained model in numbers."""

    ref: str
    title: str
    parameters: int
    hidden_size: int
    layers: int
    max_tokens: int
    licence: str | None
    languages: tuple[str, ...]
    mean_pooling: bool
    """True where a sentence's vector is the mean of its tokens' vectors."""
    is_here: bool
    """True where it need not be fetched any more."""


def describe(ref: str, folder: Path) -> ModelInfo:
    """The model's size and limits: read from its folder, or from the catalogue when it is not here yet.

    A model of the Hub that is neither is fetched first. Raises ModelError or NotFound.
    """
    place = folder_of(ref, folder)
    entry = CATALOGUE.get(ref)
    if entry and manifest_of(place) is None:
        return _from_catalogue(entry)
    if manifest_of(place) is None:
        locate(ref, folder)
    return _from_folder(ref, place, entry)


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
        mean_pooling=entry.pooling == "mean",
        is_here=False,
    )


def _from_folder(ref: str, place: Path, entry: CatalogueModel | None) -> ModelInfo:
    config = read_config(place, ref)
    manifest = manifest_of(place)
    return ModelInfo(
        ref=ref,
        title=entry.title if entry else ref.removeprefix("local:"),
        parameters=count_parameters(place),
        hidden_size=_number(config, "hidden_size", "dim", "d_model", "n_embd"),
        layers=_number(config, "num_hidden_layers", "n_layers", "num_layers", "n_layer"),
        max_tokens=_max_tokens(config, place),
        licence=manifest.licence if manifest else None,
        languages=entry.languages if entry else (),
        mean_pooling=bool(_read(place / "1_Pooling" / "config.json").get("pooling_mode_mean_tokens")),
        is_here=True,
    )


def _max_tokens(config: dict[str, Any], place: Path) -> int:
    positions = _number(config, "max_position_embeddings", "n_positions") or 512
    if config["model_type"] in OFFSET_POSITIONS:
        positions -= 1 + int(config.get("pad_token_id") or 0)
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
