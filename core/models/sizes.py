"""Size limits of a model's config: it describes the weights beside it, not a monster filled with random numbers."""

import re
from typing import Any

from core.errors import ModelError

WIDTHS = re.compile(r"(?<!vocab_)(?<!group_)(size|dim|dims|inner|embd|d_model)$")
WIDEST, MOST_TOKENS, MOST_LAYERS = 200_000, 5_000_000, 500
LARGEST_PICTURE = 2_048
LONGEST_SAID = 40
SPARE = 50_000_000
"""Most parameters that a config may have beyond the weights: heads, poolers, position embeddings."""


def refuse_monster(config: dict[str, Any], name: str) -> None:
    """Raises ModelError when `config` has a size that no model has: not even its shapes should be built."""
    for key, value in config.items():
        most = MOST_TOKENS if key.endswith("vocab_size") else MOST_LAYERS if key.endswith("layers") else None
        most = WIDEST if most is None and WIDTHS.search(key) else most
        if most is not None and isinstance(value, int) and not 0 <= value <= most:
            raise _no_size(name, key, value)
    refuse_large_pictures(config, name)


def refuse_larger(said: int, parameters: int, name: str, key: str) -> None:
    """Raises ModelError when a config describes `said` parameters, far more than the `parameters` of its weights."""
    if said > 4 * parameters + SPARE:
        raise ModelError(
            f"The config.json of {name} describes a model of {said:,} numbers, most of them by {key}; "
            f"its weights hold {parameters:,}.",
            _AGAIN,
        )


def refuse_large_pictures(config: dict[str, Any], name: str) -> None:
    """Raises ModelError when a config has image sizes, or stages of a network, that none has."""
    for key in ("image_size", "patch_size", "num_channels"):
        numbers = config.get(key) if isinstance(config.get(key), list) else [config.get(key)]
        if any(isinstance(one, int) and not 1 <= one <= LARGEST_PICTURE for one in numbers or ()):
            raise _no_size(name, key, config[key])
    for key, value in config.items():
        if isinstance(value, list) and any(isinstance(one, int) and abs(one) > WIDEST for one in value):
            raise ModelError(f"The config.json of {name} has numbers in {key} that no model has.", _AGAIN)
    for key in ("depths", "num_block_repeats"):
        layers = config.get(key)
        if isinstance(layers, list) and sum(one for one in layers if isinstance(one, int)) > MOST_LAYERS:
            raise ModelError(f"The config.json of {name} has more layers in {key} than any model has.", _AGAIN)


def _no_size(name: str, key: str, value: Any) -> ModelError:
    """Error for a size that no model has; a number of hundreds of digits is told in short."""
    said = f"{value:,}" if isinstance(value, int) else str(value)
    said = said if len(said) <= LONGEST_SAID else f"{said[: LONGEST_SAID - 1]}…"
    return ModelError(f"The config.json of {name} says {key} = {said}, which no model has.", _AGAIN)


_AGAIN = "Fetch or copy the model again."
