"""Every family of models that may be added learns and answers, each tiny, with random weights."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer

from core.answers import ClassAnswers
from core.config import Lora, make_config
from core.device import CPU_ATTENTION, Device, reading
from core.errors import ConfigError, ModelError
from core.events import Measured
from core.learners.backbones.text import TextBackbone
from core.learners.network import Network, TextNetwork
from core.learners.pretrained import Pretrained
from core.models import add_local
from core.models.allowed import FAMILIES, FULL_PRECISION, PICTURE_FAMILIES
from core.targets import ClassTarget
from core.training.heads import last_layer, without_last_layer
from core.training.loop import read_outputs
from tests.core.lessons import lesson_on
from tests.tiny import make_family

CPU = Device("cpu", "CPU", 1, "fp32", CPU_ATTENTION, "sdpa")
LABELS = ("freight", "mood")
TEXTS = ("the ship is late", "a very very angry bank, and the price of the oil was not good", "oil")
TARGET = ClassTarget(LABELS, (1, 1))


def opened(folder: Path, **settings: Any) -> TextBackbone:
    return TextBackbone(make_config(**{"method": "full", "dropout": 0.0, "max_tokens": 64, **settings}), folder)


def built(backbone: TextBackbone) -> torch.nn.Module:
    return backbone.build(TARGET, backbone.config, CPU)


@pytest.mark.parametrize("family", sorted(FAMILIES - PICTURE_FAMILIES))
def test_a_family_answers_alike_while_learning_and_reading_and_from_its_bundle(
    family: str, tiny_model: Path, tmp_path: Path
) -> None:
    folder = make_family(family, tiny_model, tmp_path / "model")
    backbone = opened(folder)
    model = built(backbone)
    tokens = backbone.encode(TEXTS, None)
    block = tokens.batch(range(len(TEXTS)))
    for number_format in ("fp32",) if family in FULL_PRECISION else ("fp32", "bf16"):
        model.zero_grad()
        with replace(CPU, precision=number_format).autocast():
            model(**block).logits.float().sum().backward()
        moved = sum(float(p.grad.abs().sum()) for p in model.parameters() if p.grad is not None)
        assert np.isfinite(moved)
        assert moved > 0
    model.eval()
    with torch.no_grad():
        learning = model(**block).logits.numpy()
    with reading(model, CPU):
        answers = model(**block).logits.numpy()
    np.testing.assert_allclose(learning, answers, atol=1e-4)
    alone = [read_outputs(model, backbone.encode([text], None), device=CPU)[0] for text in TEXTS]
    np.testing.assert_allclose(np.stack(alone), answers, atol=1e-4)

    Network(model, backbone, TARGET, CPU).save(tmp_path / "bundle")
    measured = read_outputs(model, tokens, device=CPU)
    again = TextNetwork.open(tmp_path / "bundle", TARGET, CPU)
    assert again.max_tokens == 64
    np.testing.assert_allclose(again.outputs(TEXTS), measured, atol=1e-3)


@pytest.mark.parametrize("family", sorted(FAMILIES - PICTURE_FAMILIES))
def test_a_familys_logits_come_from_its_last_layer(family: str, tiny_model: Path, tmp_path: Path) -> None:
    """And its longest text is as long as it has places for."""
    folder = make_family(family, tiny_model, tmp_path / "model")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.model_max_length = 10**30  # as where nobody said
    tokenizer.save_pretrained(folder)
    backbone = opened(folder, max_tokens=512)
    model = built(backbone).eval()
    tokens = backbone.encode([*TEXTS, "oil price " * 300], None)
    assert tokens.sizes.max() == backbone.max_tokens
    logits = read_outputs(model, tokens, device=CPU)
    with without_last_layer(model):
        vectors = read_outputs(model, tokens, device=CPU)
    layer = last_layer(model)
    with torch.no_grad():
        np.testing.assert_allclose(layer(torch.from_numpy(vectors)).numpy(), logits, atol=1e-5)


@pytest.mark.parametrize("family", sorted(FAMILIES - PICTURE_FAMILIES))
def test_lora_adds_to_a_family_and_is_folded_in_again(
    family: str, tiny_model: Path, tmp_path: Path, rows: pd.DataFrame
) -> None:
    backbone = opened(make_family(family, tiny_model, tmp_path / "model"), method="lora")
    learner, learning = Pretrained(lesson_on(rows, backbone.config, tmp_path), backbone), backbone.config.learning
    assert isinstance(learning, Lora)
    model = built(backbone).eval()
    tokens = backbone.encode(TEXTS, None)
    before = read_outputs(model, tokens, device=CPU)
    if family == "ibert":  # its layers are of a kind of their own
        with pytest.raises(ConfigError, match="no layers that LoRA could add to"):
            learner._with_lora(model, learning)
        return
    added = learner._with_lora(model, learning)
    assert any("lora" in name for name, weight in added.named_parameters() if weight.requires_grad)
    np.testing.assert_allclose(read_outputs(learner._merged(added), tokens, device=CPU), before, atol=1e-4)


@pytest.mark.parametrize("family", ["gpt2", "llama"])
def test_a_model_without_padding_learns_and_answers(
    run: Callable[..., Any], family: str, tiny_model: Path, tmp_path: Path
) -> None:
    folder = make_family(family, tiny_model, tmp_path / "without", padding=False)
    assert AutoTokenizer.from_pretrained(folder).pad_token is None
    add_local(folder, f"{family}-without", tiny_model.parent)
    run(model=f"local:{family}-without", preset="balanced", epochs=1, **{"task.max_tokens": 64})


@pytest.mark.parametrize("family", ["distilbert", "qwen3"])
def test_quick_learns_with_a_family_that_has_its_own_head(
    run: Callable[..., Any], family: str, tiny_model: Path, tmp_path: Path
) -> None:
    add_local(make_family(family, tiny_model, tmp_path / "model"), f"{family}-quick", tiny_model.parent)
    right = []
    for seed in range(3):
        settings = {"task.max_tokens": 64, "split_seed": seed}
        folder, events = run(f"run{seed}", model=f"local:{family}-quick", preset="quick", **settings)
        answers = ClassAnswers.read(folder / "predictions/model.parquet")
        right.append(np.mean(np.array(answers.answers) == np.array(answers.targets)))
    assert np.mean(right) > 0.4
    assert any(isinstance(event, Measured) and event.name == "validation/accuracy" for event in events)


def test_a_tokenizer_that_is_a_sentencepiece_file_is_read(
    run: Callable[..., Any], tiny_model: Path, tmp_path: Path
) -> None:
    """As DeBERTa v3 has it. The file is written in a process of its own: its library may be loaded once in each."""
    folder = make_family("deberta-v2", tiny_model, tmp_path / "model")
    without_tokenizer(folder)
    words = [
        *["▁the", "▁a", "▁is", "▁was", "▁very", "▁price", "▁bank", "▁oil", "▁ship", "▁angry", "▁"],
        *"abcdefghijklmnopqrstuvwxyz0123456789",
    ]
    pieces = [("[PAD]", 3), ("[UNK]", 2), ("[CLS]", 3), ("[SEP]", 3), *((word, 1) for word in words)]
    order = json.dumps({"file": str(folder / "spm.model"), "pieces": pieces})
    subprocess.run([sys.executable, "-c", WRITE_SENTENCEPIECE], input=order, text=True, check=True, timeout=120)
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "DebertaV2Tokenizer"}))
    add_local(folder, "sentencepiece", tiny_model.parent)
    run(model="local:sentencepiece", preset="quick", **{"task.max_tokens": 64})


WRITE_SENTENCEPIECE = """
import json, sys
from pathlib import Path
from sentencepiece import sentencepiece_model_pb2 as written
order, model = json.load(sys.stdin), written.ModelProto()
for number, (piece, kind) in enumerate(order["pieces"]):
    model.pieces.add(piece=piece, score=-float(number), type=kind)
model.trainer_spec.model_type, model.trainer_spec.unk_id, model.normalizer_spec.name = 1, 1, "identity"
Path(order["file"]).write_bytes(model.SerializeToString())
"""


def without_tokenizer(folder: Path) -> None:
    for path in [*folder.glob("tokenizer*"), *folder.glob("vocab*")]:
        path.unlink()


def with_more_tokens(folder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.add_tokens(["price", "profit", "bank", "very", "mood", "angry0", "oil0"])
    tokenizer.add_tokens([f"{number}" for number in range(120)])
    tokenizer.save_pretrained(folder)


def with_other_names(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    save_file({f"module.{name}": weight for name, weight in weights.items()}, folder / "model.safetensors")


@pytest.mark.parametrize("family", ["bert", "distilbert"])
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (without_tokenizer, "does not know 100% of what these texts are made of"),
        (with_more_tokens, "has tokens that the model has no vectors for"),
        (with_other_names, "lacks .* of the .* parts"),
    ],
)
def test_a_model_that_cannot_read_or_is_not_there_is_refused_before_it_learns(
    run: Callable[..., Any],
    family: str,
    spoil: Callable[[Path], None],
    sentence: str,
    tiny_model: Path,
    tmp_path: Path,
) -> None:
    folder = make_family(family, tiny_model, tmp_path / "model")
    spoil(folder)
    name = f"{family}-{spoil.__name__.replace('_', '-')}"
    with pytest.raises(ModelError, match=sentence):
        run(model=add_local(folder, name, tiny_model.parent), preset="quick")


def test_a_family_that_needs_full_precision_gets_it(run: Callable[..., Any], tiny_model: Path, tmp_path: Path) -> None:
    add_local(make_family("deberta", tiny_model, tmp_path / "model"), "deberta", tiny_model.parent)
    settings = {"model": "local:deberta", "preset": "balanced", "epochs": 1}
    with pytest.raises(ConfigError, match="'deberta' cannot compute in bf16"):
        run("refused", precision="bf16", **settings)
    _, events = run("auto", precision="auto", **settings)
    assert any("fp32" in getattr(event, "text", "") for event in events)


@pytest.mark.parametrize("family", ["albert", "deberta-v2", "distilbert", "gpt2", "modernbert"])
def test_the_dropout_that_was_asked_for_is_everywhere(family: str, tiny_model: Path, tmp_path: Path) -> None:
    model = built(opened(make_family(family, tiny_model, tmp_path / "model"), dropout=0.375))
    shares = {module.p for module in model.modules() if isinstance(module, torch.nn.Dropout)}
    assert shares == {0.375}
