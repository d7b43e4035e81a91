"""Every family of models that may be added learns and answers, each tiny, with random weights."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer

from core.config import make_config
from core.device import CPU_ATTENTION, Device, reading
from core.models.allowed import FAMILIES
from core.predict import Predictor
from core.tasks import TASKS
from core.training.batches import padded
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
    learning = model(**block).logits
    learning.sum().backward()
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
