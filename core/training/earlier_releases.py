"""Compatibility with checkpoints of earlier releases: the hash by which each named a run, so that it resumes."""

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
SPLIT_SINCE = {"split_seed", "drawn_from"}
"""Settings of the split that the first two shapes of settings did not have."""
UNUSED = {"lora_rank": 8, "lora_alpha": 16, "lora_dropout": 0.05}
"""Default values of settings of a method that was not chosen."""


def first_settings(config: RunConfig) -> str:
    """Settings as JSON of the first release, which knew one task alone."""
    fields = config.model_dump()
    task, learning = fields.pop("task"), fields.pop("learning")
    fields["split"] = {name: value for name, value in fields["split"].items() if name not in SPLIT_SINCE}
    every = UNUSED | task | fields | learning | {"task": {name: task[name] for name in TASK}}
    return to_json({"schema_version": 1, **{name: every[name] for name in BEFORE}}).decode()


def second_settings(config: RunConfig) -> str:
    """Settings as JSON of the second shape, which split the rows by the seed of the training."""
    fields = config.model_dump(exclude={"processes": True, "margin": True, "split": SPLIT_SINCE})
    return to_json(fields | {"schema_version": 2}).decode()


def earlier_identities(config: RunConfig, target: Target, row_ids: tuple[str, ...], device: str) -> list[str]:
    """Checkpoint hashes of the same run in earlier releases; none where they knew no such run."""
    if config.split.drawn_from != "rows" or config.split.split_seed != config.seed:
        return []
    first = _first_identity(config, target, row_ids, device)
    second = content_key(second_settings(config), repr(target), row_ids, device)
    return [second, first] if first else [second]


def _first_identity(config: RunConfig, target: Target, row_ids: tuple[str, ...], device: str) -> str | None:
    if not isinstance(target, ClassTarget) or not set(TASK) <= set(type(config.task).model_fields):
        return None
    if config.learning.method not in ("full", "lora"):
        return None
    return content_key(first_settings(config), target.labels, row_ids, device)
