"""Trial of an untrusted model in the sandbox: its shapes on torch's meta device, then two rows forward and backward.

Nothing is kept: the model is built as a run would build it, so that what cannot run is said before it is added.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import AutoConfig, AutoModel, AutoModelForImageClassification
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from core.errors import ConfigError, ModelError, UserError
from core.learners.backbones.picture import open_classifier
from core.learners.backbones.text import longest, opened_tokenizer
from core.models.allowed import PICTURE_FAMILIES
from core.models.contents import read_config
from core.models.looking import reading_of
from core.models.sizes import refuse_larger
from core.models.trial import BACKWARD, LARGEST, LONG, SAMPLES
from core.models.weights import AGAIN, count_parameters, files_of, tensors
from core.sandbox import more_time
from core.training import heads

TEXTS = ("Oil prices rose again.", "A second row, which is a little longer than the first one was.")
TWO = {"num_labels": 2}
SMALL = 5_000_000
"""Parameters of a model so small that each of its settings can be tried with a pass of its own."""


def try_model(path: str, name: str) -> int:
    """Tries the model in the folder `path` on two rows; returns its number of parameters.

    Raises ModelError with the file and the key that are wrong. `name` is what to call the model.
    """
    more_time()
    folder = Path(path)
    config = read_config(folder, name)
    try:
        parameters = _count(config)
    except (MemoryError, UserError):
        raise
    except Exception as error:  # a model's own code raises whatever its author chose
        raise _blamed(folder, config, name, error) from None
    refuse_larger(parameters, count_parameters(folder), name, _largest_key(config, parameters))
    _refuse_other_shapes(folder, config, name)
    if parameters <= LARGEST:
        _pass_two_rows(folder, config, name, parameters)
    return parameters


def shaped(told: dict[str, Any], device: str = "meta") -> nn.Module:
    """Model that a config describes, with random weights; on the meta device they take no memory."""
    config = CONFIG_MAPPING[told["model_type"]].from_dict(dict(told))
    kind = AutoModelForImageClassification if told["model_type"] in PICTURE_FAMILIES else AutoModel
    with torch.device(device):
        network: nn.Module = kind.from_config(config, dtype=torch.float32)
    return network


def _pass_two_rows(folder: Path, config: dict[str, Any], name: str, parameters: int) -> None:
    is_picture = config["model_type"] in PICTURE_FAMILIES
    rows = _pictures(folder, name) if is_picture else _tokens(folder, config, name)
    try:
        network = _opened(folder, config)
        if parameters > BACKWARD:
            network.requires_grad_(requires_grad=False)
            heads.last_layer(network).requires_grad_()
        _forward_and_backward(network, rows)
    except (MemoryError, UserError):
        raise
    except Exception as error:  # as above
        raise _blamed(folder, config, name, error) from None


def _opened(folder: Path, config: dict[str, Any]) -> nn.Module:
    network: nn.Module
    if config["model_type"] in PICTURE_FAMILIES:
        network = open_classifier(folder, TWO, attention="eager")
    elif heads.reads_mean(folder):
        network = heads.SentenceClassifier(heads.open_encoder(folder, attention="eager"), 2)
    else:
        network = stock = heads.open_stock(folder, TWO, attention="eager")
        if stock.config.pad_token_id is None:  # as a run does with the tokenizer's
            stock.config.pad_token_id = 0
    return network


def _forward_and_backward(network: nn.Module, rows: dict[str, torch.Tensor]) -> None:
    network.train()
    logits = network(**rows).logits
    torch.autograd.backward(nn.functional.cross_entropy(logits.float(), torch.tensor([0, 1])))


def _pictures(folder: Path, name: str) -> dict[str, torch.Tensor]:
    look = reading_of(folder, name)
    return {"pixel_values": torch.rand(2, look.channels, look.height, look.width)}


def _tokens(folder: Path, config: dict[str, Any], name: str) -> dict[str, torch.Tensor]:
    """Two rows as tokens. Raises ModelError when the tokenizer cannot be used, or knows more than the model."""
    try:
        rows = _tokenized(folder, name)
    except (MemoryError, ConfigError):
        raise
    except Exception as error:  # so many libraries, so many kinds of error
        raise ModelError(
            f"The tokenizer of {name} cannot be opened here, as '{_tokenizer_file(folder)}' describes it.",
            "Take a copy of the model that has a tokenizer.json, or another model.",
        ) from error
    known = config.get("vocab_size")
    if isinstance(known, int) and int(rows["input_ids"].max()) >= known:
        raise ModelError(
            f"The tokenizer of {name} has tokens that the model has no vectors for: "
            f"its config.json says vocab_size = {known:,}.",
            "Save the model again after resize_token_embeddings, or choose another one.",
        )
    return {key: rows[key] for key in ("input_ids", "attention_mask")}


def _tokenized(folder: Path, name: str) -> Any:
    tokenizer = opened_tokenizer(name, folder)
    if not (folder / "tokenizer.json").is_file():
        for sample in SAMPLES:
            tokenizer(sample * (LONG // len(sample)))
    most = longest(name, 16, folder, tokenizer)
    return tokenizer(list(TEXTS), padding=True, truncation=True, max_length=most, return_tensors="pt")


def _tokenizer_file(folder: Path) -> str:
    """Name of the file to suspect: a tokenizer.json was opened before, so then it is what describes it."""
    models = [] if (folder / "tokenizer.json").is_file() else sorted(path.name for path in folder.glob("*.model"))
    return models[0] if models else "tokenizer_config.json"


def _count(told: dict[str, Any]) -> int:
    """Number of parameters of the model that a config describes, built on the meta device, where none takes memory."""
    return sum(weights.numel() for weights in shaped(told).parameters())


def _refuse_other_shapes(folder: Path, config: dict[str, Any], name: str) -> None:
    """Raises ModelError when a tensor of the file has another shape than the model, or the model has more of them."""
    is_picture = config["model_type"] in PICTURE_FAMILIES
    kind = AutoModelForImageClassification if is_picture else AutoModel
    try:
        network, told = kind.from_pretrained(
            folder,
            config=AutoConfig.from_pretrained(folder),
            device_map="meta",
            ignore_mismatched_sizes=True,
            use_safetensors=True,
            output_loading_info=True,
        )
    except (MemoryError, UserError):
        raise
    except Exception as error:  # a model's own code raises whatever its author chose
        raise _blamed(folder, config, name, error) from None
    body = set(network.base_model.state_dict())
    prefix = "" if network.base_model is network else f"{network.base_model_prefix}."
    for key, held, wanted in sorted(told["mismatched_keys"], key=lambda one: str(one[0])):
        if key.removeprefix(prefix) in body:
            raise ModelError(
                f"'{_file_of(folder, key)}' of {name} holds '{key[:80]}' in the shape {_sides(held)}; "
                f"its config.json describes {_sides(wanted)}.",
                AGAIN,
            )
    lacking = sorted(key for key in told["missing_keys"] if key.removeprefix(prefix) in body and "pooler" not in key)
    if lacking:
        raise ModelError(
            f"'{files_of(folder)[0].name}' of {name} lacks {len(lacking):,} of the {len(body):,} parts that its "
            f"config.json describes, such as '{lacking[0][:80]}'.",
            "They may have been saved from inside another program. Save the model itself with save_pretrained.",
        )


def _file_of(folder: Path, key: str) -> str:
    """Name of the weights file that holds a tensor of this name, whatever prefix it has there."""
    last = key.rpartition(".")[0].rpartition(".")[2]
    files = files_of(folder)
    holds = (path.name for path in files if any(held.endswith(key) or last in held for held in tensors(path)))
    return next(holds, files[0].name)


def _sides(shape: tuple[int, ...]) -> str:
    return " x ".join(f"{side:,}" for side in shape)


def _blamed(folder: Path, config: dict[str, Any], name: str, error: Exception) -> ModelError:
    """Error that names the setting without which the model would run; of the file alone where no single one is."""
    key = _culprit(folder, config, str(error))
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:160]
    hint = f"transformers says: {reason}"
    if key is None:
        return ModelError(f"The config.json of {name} describes a model that fails on two rows.", hint)
    value = str(config[key])
    return ModelError(
        f"The config.json of {name} says {key} = {value if len(value) <= 60 else value[:59] + '…'}, "
        "with which the model cannot run.",
        hint,
    )


def _culprit(folder: Path, config: dict[str, Any], said: str) -> str | None:
    """Key of the config whose usual value makes the model run; what the weights confirm is suspected last."""
    if _runs(config):
        return None
    usual = CONFIG_MAPPING[config["model_type"]]().to_dict()
    sides = {side for path in files_of(folder) for _, shape in tensors(path).values() for side in shape}
    keys = sorted(
        (key for key in config if key not in ("model_type", "architectures")),
        key=lambda key: (f"'{key}'" not in said, isinstance(config[key], int) and config[key] in sides),
    )
    for key in keys:
        for value in _instead(usual.get(key), config[key]):
            if _runs({**config, key: value}):
                return key
    return None


def _instead(usual: Any, value: Any) -> Iterator[Any]:
    yield from (one for one in (usual, 1) if one != value or type(one) is not type(value))


def _runs(told: dict[str, Any]) -> bool:
    """Whether a model of such a config, with random weights, can be built and, if it is small, passes two rows."""
    try:
        if _count(told) <= SMALL and told["model_type"] not in PICTURE_FAMILIES:
            ids = torch.tensor([[2, 1, 1, 1], [2, 1, 1, 0]])
            network = shaped(told, "cpu")
            network(input_ids=ids, attention_mask=(ids > 0).long())[0].sum().backward()
    except Exception:  # as above
        return False
    return True


def _largest_key(config: dict[str, Any], parameters: int) -> str:
    """Key of the config that most of a model's parameters come from: without it, the model is the smallest."""
    usual = CONFIG_MAPPING[config["model_type"]]().to_dict()
    keys = [key for key, value in config.items() if type(value) is int and value > 1]
    sizes = {key: _count_or(parameters, {**config, key: min(2, config[key])}) for key in keys if key in usual}
    return min(sizes, key=lambda key: (sizes[key], -config[key]), default="vocab_size")


def _count_or(otherwise: int, told: dict[str, Any]) -> int:
    try:
        return _count(told)
    except Exception:  # as above
        return otherwise
