"""What can be chosen about learning, each on a run of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from core.config import make_config
from core.events import Measured
from core.results import Predictions
from core.training.best import Best
from core.training.steps import PASSES, resolved_epochs, updates_per_pass


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "adam", "schedule": "cosine"},
        {"optimizer": "sgd", "momentum": 0.8, "schedule": "constant", "learning_rate": 1e-2},
        {"method": "lora", "lora_rank": 4, "learning_rate": 1e-2},
        {"class_weights": True, "label_smoothing": 0.1, "dropout": 0.3},
        {"gradient_accumulation_steps": 3, "max_grad_norm": 0.0},
        {"early_stopping": 1},
        {"precision": "bf16"},
        {"split.validation": 0.0},
    ],
    ids=str,
)
def test_every_way_of_learning_runs_end_to_end(run: Callable[..., Any], settings: dict[str, Any]) -> None:
    folder, events = run(**{"preset": "balanced", "epochs": 2, "learning_rate": 1e-3, **settings})
    losses = [event.value for event in events if isinstance(event, Measured) and event.name == "train/loss"]
    assert np.isfinite(losses).all()
    assert np.isfinite(Predictions.read(folder / "predictions/model.parquet").scores).all()


def test_training_teaches(run: Callable[..., Any]) -> None:
    folder, _ = run(preset="balanced", epochs=12, learning_rate=3e-3, batch_size=8)
    predictions = Predictions.read(folder / "predictions/model.parquet")
    assert np.mean([a == t for a, t in zip(predictions.answers, predictions.targets, strict=True)]) > 0.8


def test_a_model_of_another_family_keeps_its_own_head(
    tiny_model: Path, rows: Any, tmp_path: Path, run: Callable[..., Any]
) -> None:
    from transformers import AutoTokenizer, DistilBertConfig, DistilBertModel

    from core.models import add_local

    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    config = DistilBertConfig(
        vocab_size=len(tokenizer), dim=32, n_layers=1, n_heads=2, hidden_dim=64, max_position_embeddings=128
    )
    DistilBertModel(config).save_pretrained(tmp_path / "made")
    tokenizer.save_pretrained(tmp_path / "made")
    add_local(tmp_path / "made", "distil", tiny_model.parent)
    for method in ("full", "frozen", "lora"):
        folder, _ = run(f"distil-{method}", model="local:distil", preset="balanced", method=method, epochs=1)
        assert (folder / "bundle/model.safetensors").exists()


def test_the_best_weights_are_kept() -> None:
    model, best = nn.Linear(1, 1), Best(patience=2)
    for step, (weight, value) in enumerate([(1.0, 0.5), (2.0, 0.9), (3.0, 0.7), (4.0, 0.9)]):
        nn.init.constant_(model.weight, weight)
        best.see(model, value, step)
    assert best.enough
    best.restore(model)
    assert model.weight.item() == 2.0


def test_the_best_weights_survive_a_checkpoint(tmp_path: Path) -> None:
    model, best, again = nn.Linear(1, 1), Best(patience=2), Best(patience=2)
    best.see(model, 0.75, 3)
    best.see(model, 0.5, 6)
    best.save(tmp_path)
    again.load(tmp_path)
    assert (again.value, again.step, again.worse) == (0.75, 3, 1)
    expected = model.weight.clone()
    nn.init.zeros_(model.weight)
    again.restore(model)
    torch.testing.assert_close(model.weight, expected)


def test_few_rows_are_read_more_often() -> None:
    balanced = make_config(preset="balanced")
    few, many = resolved_epochs(balanced, 200), resolved_epochs(balanced, 100_000)
    assert few > many == PASSES["balanced"].passes
    assert resolved_epochs(balanced, 5) == PASSES["balanced"].most
    assert resolved_epochs(make_config(preset="balanced", epochs=2), 5) == 2


def test_an_update_counts_once_whatever_it_adds_up() -> None:
    config = make_config(batch_size=16, gradient_accumulation_steps=4)
    assert updates_per_pass(config, 200) == 4
