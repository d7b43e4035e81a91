"""TrainingArguments and optimiser of transformers, from a RunConfig."""

from pathlib import Path

import torch
from transformers import TrainingArguments

from core.config import Descent, RunConfig
from core.device import Device


def training_arguments(
    config: RunConfig, learning: Descent, device: Device, *, epochs: int, folder: Path
) -> TrainingArguments:
    """TrainingArguments for `config` on `device`, for `epochs` epochs."""
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=epochs,
        per_device_train_batch_size=learning.batch_size,
        gradient_accumulation_steps=learning.gradient_accumulation_steps,
        learning_rate=learning.learning_rate,
        lr_scheduler_type=_SCHEDULES[learning.schedule],
        warmup_steps=learning.warmup,
        max_grad_norm=learning.max_grad_norm,
        weight_decay=learning.weight_decay,
        bf16=device.precision == "bf16",
        fp16=device.precision == "fp16",
        use_cpu=device.kind == "cpu",
        seed=config.seed,
        data_seed=config.seed,
        # Reporting decides when to log and save, within the strategies' own rhythm.
        logging_strategy="no",
        logging_nan_inf_filter=False,
        eval_strategy="epoch",
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        log_level="error",
        dataloader_pin_memory=device.kind == "cuda",
        accelerator_config={"non_blocking": device.kind == "cuda"},
        remove_unused_columns=False,
        label_names=["labels"],
    )
    if arguments.n_gpu > 1:  # else the Trainer would spread one process over all GPUs, slower and without bf16
        arguments._n_gpu = 1
    return arguments


_SCHEDULES = {"linear": "linear", "cosine": "cosine", "constant": "constant_with_warmup"}


def optimizer(learning: Descent, device: Device) -> tuple[type[torch.optim.Optimizer], dict[str, object]]:
    """Optimiser class and its hyperparameters, fused into one kernel a step where torch can."""
    fused = device.kind in ("cpu", "cuda")
    if learning.optimizer == "sgd":
        return torch.optim.SGD, {"lr": learning.learning_rate, "momentum": learning.momentum, "fused": fused}
    kind = torch.optim.AdamW if learning.optimizer == "adamw" else torch.optim.Adam
    return kind, {"lr": learning.learning_rate, "betas": (0.9, 0.999), "eps": 1e-8, "fused": fused}
