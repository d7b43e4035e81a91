"""Task definition: a pair of inputs and targets with the learners that suit it. All else about a run is shared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from core.config.run import RunConfig
from core.config.tasks import TaskSettings
from core.errors import ConfigError
from core.inputs.base import Inputs
from core.targets.base import Targets

if TYPE_CHECKING:  # a learner may import torch
    from core.learners.base import Learner


def resolved(place: str) -> Any:
    """Imports the object at "module:name" now."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


@dataclass(frozen=True)
class Task:
    """Task definition: inputs, targets, learners and baselines.

    `column` names the setting that holds the inputs' column. `learners` maps a method to where its class stands, as
    "module:Class"; it is imported where it is needed. `baselines` are names in `core.baselines.BASELINES`, the
    plainest first and the one that learns the most last.
    """

    name: str
    title: str
    answer_title: str
    """What the answer is called where a person chooses it: "A class", "A number"."""
    settings: type[TaskSettings]
    column: str
    inputs: Inputs
    targets: Targets
    learners: Mapping[str, str]
    baselines: tuple[str, ...]
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
    capabilities: frozenset[str] = field(default=frozenset())
    """Feature flags of pages, beyond what every task has."""

    def input_column(self, config: RunConfig) -> str:
        """The column that holds the inputs."""
        return str(getattr(config.task, self.column))

    def learner(self, method: str) -> "type[Learner]":
        """The learner of this name. Raises ConfigError where the task has none."""
        if method not in self.learners:
            known = ", ".join(self.learners)
            raise ConfigError(f"'{method}' is no way to learn {self.title.lower()}.", f"Choose one of {known}.")
        learner: type[Learner] = resolved(self.learners[method])
        return learner
