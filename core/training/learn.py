"""How a model learns, as a story: read the rows, find a linear head, and let as much of the model move as asked."""

import gc
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from torch import nn
from transformers import PreTrainedModel, PreTrainedTokenizerBase, PrinterCallback

from core.config import RunConfig
from core.data import Part
from core.preparation import Prepared
from core.device import Device
from core.errors import ConfigError, UserError
from core.events import Measured, Progress, Report, Said
from core.failpoints import failpoint
from core.models.description import OFFSET_POSITIONS
from core.tasks.task import Task
from core.training.batches import LengthBatches, Rows, cuts_by_rows, cuts_by_tokens
from core.training.best import Best
from core.training.cached import content_key
from core.training.checkpoints import newest_whole, step_of
from core.training.heads import SentenceClassifier, last_layer
from core.training.linear import Labelled, LinearHead, fit_head
from core.training.loop import Course, LengthTrainer
from core.training.reporting import Reporting
from core.training.settings import optimizer, training_arguments
from core.training.steps import resolved_epochs
from core.training.together import ALONE, Together
from core.training.tokens import Tokens, tokenize
from core.training.vectors import sentence_vectors


@dataclass(frozen=True)
class Lesson:
    """What there is to learn, from what, and where to keep notes on the way."""

    config: RunConfig
    task: Task
    prepared: Prepared
    model: Path
    tokenizer: PreTrainedTokenizerBase
    max_tokens: int
    device: Device
    checkpoints: Path
    cache: Path
    report: Report
    together: Together = ALONE

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes, in the order of the model's outputs."""
        return self.prepared.labels

    @cached_property
    def identity(self) -> str:
        """A hash of everything that a checkpoint must share with this lesson to be continued by it.

        Not how many processes teach: they share each batch, so any number of them may go on. But a CUDA device has
        other batches, and fp16 a scale of its own.
        """
        settings = self.config.model_dump_json(exclude={"processes"})
        device = f"{self.device.kind == 'cuda'} {self.device.precision == 'fp16'}"
        return content_key(settings, self.labels, self.prepared.train.row_ids, device)

    @cached_property
    def weights(self) -> str:
        """A hash of the starting weights."""
        digest = hashlib.sha256()
        for path in sorted(self.model.glob("*.safetensors")):
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()

    @property
    def pad_id(self) -> int:
        """The token that fills short rows up."""
        return int(self.tokenizer.pad_token_id or 0)

    def tokens(self, part: Part) -> Tokens:
        """The tokens of a part's texts."""
        return tokenize(part.texts, self.tokenizer, max_tokens=self.max_tokens, cache=self.cache)

    def rows(self, part: Part) -> Rows:
        """A part's tokens and the numbers of its right answers."""
        return Rows(self.tokens(part), self.task.targets(part, self.labels))


def learn(lesson: Lesson) -> nn.Module:
    """The learned model. Resumes from a whole checkpoint when there is one.

    Raises Stopped, after saving a checkpoint, when the report does; UserError when training runs away or out of memory.
    Among several processes every one calls this, and the first one's model is the one to keep.
    """
    torch.manual_seed(lesson.config.seed)
    failpoint("run.loading")
    model = lesson.task.build(lesson.model, lesson.labels, lesson.config, lesson.device)
    if isinstance(model, PreTrainedModel) and model.config.model_type not in OFFSET_POSITIONS:
        model.config.pad_token_id = lesson.pad_id  # models that write look for the last token that is none of these
    together = lesson.together
    checkpoint = newest_whole(lesson.checkpoints, identity=lesson.identity) if together.is_first else None
    checkpoint = together.shared(checkpoint)
    keep = lesson.config.keep_start
    if together.is_first and (checkpoint is None or keep):
        place(model, linear_head(lesson, model))
    if lesson.config.method == "frozen":
        return model
    start = {name: weight.detach().clone() for name, weight in model.named_parameters()} if keep else {}
    if lesson.config.method == "lora":
        model = with_lora(model, lesson.config)
    train(lesson, model, checkpoint)
    if lesson.device.kind == "cuda":  # what only learning needed hangs in circles; answering wants the room
        gc.collect()
        torch.cuda.empty_cache()
    return mixed(merged(model), start, keep)


def linear_head(lesson: Lesson, model: nn.Module) -> LinearHead:
    """The best linear head on the vectors that the last layer of the model, as it comes, reads."""
    train = _vectors(lesson, model, lesson.prepared.train)
    # With a limit on labelled rows, those for validation may not help either.
    spare = None if lesson.config.rows_per_class else lesson.prepared.validation
    validation = _vectors(lesson, model, spare) if spare else None
    step = 0

    def tell(accuracy: float, loss: float) -> None:
        nonlocal step
        step += 1
        if lesson.config.method == "frozen":
            lesson.report(Measured(name="validation/accuracy", value=accuracy, step=step))
            lesson.report(Measured(name="validation/loss", value=loss, step=step))

    return fit_head(
        train,
        validation,
        classes=len(lesson.labels),
        balanced=lesson.config.class_weights,
        with_bias=last_layer(model).bias is not None,
        seed=lesson.config.seed,
        tell=tell,
    )


def place(model: nn.Module, head: LinearHead) -> None:
    """Put a fitted head into the model."""
    layer = last_layer(model)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(head.weight))
        if layer.bias is not None:
            layer.bias.copy_(torch.from_numpy(head.bias))


def _vectors(lesson: Lesson, model: nn.Module, part: Part) -> Labelled:
    rows = lesson.rows(part)

    def watch(done: int, total: int) -> None:
        lesson.report(Progress(done=done, total=total))

    vectors = sentence_vectors(
        model,
        rows.tokens,
        weights=lesson.weights,
        device=lesson.device,
        pad_id=lesson.pad_id,
        cache=lesson.cache if isinstance(model, SentenceClassifier) else None,
        watch=watch,
    )
    return Labelled(vectors, rows.targets)


def train(lesson: Lesson, model: nn.Module, checkpoint: Path | None) -> None:
    """Let the model's learning weights move; the best ones are in it afterwards."""
    config, course = lesson.config, _course(lesson)
    best = Best(config.early_stopping) if _keeps_the_best(config) and course.validation else None
    if _keeps_the_best(config) and not course.validation:
        lesson.report(
            Said(text="There are no validation rows, so the last pass is kept, whether or not it is the best.")
        )
    epochs = resolved_epochs(config, len(course.train))
    arguments = training_arguments(config, lesson.device, epochs=epochs, folder=lesson.checkpoints)
    after = len(lesson.prepared.test.texts) / max(1, len(course.train) * epochs)
    reporting = Reporting(lesson.report, after_share=after, together=lesson.together)
    moves = optimizer(config, lesson.device)
    trainer = LengthTrainer(model, arguments, course, optimizer=moves, report=lesson.report, best=best)
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(reporting)
    if lesson.together.size > 1:  # each hides other values while learning
        torch.manual_seed(config.seed + lesson.together.number)
    if checkpoint:
        lesson.report(Said(text=f"Resumed from the checkpoint after step {step_of(checkpoint)}."))
        if best:
            best.load(checkpoint)
    try:
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    except torch.OutOfMemoryError:
        raise _too_big(lesson) from None
    # Accelerate leaves its mixed-precision forward on the model; without it the class's own is back.
    vars(model).pop("forward", None)
    vars(model).pop("_original_forward", None)
    if reporting.stopped:
        raise reporting.stopped
    if best:
        best.restore(model)


def _keeps_the_best(config: RunConfig) -> bool:
    return config.preset == "best" or config.early_stopping is not None


def _course(lesson: Lesson) -> Course:
    config, device = lesson.config, lesson.device
    train = lesson.rows(lesson.prepared.train)
    validation = lesson.rows(lesson.prepared.validation) if lesson.prepared.validation.texts else None
    lengths, on_cuda = train.tokens.lengths, device.kind == "cuda"
    if on_cuda:
        cuts = cuts_by_tokens(lengths, int(config.batch_size * lengths.mean()))
    else:
        cuts = cuts_by_rows(len(train), config.batch_size)
    weigh = lesson.task.weigh(config, train.targets, lesson.labels)
    return Course(
        train=train,
        validation=validation,
        batches=LengthBatches(lengths, cuts, config.seed),
        loss=lesson.task.loss(config, train.targets, lesson.labels),
        weigh=weigh,
        usual=weigh(train.targets) / (len(cuts) - 1) if on_cuda else None,
        multiple=8 if on_cuda and lesson.max_tokens % 8 == 0 else 1,
        together=lesson.together,
        measure=lesson.task.measure,
        judge_by=lesson.task.metrics[0],
        pad_id=lesson.pad_id,
        device=device,
        checkpoints=lesson.checkpoints,
        identity=lesson.identity,
    )


def with_lora(model: nn.Module, config: RunConfig) -> nn.Module:
    """Small trainable matrices beside every linear layer of the model's body; the head learns as it is."""
    from peft import LoraConfig, get_peft_model

    settings = LoraConfig(
        r=config.lora_rank,
        lora_alpha=config.lora_alpha,
        lora_dropout=config.lora_dropout,
        target_modules="all-linear",
    )
    name = body_name(model)
    try:
        body = get_peft_model(getattr(model, name), settings)
    except ValueError:
        raise ConfigError(f"{config.model} has no layers that LoRA could add to.", "Choose the method full.") from None
    setattr(model, name, body)
    return model


def merged(model: nn.Module) -> nn.Module:
    """The model with its added matrices folded into its own weights."""
    name = body_name(model)
    body = getattr(model, name)
    if hasattr(body, "merge_and_unload"):
        setattr(model, name, body.merge_and_unload())
    return model


def mixed(model: nn.Module, start: Mapping[str, torch.Tensor], keep: float) -> nn.Module:
    """The model with every weight moved the share `keep` of the way back to `start` (Wortsman et al. 2022, WiSE-FT)."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name in start:
                weight.lerp_(start[name].to(weight), keep)
    return model


def body_name(model: nn.Module) -> str:
    """The attribute that holds the pretrained part of a classifier."""
    return "encoder" if isinstance(model, SentenceClassifier) else str(model.base_model_prefix)


def _too_big(lesson: Lesson) -> UserError:
    rows = lesson.config.batch_size
    return UserError(
        f"{lesson.device.name} ran out of memory with {rows} rows of up to {lesson.max_tokens} tokens per step.",
        f"Take {max(1, rows // 2)} rows per step with {lesson.config.gradient_accumulation_steps * 2} steps per "
        "update, a smaller longest text, or the method lora.",
    )
