"""The two ways of training that benchmarks/training.py compares. Both start from texts in memory."""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
)

from core.config import make_config
from core.data import Part
from core.device import Device, choose
from core.learners import pretrained
from core.learners.backbones import text
from core.learners.base import Lesson
from core.models import locate
from core.preparation import Prepared
from core.scenarios import SCENARIOS, load
from core.targets import ClassTarget
from core.tasks import task_of
from core.training import linear
from core.training.loop import LengthTrainer, read_outputs
from core.training.tokens import tokenize


class Stopwatch:
    """Adds up the seconds spent inside wrapped functions; on a GPU it waits for the device first."""

    def __init__(self, device: Device) -> None:
        self.wait: Callable[[], None] = torch.cuda.synchronize if device.kind == "cuda" else lambda: None
        self.seconds: dict[str, float] = {}

    def around(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, with its seconds added to `part`."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            self.wait()
            began = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.wait()
                self.seconds[part] = self.seconds.get(part, 0.0) + time.perf_counter() - began

        return timed

    def watch(self, trainer: Trainer) -> None:
        """Time the parts of a Trainer's step."""
        trainer.compute_loss = self.around("forward", trainer.compute_loss)
        trainer.accelerator.backward = self.around("backward", trainer.accelerator.backward)
        trainer._clip_grad_norm = self.around("optimiser", trainer._clip_grad_norm)
        create = trainer.create_optimizer

        def created(*args: Any) -> Any:
            made = create(*args)
            made.step = self.around("optimiser", made.step)
            return made

        trainer.create_optimizer = created


def train_ours(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """One turn of the engine: frozen for "quick", else full."""
    prepared, _, device = material(options)
    config = make_config(
        method="frozen" if options.turn == "quick" else "full",
        epochs=options.epochs,
        batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        precision=options.precision,
        **{"task.max_tokens": options.max_tokens},
    )
    lesson = Lesson(
        config=config,
        task=task_of(config),
        prepared=prepared,
        models=options.cache / "models",
        checkpoints=folder / "checkpoints",
        cache=folder / "cache",
        report=lambda _event: None,
    )
    learner = pretrained.Pretrained(lesson)
    backbone = learner.backbone
    watch = Stopwatch(device)
    rate = matmul_rate(device)  # also starts CUDA and its libraries, before the clock runs
    if device.kind == "cpu" or options.where:
        LengthTrainer.__init__ = _watched(LengthTrainer.__init__, watch)  # type: ignore[method-assign]
    text.tokenize = watch.around("tokenise", text.tokenize)
    pretrained.head_vectors = watch.around("first reading", pretrained.head_vectors)
    linear.fit_head = watch.around("head", linear.fit_head)
    began = time.perf_counter()
    learned = learner.learn().network
    watch.wait()
    seconds = time.perf_counter() - began
    test = backbone.encode(prepared.test.inputs, None)
    return outcome(options, prepared, learned, test, device, seconds, watch, rate)


def _watched(init: Callable[..., None], watch: Stopwatch) -> Callable[..., None]:
    def begin(self: Trainer, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        watch.watch(self)

    return begin


def train_stock(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """One turn of a plain Trainer: its defaults, or its best settings for "stock-best"."""
    prepared, folder_of_model, device = material(options)
    tokenizer = AutoTokenizer.from_pretrained(folder_of_model)
    model = AutoModelForSequenceClassification.from_pretrained(folder_of_model, num_labels=prepared.target.size)
    best = options.turn == "stock-best"
    torch.backends.cuda.enable_cudnn_sdp(True)  # as torch comes
    watch = Stopwatch(device)
    rate = matmul_rate(device)
    began = time.perf_counter()
    encoded = watch.around("tokenise", tokenizer)(
        list(prepared.train.inputs), truncation=True, max_length=options.max_tokens
    )
    targets = prepared.target.encode(prepared.train.targets).tolist()
    rows = [{"input_ids": ids, "labels": target} for ids, target in zip(encoded["input_ids"], targets, strict=True)]
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=options.epochs,
        per_device_train_batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        bf16=device.precision == "bf16",
        fp16=device.precision == "fp16",
        use_cpu=device.kind == "cpu",
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        seed=0,
        **(BEST if best else {}),
        **(BEST_ON_CUDA if best and device.kind == "cuda" else {}),
    )
    collate = DataCollatorWithPadding(tokenizer, pad_to_multiple_of=8 if device.kind == "cuda" else None)
    trainer = Trainer(model=model, args=arguments, train_dataset=rows, data_collator=collate)
    if device.kind == "cpu" or options.where:
        watch.watch(trainer)
    trainer.train()
    watch.wait()
    seconds = time.perf_counter() - began
    vars(model).pop("forward", None)
    test = tokenize(prepared.test.inputs, tokenizer, max_tokens=options.max_tokens, cache=None)
    return outcome(options, prepared, model, test, device, seconds, watch, rate)


BEST: dict[str, Any] = {"train_sampling_strategy": "group_by_length", "optim": "adamw_torch_fused"}
BEST_ON_CUDA: dict[str, Any] = {
    "dataloader_num_workers": 4,
    "dataloader_persistent_workers": True,
    "accelerator_config": {"non_blocking": True},
}


def material(options: argparse.Namespace) -> tuple[Prepared, Path, Device]:
    """The same rows for everybody: the first of a fixed shuffle of Reuters R8's training and test rows."""
    device = choose(options.precision)
    frame = load(SCENARIOS["finance-newsdesk"], options.cache)
    chance = np.random.default_rng(0)

    def part(name: str, rows: int) -> Part:
        some = frame[frame["part"] == name]
        some = some.iloc[chance.permutation(len(some))[:rows]]
        return Part(tuple(map(str, some.index)), tuple(some["text"]), tuple(some["label"]))

    train, test = part("train", options.rows), part("test", options.test_rows)
    labels = tuple(sorted(set(frame["label"])))
    target = ClassTarget(labels, tuple(train.targets.count(label) for label in labels))
    return (
        Prepared(train, Part((), (), ()), test, target, ()),
        locate("minilm", options.cache / "models"),
        device,
    )


def outcome(
    options: argparse.Namespace,
    prepared: Prepared,
    model: torch.nn.Module,
    test: Any,
    device: Device,
    seconds: float,
    watch: Stopwatch,
    rate: float,
) -> dict[str, Any]:
    """What one turn found: seconds, accuracy, where the time went, how much of the device's rate was used."""
    logits = read_outputs(model, test, device=device)
    targets = prepared.target.encode(prepared.test.targets)
    lengths = tokenize(
        prepared.train.inputs,
        AutoTokenizer.from_pretrained(locate("minilm", options.cache / "models")),
        max_tokens=options.max_tokens,
        cache=None,
    ).sizes
    passes = 1 if options.turn == "quick" else options.epochs
    work = passes * training_operations(model, lengths) / (3 if options.turn == "quick" else 1)
    return {
        "seconds": seconds,
        "accuracy": float((logits.argmax(axis=1) == targets).mean()),
        "test_rows": len(targets),
        "tokens": int(lengths.sum()) * passes,
        "mean_tokens": float(lengths.mean()),
        "device": device.words,
        "device_kind": device.kind,
        "matmul_tflops": rate / 1e12,
        "share_of_matmul_rate": work / seconds / rate,
        "where": {**watch.seconds, "other": seconds - sum(watch.seconds.values())},
    }


def training_operations(model: torch.nn.Module, lengths: np.ndarray) -> float:
    """Floating-point operations of one pass, without padding: forward, and twice that backward."""
    settings = next(m.config for m in model.modules() if hasattr(m, "config") and hasattr(m.config, "hidden_size"))
    width, layers = settings.hidden_size, settings.num_hidden_layers
    linear = layers * (4 * width * width + 2 * width * settings.intermediate_size)
    attention = layers * 2 * width * float((lengths.astype(np.float64) ** 2).sum())
    return 3 * 2 * (linear * float(lengths.sum()) + attention)


def matmul_rate(device: Device) -> float:
    """Operations a second of a large square matrix product in the device's number format: the best of many."""
    size = 8192 if device.kind == "cuda" else 2048
    kind = SimpleNamespace(fp32=torch.float32, bf16=torch.bfloat16, fp16=torch.float16)
    a = torch.randn(size, size, device=device.unit).to(getattr(kind, device.precision))
    best = float("inf")
    wait = torch.cuda.synchronize if device.kind == "cuda" else lambda: None
    for _ in range(12):
        wait()
        began = time.perf_counter()
        a @ a
        wait()
        best = min(best, time.perf_counter() - began)
    return 2 * size**3 / best
