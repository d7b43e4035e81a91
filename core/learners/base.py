"""Protocols of learners and of the models that they train, as the rest of the engine sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from core.answers import Answers
from core.callbacks import Watch
from core.config import RunConfig
from core.data.splits.parts import Part
from core.events import Report
from core.novelty import Layers
from core.preparation import Prepared
from core.targets import Target
from core.tasks import Task
from core.training.together import ALONE, Together

Unread = Literal["", "end", "beginning"]
"""What of an input is not read."""


@dataclass(frozen=True)
class Lesson:
    """Input of a learner: settings, prepared rows, folders of models, checkpoints and cache, event callback."""

    config: RunConfig
    task: Task
    prepared: Prepared
    models: Path
    checkpoints: Path
    cache: Path
    report: Report
    together: Together = field(default=ALONE)

    @property
    def target(self) -> Target:
        """Target, fitted to the rows."""
        return self.prepared.target


class Model(Protocol):
    """Trained model."""

    @property
    def facts(self) -> Mapping[str, object]:
        """Entries of the bundle's run.json about the training: epochs, device."""
        ...

    def answer(self, part: Part, watch: Watch = ...) -> Answers:
        """Predictions for the rows of a part, in full precision (fp32): what the bundle will say anywhere."""
        ...

    def save(self, folder: Path) -> None:
        """Saves everything that the model needs to be opened again, in formats that open without this program."""
        ...

    def cut(self, inputs: Sequence[str]) -> list[Unread]:
        """Truncation of each input: what of it is not read where it is longer than the model reads; "" elsewhere."""
        ...


@runtime_checkable
class Calibratable(Protocol):
    """Trained model whose confidence can be calibrated before it is saved."""

    def calibrate(self, choosing: Answers) -> Answers:
        """Calibrates the confidence of all later answers on those for validation rows, which are given after it."""
        ...


class Represented(NamedTuple):
    """Predictions for rows, and their embeddings: of the last layer, which they come from, then of earlier ones."""

    answers: Answers
    layers: Layers


@runtime_checkable
class Represents(Protocol):
    """Trained model with embeddings, by which rows unlike the training rows can be told. Others have none."""

    def represent(self, part: Part, watch: Watch = ...) -> Represented:
        """Predictions for the rows of a part, as `answer` gives them, with their embeddings, in one pass."""
        ...


class Learner(Protocol):
    """Training method of a task, applied to a lesson."""

    def __init__(self, lesson: Lesson) -> None: ...

    def check(self) -> None:
        """Checks before training, and reports notes. Raises UserError for what could not be learned."""
        ...

    def learn(self) -> Model:
        """Trains the model. Resumes from a whole checkpoint when there is one.

        Raises Stopped, after saving a checkpoint, when the report does; UserError when training runs away or out of
        memory. Among several processes every one calls this, and the first one's model is the one to keep.
        """
        ...

    @classmethod
    def open(cls, bundle: Path, task: Task, target: Target) -> Model:
        """Opens the model of a bundle. Raises ModelError when the folder holds no whole one."""
        ...
