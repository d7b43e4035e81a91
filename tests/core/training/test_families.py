"""Every family of models that may be added learns and answers, each tiny, with random weights."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer

from core.config import make_config
from core.device import CPU_ATTENTION, Device, reading
from core.errors import ConfigError
from core.models import add_local
from core.models.allowed import FAMILIES, FULL_PRECISION
from core.predict import Predictor
from core.tasks import TASKS
from core.training.batches import padded
from core.training.learn import merged, with_lora
from core.training.loop import read_logits
from core.training.tokens import tokenize
from tests.tiny import make_family

CPU = Device("cpu", "CPU", 1, "fp32", CPU_ATTENTION, "sdpa")
LABELS = ("freight", "mood")
TEXTS = ("the ship is late", "a very very angry bank, and the price of the oil was not good", "oil")
TASK = TASKS["text-classification"]


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_family_answers_alike_while_learning_and_reading_and_from_its_bundle(
    family: str, tiny_model: Path, tmp_path: Path
) -> None:
    folder = make_family(family, tiny_model, tmp_path / "model")
    config = make_config(dropout=0.0)
    model = TASK.build(folder, LABELS, config, CPU)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokens = tokenize(TEXTS, tokenizer, max_tokens=64, cache=None)
    block = padded(tokens, range(len(TEXTS)), pad_id=0)
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

    TASK.finish(model, LABELS).save_pretrained(tmp_path / "bundle")
    tokenizer.model_max_length = 64
    tokenizer.save_pretrained(tmp_path / "bundle")
    measured = read_logits(model, tokens, pad_id=0, device=CPU)
    np.testing.assert_allclose(Predictor.load(tmp_path / "bundle", CPU).logits(TEXTS), measured, atol=1e-3)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_lora_adds_to_a_family_and_is_folded_in_again(family: str, tiny_model: Path, tmp_path: Path) -> None:
    folder = make_family(family, tiny_model, tmp_path / "model")
    model = TASK.build(folder, LABELS, make_config(dropout=0.0), CPU).eval()
    tokens = tokenize(TEXTS, AutoTokenizer.from_pretrained(folder), max_tokens=64, cache=None)
    before = read_logits(model, tokens, pad_id=0, device=CPU)
    if family == "ibert":  # its layers are of a kind of their own
        with pytest.raises(ConfigError, match="no layers that LoRA could add to"):
            with_lora(model, make_config(method="lora"))
        return
    added = with_lora(model, make_config(method="lora"))
    assert any("lora" in name for name, weight in added.named_parameters() if weight.requires_grad)
    np.testing.assert_allclose(read_logits(merged(added), tokens, pad_id=0, device=CPU), before, atol=1e-4)


@pytest.mark.parametrize("family", ["gpt2", "llama"])
def test_a_model_without_padding_learns_and_answers(
    run: Callable[..., Any], family: str, tiny_model: Path, tmp_path: Path
) -> None:
    folder = make_family(family, tiny_model, tmp_path / "without", padding=False)
    assert AutoTokenizer.from_pretrained(folder).pad_token is None
    add_local(folder, f"{family}-without", tiny_model.parent)
    run(model=f"local:{family}-without", preset="balanced", epochs=1, **{"task.max_tokens": 64})


def test_a_family_that_needs_full_precision_gets_it(run: Callable[..., Any], tiny_model: Path, tmp_path: Path) -> None:
    add_local(make_family("deberta", tiny_model, tmp_path / "model"), "deberta", tiny_model.parent)
    settings = {"model": "local:deberta", "preset": "balanced", "epochs": 1}
    with pytest.raises(ConfigError, match="'deberta' cannot compute in bf16"):
        run("refused", precision="bf16", **settings)
    _, events = run("auto", precision="auto", **settings)
    assert any("fp32" in getattr(event, "text", "") for event in events)
