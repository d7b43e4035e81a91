"""Task definition: a pair of inputs and targets with the learners that suit it. All else about a run is shared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from core.config.run import RunConfig
from core.config.tasks import TaskSettings
from core.errors import ConfigError

if TYPE_CHECKING:  # a learner may import torch, inputs and targets pandas
    from core.inputs.base import Inputs
    from core.learners.base import Learner
    from core.targets.base import Targets

Given = TypeVar("Given")


def resolved(place: str) -> Any:
    """Imports the object at "module:name" now."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


class Later(Generic[Given]):
    """Field (a descriptor) that may be given as a function, which is called when the field is first read."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = f"_{name}"

    def __get__(self, task: "Task | None", owner: type) -> Given:
        if task is None:
            raise AttributeError(self._name)  # so a dataclass knows that there is no default
        found = vars(task)[self._name]
        if callable(found):
            found = vars(task)[self._name] = found()
        return cast("Given", found)

    def __set__(self, task: "Task", given: Given | Callable[[], Given]) -> None:
        vars(task)[self._name] = given


@dataclass(frozen=True)
class Task:
    """Task definition: inputs, targets, learners and baselines.

    `column` names the setting that says where the inputs stand. `inputs` and `targets` may be functions that give them:
    whoever only needs a task's settings then loads neither. `learners` maps a method to where its class stands, as
    "module:Class"; it is imported where it is needed. `baselines` are names in `core.baselines.BASELINES`, the
    plainest first and the one that learns the most last.
    """

    name: str
    title: str
    answer_title: str
    """What the answer is called where a person chooses it: "A class", "A number"."""
    settings: type[TaskSettings]
    column: str
    learners: Mapping[str, str]
    baselines: tuple[str, ...]
    inputs: "Later[Inputs]" = Later()
    targets: "Later[Targets]" = Later()
    network: str = ""
    """The class that opens a bundle's network, as "module:Class"."""
    backbone: str = ""
    """The class of pretrained models that read these inputs, as "module:Class"."""
    pipeline: str = "other"
    """The task's name on the Hub, which transformers' `pipeline` takes too."""
    example: str = ""
    """Example arguments of such a pipeline, as Python writes them; empty where none opens it."""
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Preset values of settings, where they are not the same for every task."""
    preset_meaning: str = ""
    """What each preset does, as the setting's own meaning says it, where that is another for this task."""
    capabilities: frozenset[str] = field(default=frozenset())
    """Feature flags of pages, beyond what every task has."""

    def input_columns(self, config: RunConfig) -> tuple[str, ...]:
        """The columns that hold the inputs."""
        return self.inputs.columns(config.task)

    def learner(self, method: str) -> "type[Learner]":
        """The learner of this name. Raises ConfigError where the task has none."""
        if method not in self.learners:
            known = ", ".join(self.learners)
            raise ConfigError(f"'{method}' is no way to learn {self.title.lower()}.", f"Choose one of {known}.")
        learner: type[Learner] = resolved(self.learners[method])
        return learner
