"""Whether a model's config describes the weights beside it, or a monster that would be filled with noise."""

import re
from typing import Any

from core.errors import ModelError

WIDTHS = re.compile(r"(?<!vocab_)(?<!group_)(size|dim|dims|inner|embd|d_model)$")
WIDEST, MOST_TOKENS, MOST_LAYERS = 200_000, 5_000_000, 500
SPARE = 50_000_000
"""So many numbers more than the weights hold may a config speak of: heads, poolers, tables of places."""
SHARED_LAYERS = {"albert"}
NO_PLACES = re.compile(
    r"eurobert|gemma|gpt_neox|llama|mistral|modernbert|nomic|olmo|phi|qwen|roformer|smollm|stablelm|star"
)
"""Families that compute where a token stands and keep no table of places."""


def refuse_monster(config: dict[str, Any], parameters: int, name: str) -> None:
    """Raises ModelError when `config` asks for a model far larger than its `parameters` weights."""
    for key, value in config.items():
        most = MOST_TOKENS if key.endswith("vocab_size") else MOST_LAYERS if key.endswith("layers") else None
        most = WIDEST if most is None and WIDTHS.search(key) else most
        if most is not None and isinstance(value, int) and not 0 <= value <= most:
            raise ModelError(f"The config.json of {name} says {key} = {value:,}, which no model has.", _AGAIN)
    said = _parameters(config)
    if said > 4 * parameters + SPARE:
        raise ModelError(
            f"The config.json of {name} describes a model of about {said:,} numbers; its weights hold {parameters:,}.",
            _AGAIN,
        )


_AGAIN = "Fetch or copy the model again."


def _parameters(config: dict[str, Any]) -> int:
    """Roughly how many numbers a transformer of this config has."""
    width = _first(config, "hidden_size", "d_model", "dim", "n_embd", "emb_dim")
    inner = _first(config, "intermediate_size", "ffn_dim", "d_inner", "n_inner", "hidden_dim") or 4 * width
    layers = _first(config, "num_hidden_layers", "n_layers", "num_layers", "n_layer")
    places = _first(config, "max_position_embeddings", "n_positions")
    family = str(config.get("model_type"))
    layers = min(layers, 1) if family in SHARED_LAYERS else layers
    places = 0 if NO_PLACES.search(family) else places
    inside = _first(config, "embedding_size") or width
    return _first(config, "vocab_size") * inside + layers * width * (4 * width + 2 * inner) + places * width


def _first(config: dict[str, Any], *keys: str) -> int:
    return next((value for key in keys if type(value := config.get(key)) is int), 0)
