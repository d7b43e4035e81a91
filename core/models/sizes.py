"""Size limits of a model's config: it describes the weights beside it, not a monster filled with random numbers."""

import re
from typing import Any

from core.errors import ModelError

WIDTHS = re.compile(r"(?<!vocab_)(?<!group_)(size|dim|dims|inner|embd|d_model)$")
WIDEST, MOST_TOKENS, MOST_LAYERS = 200_000, 5_000_000, 500
LARGEST_PICTURE = 2_048
SPARE = 50_000_000
"""Most parameters that a config may have beyond the weights: heads, poolers, position embeddings."""
SHARED_LAYERS = {"albert"}
NO_PLACES = re.compile(
    r"eurobert|gemma|gpt_neox|llama|mistral|modernbert|nomic|olmo|phi|qwen|roformer|smollm|stablelm|star"
)
"""Families without position embeddings: they compute where a token stands."""


def refuse_monster(config: dict[str, Any], parameters: int, name: str) -> None:
    """Raises ModelError when `config` asks for a model far larger than its `parameters` weights."""
    for key, value in config.items():
        most = MOST_TOKENS if key.endswith("vocab_size") else MOST_LAYERS if key.endswith("layers") else None
        most = WIDEST if most is None and WIDTHS.search(key) else most
        if most is not None and isinstance(value, int) and not 0 <= value <= most:
            raise ModelError(f"The config.json of {name} says {key} = {value:,}, which no model has.", _AGAIN)
    refuse_large_pictures(config, name)
    said = _parameters(config)
    if said > 4 * parameters + SPARE:
        raise ModelError(
            f"The config.json of {name} describes a model of about {said:,} numbers; its weights hold {parameters:,}.",
            _AGAIN,
        )


def refuse_large_pictures(config: dict[str, Any], name: str) -> None:
    """Raises ModelError when a config has image sizes, or stages of a network, that none has."""
    for key in ("image_size", "patch_size", "num_channels"):
        numbers = config.get(key) if isinstance(config.get(key), list) else [config.get(key)]
        if any(isinstance(one, int) and not 1 <= one <= LARGEST_PICTURE for one in numbers or ()):
            raise ModelError(f"The config.json of {name} says {key} = {config[key]}, which no model has.", _AGAIN)
    for key, value in config.items():
        if isinstance(value, list) and any(isinstance(one, int) and abs(one) > WIDEST for one in value):
            raise ModelError(f"The config.json of {name} has numbers in {key} that no model has.", _AGAIN)
    for key in ("depths", "num_block_repeats"):
        layers = config.get(key)
        if isinstance(layers, list) and sum(one for one in layers if isinstance(one, int)) > MOST_LAYERS:
            raise ModelError(f"The config.json of {name} has more layers in {key} than any model has.", _AGAIN)


_AGAIN = "Fetch or copy the model again."


def _parameters(config: dict[str, Any]) -> int:
    """Estimated parameters of a transformer of this config."""
    width = _first(config, "hidden_size", "d_model", "dim", "n_embd", "emb_dim")
    inner = _first(config, "intermediate_size", "ffn_dim", "d_inner", "n_inner", "hidden_dim") or 4 * width
    layers = _first(config, "num_hidden_layers", "n_layers", "num_layers", "n_layer")
    places = _first(config, "max_position_embeddings", "n_positions")
    family = str(config.get("model_type"))
    layers = min(layers, 1) if family in SHARED_LAYERS else layers
    places = 0 if NO_PLACES.search(family) else places
    inside = _first(config, "embedding_size") or width
    told = _first(config, "vocab_size") * inside + layers * width * (4 * width + 2 * inner) + places * width
    return told + _stages(config)


def _stages(config: dict[str, Any]) -> int:
    """Estimated parameters of a network of stages, each a few layers of one width."""
    widths, depths = config.get("hidden_sizes"), config.get("depths")
    if not isinstance(widths, list) or not isinstance(depths, list):
        return 0
    return sum(
        depth * width**2 for depth, width in zip(depths, widths, strict=False) if type(depth) is type(width) is int
    )


def _first(config: dict[str, Any], *keys: str) -> int:
    return next((value for key in keys if type(value := config.get(key)) is int), 0)
