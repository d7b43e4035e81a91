"""Learners and the models that they leave, as the rest of the engine sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from core.answers import Answers
from core.callbacks import Watch
from core.config import RunConfig
from core.data.splits.parts import Part
from core.events import Report
from core.preparation import Prepared
from core.targets import Target
from core.tasks import Task
from core.training.together import ALONE, Together


@dataclass(frozen=True)
class Lesson:
    """What there is to learn, from what, and where to keep notes on the way."""

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
        """What is learned, fitted to the rows."""
        return self.prepared.target


class Model(Protocol):
    """A taught model."""

    @property
    def facts(self) -> Mapping[str, object]:
        """What stands in the bundle's run.json about how it was taught: passes, device."""
        ...

    def answer(self, part: Part, watch: Watch = ...) -> Answers:
        """The answers to the rows of a part, in full precision: what the bundle will say anywhere."""
        ...

    def save(self, folder: Path) -> None:
        """Everything that the model needs to be opened again, in formats that open without this program."""
        ...

    def cut(self, inputs: Sequence[str]) -> list[bool]:
        """Which inputs are longer than the model reads: of these it sees the beginning only."""
        ...


class Learner(Protocol):
    """One way to learn a task, set to work on a lesson."""

    def __init__(self, lesson: Lesson) -> None: ...

    def check(self) -> None:
        """Say what is ahead. Raises UserError for what could not be learned, before anything is taught."""
        ...

    def learn(self) -> Model:
        """The taught model. Resumes from a whole checkpoint when there is one.

        Raises Stopped, after saving a checkpoint, when the report does; UserError when training runs away or out of
        memory. Among several processes every one calls this, and the first one's model is the one to keep.
        """
        ...

    @classmethod
    def open(cls, bundle: Path, task: Task, target: Target) -> Model:
        """The model that a bundle holds. Raises ModelError when the folder holds no whole one."""
        ...
