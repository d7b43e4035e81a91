"""What can be chosen about learning, each on a run of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from torch import nn

from core.answers import ClassAnswers
from core.config import FullFineTuning, make_config
from core.device import Device
from core.events import Measured
from core.learners.pretrained import Pretrained
from core.targets import ClassTarget
from core.training.best import Best
from core.training.steps import PASSES, resolved_epochs, updates_per_pass
from tests.core.lessons import lesson_on


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
    assert np.isfinite(ClassAnswers.read(folder / "predictions/model.parquet").scores).all()


def test_training_teaches(run: Callable[..., Any]) -> None:
    folder, _ = run(preset="balanced", epochs=12, learning_rate=3e-3, batch_size=8)
    predictions = ClassAnswers.read(folder / "predictions/model.parquet")
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
    learning = FullFineTuning(batch_size=16, gradient_accumulation_steps=4)
    assert updates_per_pass(learning, 200) == 4


@pytest.mark.parametrize("early_stopping", [None, 3])
def test_best_keeps_the_best_pass_whether_or_not_it_stops_early(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, early_stopping: int | None
) -> None:
    """Judged by a measure that falls, the first pass is the best, and its weights are those that are kept."""
    falling = iter(range(9, 0, -1))
    measure = ClassTarget.measure

    def worse_each_time(self: ClassTarget, outputs: Any, targets: Any) -> dict[str, float]:
        return measure(self, outputs, targets) | {"f1_macro": next(falling) / 10}

    monkeypatch.setattr(ClassTarget, "measure", worse_each_time)
    seen: list[Any] = []
    restore = Best.restore
    monkeypatch.setattr(Best, "restore", lambda self, model: (seen.append(self.step), restore(self, model)))
    settings = {"preset": "best", "early_stopping": early_stopping, "epochs": 3, "learning_rate": 1e-3}
    _, events = run(str(early_stopping), **settings)
    checks = [e.step for e in events if isinstance(e, Measured) and e.name == "validation/f1_macro"]
    assert len(checks) == 3
    assert seen == [checks[0]]


def test_where_nothing_tells_the_best_pass_that_is_said(run: Callable[..., Any]) -> None:
    _, events = run(**{"preset": "best", "early_stopping": None, "epochs": 1, "split.validation": 0.0})
    assert any("the last pass is kept" in getattr(event, "text", "") for event in events)


@pytest.mark.parametrize("method", ["full", "lora"])
def test_a_share_of_the_start_is_mixed_back_in(run: Callable[..., Any], tiny_model: Path, method: str) -> None:
    settings = {"preset": "balanced", "method": method, "epochs": 2, "learning_rate": 1e-2}
    plain, mixed = (
        load_file(run(str(keep), keep_start=keep, **settings)[0] / "bundle/model.safetensors") for keep in (0.0, 0.25)
    )
    start = load_file(tiny_model / "model.safetensors")
    name = "encoder.layer.0.attention.self.query.weight"
    learned = plain[f"bert.{name}"]
    assert np.abs(learned - start[name]).max() > 1e-3
    np.testing.assert_allclose(mixed[f"bert.{name}"], 0.75 * learned + 0.25 * start[name], atol=1e-6)


KINDS: list[tuple[Any, Any]] = [("cpu", "fp32"), ("cpu", "bf16"), ("cuda", "bf16"), ("cuda", "fp16")]


def learner_on(kind: Any, precision: Any, rows: Any, tiny_model: Path, folder: Path, **settings: Any) -> Pretrained:
    config = make_config(model="local:tiny", preset="balanced", **settings)
    learner = Pretrained(lesson_on(rows, config, folder, models=tiny_model.parent))
    learner.device = Device(kind, "", 1, precision, "sdpa", "sdpa")
    return learner


def test_a_checkpoint_belongs_to_a_kind_of_device(rows: Any, tiny_model: Path, tmp_path: Path) -> None:
    """A CUDA device has batches of its own, and fp16 a scale that others do not keep."""
    identities = [learner_on(kind, precision, rows, tiny_model, tmp_path).identity for kind, precision in KINDS]
    assert identities[0] == identities[1]
    assert len(set(identities)) == 3


def test_a_checkpoint_belongs_to_its_settings_and_rows(rows: Any, tiny_model: Path, tmp_path: Path) -> None:
    def identity(frame: Any = rows, **settings: Any) -> str:
        return learner_on("cpu", "fp32", frame, tiny_model, tmp_path, **settings).identity

    same = identity()
    assert identity(processes=2) == same
    others = [identity(seed=1), identity(epochs=2), identity(rows.iloc[:-3]), identity(rows.replace("mood", "temper"))]
    assert len({same, *others}) == 5


def test_on_a_gpu_batches_hold_alike_many_tokens_and_their_rows_count_alike(
    rows: Any, tiny_model: Path, tmp_path: Path
) -> None:
    learner = learner_on("cuda", "bf16", rows, tiny_model, tmp_path, max_tokens=36)
    assert isinstance(learner.config.learning, FullFineTuning)
    data = learner._trainer_data(learner.lesson.target, learner.config.learning)
    assert data.multiple == 1  # 40 tokens would be more than the longest text may have
    assert data.usual == len(data.train) / len(data.batches)
