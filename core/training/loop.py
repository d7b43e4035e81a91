"""transformers.Trainer with what it lacks: batches by length, whole checkpoints, the best weights in memory."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader
from transformers import Trainer, TrainingArguments

from core.device import Device, reading
from core.events import CheckpointSaved, Report
from core.training.batches import Collate, LengthBatches, Rows, by_length, padded
from core.training.best import Best
from core.training.checkpoints import save_whole
from core.training.tokens import Tokens

Measure = Callable[[np.ndarray, np.ndarray], dict[str, float]]
"""Logits and targets of the validation rows to named numbers; `loss` and the task's own."""

READ_TOKENS = {"cpu": 4096, "cuda": 65536, "mps": 16384}


@dataclass(frozen=True)
class Course:
    """Everything about a course of training that is not a number in TrainingArguments."""

    train: Rows
    validation: Rows | None
    batches: LengthBatches
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    measure: Measure
    pad_id: int
    device: Device
    checkpoints: Path
    identity: str
    judge_by: str = "f1_macro"


class LengthTrainer(Trainer):  # type: ignore[misc]  # transformers ships no types
    """A Trainer that reads rows of similar length together and saves checkpoints that are whole or not there."""

    def __init__(
        self,
        model: nn.Module,
        args: TrainingArguments,
        course: Course,
        *,
        optimizer: tuple[type[torch.optim.Optimizer], dict[str, object]],
        report: Report,
        best: Best | None,
    ) -> None:
        self.course = course
        self.report = report
        self.best = best
        super().__init__(
            model=model,
            args=args,
            train_dataset=course.train,
            eval_dataset=course.validation or course.train,
            optimizer_cls_and_kwargs=optimizer,
        )
        # Our loss is a mean over the batch: the Trainer divides it by the accumulated steps.
        self.loss_is_scaled_for_ga = False
        self.model_accepts_loss_kwargs = False

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Batches of similar length, each padded to its own longest row."""
        on_cuda = self.course.device.kind == "cuda"
        loader = DataLoader(
            self.course.train,
            batch_sampler=self.course.batches,
            collate_fn=Collate(self.course.train, self.course.pad_id, multiple=8 if on_cuda else 1),
            num_workers=2 if on_cuda else 0,
            pin_memory=on_cuda,
            persistent_workers=on_cuda,
            generator=torch.Generator(),
        )
        prepared: DataLoader[Any] = self.accelerator.prepare(loader)
        return prepared

    def compute_loss(self, model: nn.Module, inputs: dict[str, Any], *_: Any, **__: Any) -> torch.Tensor:
        """The course's loss on a batch."""
        targets = inputs.pop("labels")
        return self.course.loss(model(**inputs).logits.float(), targets)

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Measure the validation rows, report them, and remember the best weights."""
        rows = self.course.validation
        if rows is None:
            return {}
        logits = read_logits(self.model, rows.tokens, pad_id=self.course.pad_id, device=self.course.device)
        measured = self.course.measure(logits, rows.targets)
        self.log({f"eval_{name}": value for name, value in measured.items()})
        if self.best:
            self.best.see(self.model, measured[self.course.judge_by], self.state.global_step)
            self.control.should_training_stop |= self.best.enough
        return {f"eval_{name}": value for name, value in measured.items()}

    def _save_checkpoint(self, _model: nn.Module, _trial: Any) -> None:
        """Save weights, optimiser, schedule, random state and the best so far: whole or not there."""

        def write(folder: Path) -> None:
            self.save_model(str(folder), _internal_call=True)
            self._save_optimizer_and_scheduler(str(folder))
            self._save_scaler(str(folder))
            self._save_rng_state(str(folder))
            self.state.save_to_json(str(folder / "trainer_state.json"))
            if self.best:
                self.best.save(folder)

        save_whole(self.course.checkpoints, self.state.global_step, write, identity=self.course.identity)
        self.report(CheckpointSaved(step=self.state.global_step))


def read_logits(
    model: nn.Module,
    tokens: Tokens,
    *,
    pad_id: int,
    device: Device,
    watch: Callable[[int, int], None] = lambda _done, _total: None,
) -> np.ndarray:
    """The logits of all rows in their order, float32 (rows, classes)."""
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    told = time.monotonic()
    with reading(model, device):
        for batch in by_length(tokens.lengths, READ_TOKENS[device.kind]):
            block = {name: tensor.to(device.unit) for name, tensor in padded(tokens, batch.tolist(), pad_id).items()}
            parts.append((batch, model(**block).logits.float().cpu().numpy()))
            if time.monotonic() - told > 0.5:
                watch(sum(len(rows) for rows, _ in parts), len(tokens))
                told = time.monotonic()
    order = np.concatenate([rows for rows, _ in parts])
    logits = np.concatenate([block for _, block in parts])
    return logits[np.argsort(order)]


def cross_entropy(
    class_weights: np.ndarray | None, label_smoothing: float
) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """The loss of a classifier, with classes weighed and targets smoothed as asked."""

    def loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        weight = None if class_weights is None else torch.as_tensor(class_weights, device=logits.device)
        return functional.cross_entropy(logits, targets, weight=weight, label_smoothing=label_smoothing)

    return loss
