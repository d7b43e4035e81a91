"""Compatibility with checkpoints of the first release: the hash by which it named a run, so that it resumes."""

from pydantic_core import to_json

from core.config import RunConfig
from core.targets import ClassTarget, Target
from core.training.cached import content_key

TASK = ("task", "text", "target", "max_tokens")
BEFORE = (
    *("name", "dataset", "scenario", "task", "preparation", "split", "rows_per_class", "model", "preset", "method"),
    *("epochs", "batch_size", "gradient_accumulation_steps", "learning_rate", "optimizer", "momentum", "weight_decay"),
    *("schedule", "warmup", "dropout", "label_smoothing", "keep_start", "class_weights", "max_grad_norm", "precision"),
    *("early_stopping", "lora_rank", "lora_alpha", "lora_dropout", "seed"),
)
"""Settings of the first release in their order, without those that never mattered to a checkpoint."""
UNUSED = {"lora_rank": 8, "lora_alpha": 16, "lora_dropout": 0.05}
"""Default values of settings of a method that was not chosen."""


def first_settings(config: RunConfig) -> str:
    """Settings as JSON of the first release, which knew text classification alone."""
    fields = config.model_dump()
    task, learning = fields.pop("task"), fields.pop("learning")
    every = UNUSED | task | fields | learning | {"task": {name: task[name] for name in TASK}}
    return to_json({"schema_version": 1, **{name: every[name] for name in BEFORE}}).decode()


def first_identity(config: RunConfig, target: Target, row_ids: tuple[str, ...], device: str) -> str | None:
    """Checkpoint hash of the first release for a run by gradient descent; None where it knew no such run."""
    if config.task.task != "text-classification" or not isinstance(target, ClassTarget):
        return None
    if config.learning.method not in ("full", "lora"):
        return None
    return content_key(first_settings(config), target.labels, row_ids, device)
