"""Learner of pretrained networks: linear probe first, then fine-tuning of all weights, of LoRA matrices, or of none."""

import gc
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import nn
from transformers import PrinterCallback

from core.callbacks import Watch
from core.config import Descent, Head, Lora
from core.data.splits.parts import Part
from core.device import Device, choose
from core.errors import ConfigError, UserError
from core.events import LogEvent, Measured, Progress
from core.failpoints import failpoint
from core.learners.backbones.base import Backbone
from core.learners.base import Lesson, Model
from core.learners.network import Network
from core.learners.shared import SharedVectors
from core.models import locate
from core.quote.work import FORWARDS
from core.targets import Target
from core.targets.base import FittedHead
from core.tasks import Task
from core.tasks.task import resolved
from core.training.batches import LengthBatches, RowNumbers, cuts_by_rows, cuts_by_tokens
from core.training.best import Best
from core.training.cached import content_key
from core.training.checkpoints import newest_whole, step_of
from core.training.earlier_releases import earlier_identities
from core.training.heads import last_layer
from core.training.linear import Labelled
from core.training.loop import LengthTrainer, TrainerData
from core.training.norms import hold_statistics, let_go
from core.training.reporting import Reporting
from core.training.settings import optimizer, training_arguments
from core.training.steps import resolved_epochs, updates_per_pass
from core.training.vectors import head_vectors


class Pretrained:
    """Learner from pretrained weights; see `core.learners.base.Learner`."""

    has_start = True
    """Whether the starting weights are pretrained, so that a linear head is fitted before anything else learns."""

    def __init__(self, lesson: Lesson, backbone: Backbone | None = None) -> None:
        self.lesson = lesson
        self.config, self.prepared, self.together = lesson.config, lesson.prepared, lesson.together
        self._backbone = backbone

    @cached_property
    def backbone(self) -> Backbone:
        """Pretrained model to start from, downloaded if need be."""
        if self._backbone is not None:
            return self._backbone
        source = locate(self.config.model, self.lesson.models, lambda text: self.lesson.report(LogEvent(text=text)))
        opened: Backbone = resolved(self.lesson.task.backbone)(self.config, source, self.prepared.train.inputs)
        return opened

    @cached_property
    def device(self) -> Device:
        """Device and precision of the training."""
        return choose(self.backbone.precision)

    @property
    def _cache(self) -> Path:
        return self.lesson.cache

    def check(self) -> None:
        """Checks before training, and reports notes. Raises ModelError when the model cannot read these rows."""
        notes = list(self.backbone.check(self.prepared, self._cache))
        say = self.lesson.report
        say(LogEvent(text=f"Computing on {self.device.words}."))
        for note in notes:
            say(LogEvent(text=note))
        if isinstance(self.config.learning, Descent):
            epochs = resolved_epochs(self.config, len(self.prepared.train))
            say(LogEvent(text=f"Training reads every row {epochs} times."))
            if self.together.size > 1:
                rows = self.config.learning.batch_size
                say(LogEvent(text=f"{self.together.size} processes share the {rows} rows of every step."))

    @cached_property
    def identity(self) -> str:
        """Hash of everything that a checkpoint must share with this lesson to be resumed by it.

        Without the number of processes: they share each batch, so any number of them may resume. But a CUDA device
        has other batches, and fp16 a loss scale of its own.
        """
        settings = self.config.model_dump_json(exclude={"processes", "margin"})
        return content_key(settings, repr(self.lesson.target), self.prepared.train.row_ids, self._of_device)

    @property
    def _of_device(self) -> str:
        return f"{self.device.kind == 'cuda'} {self.device.precision == 'fp16'}"

    def _checkpoint(self) -> Path | None:
        """Newest whole checkpoint of this lesson, also one that an earlier release left."""
        rows, target = self.prepared.train.row_ids, self.lesson.target
        identities = [self.identity, *earlier_identities(self.config, target, rows, self._of_device)]
        return next(filter(None, (newest_whole(self.lesson.checkpoints, identity=one) for one in identities)), None)

    def rows(self, part: Part, target: Target) -> RowNumbers:
        """Encoded rows and targets of a part, as a torch dataset."""
        return RowNumbers(self.backbone.encode(part.inputs, self._cache), target.encode(part.targets))

    def learn(self) -> Network:
        """Trains the network; see `core.learners.base.Learner.learn`."""
        network, target = self._taught()
        target = target.settle(network)
        facts = {"epochs": resolved_epochs(self.config, len(self.prepared.train)), "device": self.device.words}
        start = self.backbone.weights if self._learns_a_head_alone and self.backbone.keeps_vectors(network) else None
        return Network(network, self.backbone, target, choose("fp32"), cache=self._cache, start=start, facts=facts)

    @property
    def _learns_a_head_alone(self) -> bool:
        return self.has_start and isinstance(self.config.learning, Head)

    def _taught(self) -> tuple[nn.Module, Target]:
        config, together = self.config, self.together
        torch.manual_seed(config.seed)
        failpoint("run.loading")
        network, target = self.start()
        checkpoint = together.shared(self._checkpoint() if together.is_first else None)
        learning = config.learning
        keep = float(getattr(learning, "keep_start", 0.0))
        if self.has_start and together.is_first and (checkpoint is None or keep):
            place(network, self.linear_head(network, target))
        if not isinstance(learning, Descent):
            return network, target
        start = {name: weight.detach().clone() for name, weight in network.named_parameters()} if keep else {}
        if isinstance(learning, Lora):
            network = self._with_lora(network, learning)
        self._train(network, target, learning, checkpoint)
        if self.device.kind == "cuda":  # training leaves reference cycles; inference wants the memory
            gc.collect()
            torch.cuda.empty_cache()
        return mixed(self._merged(network), start, keep), target

    def start(self) -> tuple[nn.Module, Target]:
        """Network before training, and the target as its last layer can express it."""
        network = self.backbone.build(self.lesson.target, self.config, self.device)
        has_bias = last_layer(network).bias is not None
        return network, self.lesson.target if has_bias else self.lesson.target.without_offset()

    def linear_head(self, network: nn.Module, target: Target) -> FittedHead:
        """Linear probe: the best linear head on the embeddings of the network as it comes."""
        train = self._labelled(network, self.prepared.train, target)
        spare = self.prepared.validation
        validation = self._labelled(network, spare, target) if len(spare) else None
        step = 0

        def tell(measured: Mapping[str, float]) -> None:
            nonlocal step
            step += 1
            if isinstance(self.config.learning, Head):
                for name, value in measured.items():
                    self.lesson.report(Measured(name=f"validation/{name}", value=value, step=step))

        return target.fit_head(
            self.config,
            train,
            validation,
            with_bias=last_layer(network).bias is not None,
            seed=self.config.seed,
            tell=tell,
        )

    def _labelled(self, network: nn.Module, part: Part, target: Target) -> Labelled:
        def watch(done: int, total: int) -> None:
            self.lesson.report(Progress(done=done, total=total))

        return Labelled(self.vectors(network, part, self.device, watch), target.encode(part.targets))

    def vectors(self, network: nn.Module, part: Part, device: Device, watch: Watch) -> np.ndarray:
        """Embeddings that the last layer of the network reads, float32 (rows, width)."""
        return head_vectors(
            network,
            self.backbone.encode(part.inputs, self._cache),
            weights=self.backbone.weights,
            device=device,
            cache=self._cache if self.backbone.keeps_vectors(network) else None,
            watch=watch,
        )

    def again(self, lesson: Lesson) -> "Pretrained":
        """Learner of another lesson, from the same pretrained model; from scratch, with an architecture of its own."""
        return type(self)(lesson, self.backbone if self.has_start else self._backbone)

    def vectors_once(self, pool: Part) -> SharedVectors | None:
        """Embeddings of these rows and of the test rows, computed now; None where more than a head learns."""
        if not self._learns_a_head_alone:
            return None
        network, _ = self.start()
        if not self.backbone.keeps_vectors(network):
            return None
        test = self.prepared.test
        total = len(pool) + len(test)

        def watch(before: int) -> Watch:
            return lambda read, _of: self.lesson.report(Progress(done=before + read, total=total))

        learned = self.vectors(network, pool, self.device, watch(0))
        judged = self.vectors(network, test, choose("fp32"), watch(len(pool)))
        return SharedVectors(self.config, pool, test, learned, judged, last_layer(network).bias is not None)

    def _train(self, network: nn.Module, target: Target, learning: Descent, checkpoint: Path | None) -> None:
        """Runs the training loop; the best weights are in the network afterwards, where validation rows choose them."""
        config, data = self.config, self._trainer_data(target, learning)
        keeps_best = config.preset == "best" or learning.early_stopping is not None
        best = Best(learning.early_stopping) if keeps_best and data.validation else None
        if keeps_best and not data.validation:
            self.lesson.report(
                LogEvent(text="There are no validation rows, so the last pass is kept, whether or not it is the best.")
            )
        epochs = resolved_epochs(config, len(data.train))
        arguments = training_arguments(config, learning, self.device, epochs=epochs, folder=self.lesson.checkpoints)
        steps_a_row = updates_per_pass(learning, len(data.train)) / max(1, len(data.train))
        a_row = steps_a_row * FORWARDS["answering"] / FORWARDS[learning.method]
        reporting = Reporting(
            self.lesson.report,
            after_steps=len(self.prepared.test) * a_row,
            check_steps=len(data.validation or ()) * a_row,
            together=self.together,
        )
        moves = optimizer(learning, self.device)
        trainer = LengthTrainer(network, arguments, data, optimizer=moves, report=self.lesson.report, best=best)
        trainer.remove_callback(PrinterCallback)
        trainer.add_callback(reporting)
        if self.together.size > 1:  # each rank draws other dropout masks
            torch.manual_seed(config.seed + self.together.number)
        if checkpoint:
            self.lesson.report(LogEvent(text=f"Resumed from the checkpoint after step {step_of(checkpoint)}."))
            if best:
                best.load(checkpoint)
        if self.has_start:
            hold_statistics(network)
        try:
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        except torch.OutOfMemoryError:
            raise self._too_big(learning) from None
        finally:
            let_go(network)
        # Accelerate leaves its mixed-precision forward on the model; without it the class's own is back.
        vars(network).pop("forward", None)
        vars(network).pop("_original_forward", None)
        if reporting.stopped:
            raise reporting.stopped
        if best:
            best.restore(network)

    def _trainer_data(self, target: Target, learning: Descent) -> TrainerData:
        train = self.rows(self.prepared.train, target)
        validation = self.rows(self.prepared.validation, target) if len(self.prepared.validation) else None
        sizes, on_cuda = train.encoded.sizes, self.device.kind == "cuda"
        if on_cuda:
            cuts = cuts_by_tokens(sizes, int(learning.batch_size * sizes.mean()))
        else:
            cuts = cuts_by_rows(len(train), learning.batch_size)
        weigh = target.weigh(self.config, train.targets)
        return TrainerData(
            train=train,
            validation=validation,
            batches=LengthBatches(sizes, cuts, self.config.seed),
            target=target,
            loss=target.loss(self.config, train.targets),
            device=self.device,
            checkpoints=self.lesson.checkpoints,
            identity=self.identity,
            weigh=weigh,
            usual=weigh(train.targets) / (len(cuts) - 1) if on_cuda else None,
            multiple=self.backbone.multiple if on_cuda else 1,
            augment=self.backbone.augment(train.encoded, self.config),
            together=self.together,
        )

    def _with_lora(self, network: nn.Module, learning: Lora) -> nn.Module:
        """LoRA: low-rank trainable matrices beside every linear layer of the body; the head learns as it is."""
        from peft import LoraConfig, get_peft_model

        settings = LoraConfig(
            r=learning.lora_rank,
            lora_alpha=learning.lora_alpha,
            lora_dropout=learning.lora_dropout,
            target_modules="all-linear",
        )
        name = self.backbone.body(network)
        try:
            body = get_peft_model(getattr(network, name), settings)
        except ValueError:
            raise ConfigError(
                f"{self.config.model} has no layers that LoRA could add to.", "Choose the method full."
            ) from None
        setattr(network, name, body)
        return network

    def _merged(self, network: nn.Module) -> nn.Module:
        """Network with its LoRA matrices merged into its own weights."""
        name = self.backbone.body(network)
        body = getattr(network, name)
        if hasattr(body, "merge_and_unload"):
            setattr(network, name, body.merge_and_unload())
        return network

    def _too_big(self, learning: Descent) -> UserError:
        rows = learning.batch_size
        return UserError(
            f"{self.device.name} ran out of memory with {rows} rows of up to {self.backbone.unit} per step.",
            f"Take {max(1, rows // 2)} rows per step with {learning.gradient_accumulation_steps * 2} steps per "
            "update, a smaller longest text, or the method lora.",
        )

    @classmethod
    def open(cls, bundle: Path, task: Task, target: Target) -> Model:
        """Opens the network of a bundle. Raises ModelError when the folder holds no whole one."""
        opened: Model = resolved(task.network).open(bundle, target)
        return opened


def place(network: nn.Module, head: FittedHead) -> None:
    """Copies a fitted head into the network's last layer."""
    layer = last_layer(network)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(head.weight))
        if layer.bias is not None:
            layer.bias.copy_(torch.from_numpy(head.bias))


def mixed(network: nn.Module, start: Mapping[str, torch.Tensor], keep: float) -> nn.Module:
    """Weight interpolation (WiSE-FT, Wortsman et al. 2022): each moved the share `keep` of the way back to `start`."""
    with torch.no_grad():
        for name, weight in network.named_parameters():
            if name in start:
                weight.lerp_(start[name].to(weight), keep)
    return network
