"""Training loop: transformers.Trainer with batches by length, atomic checkpoints and the best weights in memory."""

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader
from transformers import Trainer, TrainingArguments

from core.device import Device, reading
from core.events import CheckpointSaved, Report
from core.inputs.encoded import Encoded
from core.targets import Target
from core.training.batches import Collate, LengthBatches, RowNumbers, by_length, that_fit
from core.training.best import Best
from core.training.checkpoints import save_whole
from core.training.together import ALONE, Together

READ_TOKENS = {"cpu": 4096, "cuda": 65536, "mps": 16384}
"""Inference batch size, in padded tokens: enough to keep the device busy, few enough to stay in its caches."""


@dataclass(frozen=True)
class TrainerData:
    """Data of a Trainer: encoded rows, batch sampler, loss, and the folder of checkpoints."""

    train: RowNumbers
    validation: RowNumbers | None
    batches: LengthBatches
    target: Target
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    device: Device
    checkpoints: Path
    identity: str
    """Hash that a checkpoint must share with this to be resumed."""
    weigh: Callable[[np.ndarray], float] = len
    """Sum of the sample weights of rows with these targets, the denominator of the mean `loss`."""
    usual: float | None = None
    """That sum for an average batch, where batches differ in size and each row shall count alike."""
    multiple: int = 1
    """Padding multiple, in tokens."""
    augment: Callable[[dict[str, Any], int], dict[str, Any]] | None = None
    """Augmentation of a training batch, on the device, by the number of the step."""
    together: Together = ALONE


class LengthTrainer(Trainer):  # type: ignore[misc]  # transformers ships no types
    """Trainer with batches by length, atomic checkpoints and early stopping."""

    def __init__(
        self,
        model: nn.Module,
        args: TrainingArguments,
        data: TrainerData,
        *,
        optimizer: tuple[type[torch.optim.Optimizer], dict[str, object]],
        report: Report,
        best: Best | None,
    ) -> None:
        self.data = data
        self.report = report
        self.best = best
        super().__init__(
            model=model,
            args=args,
            train_dataset=data.train,
            eval_dataset=data.validation or data.train,
            optimizer_cls_and_kwargs=optimizer,
        )
        # Our loss is a mean over the batch: the Trainer divides it by the accumulated steps.
        self.loss_is_scaled_for_ga = False
        self.model_accepts_loss_kwargs = False

    def get_train_dataloader(self) -> DataLoader[Any]:
        """DataLoader of batches of similar length, each padded to its own longest row.

        This process fills them itself: that takes a fraction of a millisecond, one batch ahead of the device, while
        worker processes would inherit its threads' locks, the run's lock and the device.
        """
        data = self.data
        loader = DataLoader(
            data.train,
            batch_sampler=data.batches,
            collate_fn=Collate(
                data.train,
                data.multiple,
                together=data.together,
                weigh=data.weigh,
                usual=data.usual,
            ),
            pin_memory=data.device.kind == "cuda",
            generator=torch.Generator(),
        )
        if data.together.size > 1:  # every process reads every batch and takes its part: nothing to hand out
            return _for_one_process(loader, self.accelerator.device)
        prepared: DataLoader[Any] = self.accelerator.prepare(loader)
        return prepared

    def compute_loss(self, model: nn.Module, inputs: dict[str, Any], *_: Any, **__: Any) -> torch.Tensor:
        """The loss on a batch, or this process's share of it."""
        targets, share = inputs.pop("labels"), inputs.pop("share", None)
        if self.data.augment:
            inputs = self.data.augment(inputs, self.state.global_step)
        loss = self.data.loss(model(**inputs).logits.float(), targets)
        return loss if share is None else loss * share

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Evaluates the validation rows, logs the metrics, and keeps the best weights."""
        rows = self.data.validation
        if rows is None:
            return {}
        data = self.data
        outputs = read_outputs(self.model, rows.encoded, device=data.device, together=data.together)
        measured = data.target.measure(outputs, rows.targets)
        self.log({f"eval_{name}": value for name, value in measured.items()})
        if self.best:
            self.best.see(self.model, data.target.quality(measured), self.state.global_step)
            self.control.should_training_stop |= self.best.enough
        return {f"eval_{name}": value for name, value in measured.items()}

    def _save_checkpoint(self, _model: nn.Module, _trial: Any) -> None:
        """Saves a checkpoint atomically: weights, optimiser, scheduler, random state and the best weights so far.

        Among several processes the first one saves, with the random states of all.
        """
        together = self.data.together
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

        save_whole(self.data.checkpoints, self.state.global_step, write, identity=self.data.identity)
        self.report(CheckpointSaved(step=self.state.global_step))

    def _random_state(self) -> Mapping[str, bytes]:
        """Random state (RNG) of this process: the file that holds it, by its name."""
        with tempfile.TemporaryDirectory() as folder:
            self._save_rng_state(folder)
            return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def read_outputs(
    model: nn.Module,
    encoded: Encoded,
    *,
    device: Device,
    watch: Callable[[int, int], None] = lambda _done, _total: None,
    together: Together = ALONE,
) -> np.ndarray:
    """Logits of all rows in their order, float32 (rows, outputs); several processes divide the batches."""
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    told = time.monotonic()

    def read(batch: np.ndarray) -> np.ndarray:
        block = {name: tensor.to(device.unit) for name, tensor in encoded.batch(batch.tolist()).items()}
        outputs: np.ndarray = model(**block).logits.float().cpu().numpy()
        return outputs

    with reading(model, device):
        mine = by_length(encoded.sizes, READ_TOKENS[device.kind])[together.number :: together.size]
        wanted, done = sum(map(len, mine)), 0
        for batch, block in that_fit(mine, read):
            parts.append((batch, block))
            done += len(batch)
            if time.monotonic() - told > 0.5 or done == wanted:
                watch(done, len(encoded))
                told = time.monotonic()
    if together.size > 1:
        parts = [part for some in together.gathered(parts) for part in some]
    order = np.concatenate([rows for rows, _ in parts])
    outputs = np.concatenate([block for _, block in parts])
    return outputs[np.argsort(order)]


def _for_one_process(loader: DataLoader[Any], device: torch.device) -> DataLoader[Any]:
    """DataLoader prepared by accelerate as for one process: batches on the device, epochs counted."""
    from accelerate.data_loader import prepare_data_loader

    made: DataLoader[Any] = prepare_data_loader(
        loader, device, num_processes=1, process_index=0, put_on_device=True, dispatch_batches=False
    )
    return made
