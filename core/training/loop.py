"""transformers.Trainer with what it lacks: batches by length, whole checkpoints, the best weights in memory."""

import tempfile
import time
from collections.abc import Callable, Mapping
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
from core.training.batches import Collate, LengthBatches, Rows, by_length, padded, that_fit
from core.training.best import Best
from core.training.checkpoints import save_whole
from core.training.together import ALONE, Together
from core.training.tokens import Tokens

Measure = Callable[[np.ndarray, np.ndarray], dict[str, float]]
"""Logits and targets of the validation rows to named numbers; `loss` and the task's own."""

READ_TOKENS = {"cpu": 4096, "cuda": 65536, "mps": 16384}
"""Padded tokens read in one go: enough to keep the device busy, few enough to stay in its caches."""


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
    weigh: Callable[[np.ndarray], float] = len
    """How much rows with these targets weigh together in the mean that `loss` is."""
    usual: float | None = None
    """How much the rows of a batch weigh on average, where batches differ in size and each row shall count alike."""
    multiple: int = 1
    """Batches are padded to a multiple of so many tokens."""
    together: Together = ALONE


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
        """Batches of similar length, each padded to its own longest row.

        This process fills them itself: that takes a fraction of a millisecond, one batch ahead of the device, while
        worker processes would inherit its threads' locks, the run's lock and the device.
        """
        course = self.course
        loader = DataLoader(
            course.train,
            batch_sampler=course.batches,
            collate_fn=Collate(
                course.train,
                course.pad_id,
                course.multiple,
                together=course.together,
                weigh=course.weigh,
                usual=course.usual,
            ),
            pin_memory=course.device.kind == "cuda",
            generator=torch.Generator(),
        )
        if course.together.size > 1:  # every process reads every batch and takes its part: nothing to hand out
            return _for_one_process(loader, self.accelerator.device)
        prepared: DataLoader[Any] = self.accelerator.prepare(loader)
        return prepared

    def compute_loss(self, model: nn.Module, inputs: dict[str, Any], *_: Any, **__: Any) -> torch.Tensor:
        """The course's loss on a batch, or this process's share of it."""
        targets, share = inputs.pop("labels"), inputs.pop("share", None)
        loss = self.course.loss(model(**inputs).logits.float(), targets)
        return loss if share is None else loss * share

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Measure the validation rows, report them, and remember the best weights."""
        rows = self.course.validation
        if rows is None:
            return {}
        course = self.course
        logits = read_logits(
            self.model, rows.tokens, pad_id=course.pad_id, device=course.device, together=course.together
        )
        measured = self.course.measure(logits, rows.targets)
        self.log({f"eval_{name}": value for name, value in measured.items()})
        if self.best:
            self.best.see(self.model, measured[self.course.judge_by], self.state.global_step)
            self.control.should_training_stop |= self.best.enough
        return {f"eval_{name}": value for name, value in measured.items()}

    def _save_checkpoint(self, _model: nn.Module, _trial: Any) -> None:
        """Save weights, optimiser, schedule, random state and the best so far: whole or not there.

        Among several processes the first one saves, with the random states of all.
        """
        together = self.course.together
        chance = together.gathered(self._random_state()) if together.size > 1 else []
        if not together.is_first:
            return

        def write(folder: Path) -> None:
            self.save_model(str(folder), _internal_call=True)
            self._save_optimizer_and_scheduler(str(folder))
            self._save_scaler(str(folder))
            if not chance:
                self._save_rng_state(str(folder))
            for state in chance:
                for name, content in state.items():
                    (folder / name).write_bytes(content)
            self.state.save_to_json(str(folder / "trainer_state.json"))
            if self.best:
                self.best.save(folder)

        save_whole(self.course.checkpoints, self.state.global_step, write, identity=self.course.identity)
        self.report(CheckpointSaved(step=self.state.global_step))

    def _random_state(self) -> Mapping[str, bytes]:
        """The file that holds this process's random state, by its name."""
        with tempfile.TemporaryDirectory() as folder:
            self._save_rng_state(folder)
            return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def read_logits(
    model: nn.Module,
    tokens: Tokens,
    *,
    pad_id: int,
    device: Device,
    watch: Callable[[int, int], None] = lambda _done, _total: None,
    together: Together = ALONE,
) -> np.ndarray:
    """The logits of all rows in their order, float32 (rows, classes); several processes divide the batches."""
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    told = time.monotonic()

    def read(batch: np.ndarray) -> np.ndarray:
        block = {name: tensor.to(device.unit) for name, tensor in padded(tokens, batch.tolist(), pad_id).items()}
        logits: np.ndarray = model(**block).logits.float().cpu().numpy()
        return logits

    with reading(model, device):
        mine = by_length(tokens.lengths, READ_TOKENS[device.kind])[together.number :: together.size]
        wanted, done = sum(map(len, mine)), 0
        for batch, block in that_fit(mine, read):
            parts.append((batch, block))
            done += len(batch)
            if time.monotonic() - told > 0.5 or done == wanted:
                watch(done, len(tokens))
                told = time.monotonic()
    if together.size > 1:
        parts = [part for some in together.gathered(parts) for part in some]
    order = np.concatenate([rows for rows, _ in parts])
    logits = np.concatenate([block for _, block in parts])
    return logits[np.argsort(order)]


def _for_one_process(loader: DataLoader[Any], device: torch.device) -> DataLoader[Any]:
    """The loader as accelerate makes it where there is one process: batches on the device, passes counted."""
    from accelerate.data_loader import prepare_data_loader

    made: DataLoader[Any] = prepare_data_loader(
        loader, device, num_processes=1, process_index=0, put_on_device=True, dispatch_batches=False
    )
    return made


def cross_entropy(
    class_weights: np.ndarray | None, label_smoothing: float
) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """The loss of a classifier, with classes weighed and targets smoothed as asked."""

    def loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        weight = None if class_weights is None else torch.as_tensor(class_weights, device=logits.device)
        return functional.cross_entropy(logits, targets, weight=weight, label_smoothing=label_smoothing)

    return loss
