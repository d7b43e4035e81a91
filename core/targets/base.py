"""Targets as a kind (a class, a number), and one fitted to the rows of a run."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
import pandas as pd

from core.answers import Answers
from core.config.run import RunConfig
from core.data.splits.parts import Part
from core.inputs.base import Check

if TYPE_CHECKING:  # torch is imported in the run process and the predictor only
    import torch

    from core.training.linear import Labelled

    Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

Weigh = Callable[[np.ndarray], float]
"""How much rows with these encoded targets weigh together in the mean that a loss is."""
Tell = Callable[[dict[str, float]], None]
"""Hears the validation metrics of one candidate."""


class FittedHead(Protocol):
    """A linear layer that was fitted: weight (outputs, width) and bias (outputs,), float32."""

    @property
    def weight(self) -> np.ndarray:
        """A row for each output."""
        ...

    @property
    def bias(self) -> np.ndarray:
        """A number for each output."""
        ...


class Targets(Protocol):
    """One kind of target, before any row is seen."""

    name: ClassVar[str]
    """The kind of the answers: "class", "number"."""
    lacking: ClassVar[str]
    """What a row without a target lacks: "an answer"."""
    checks: ClassVar[tuple[Check, ...]]
    tidying: ClassVar[Mapping[str, Callable[[str], str]]]
    """What each step of `Preparation` does to a cell; a step that is missing leaves this kind alone."""

    def read(self, column: pd.Series) -> tuple[pd.Series, tuple[str, ...]]:
        """The cells as plain strings, blank where there is no target, and sentences on how they were read."""
        ...

    def strata(self, cells: pd.Series) -> pd.Series:
        """The stratum of each target: a split keeps the share of each."""
        ...

    def drawn_by(self, cells: pd.Series) -> pd.Series:
        """The group of each target of which a limit on labelled rows draws alike many."""
        ...

    def fit(self, cells: pd.Series, parts: pd.Series, learned: pd.Series) -> "Target":
        """The target of these rows; `learned` are the training cells before a limit on labelled rows.

        Raises DatasetError where there is nothing to learn.
        """
        ...

    def remarks(self, cells: pd.Series, parts: pd.Series) -> tuple[str, ...]:
        """Sentences on what the split does to the targets."""
        ...

    def opened(self, about: Mapping[str, Any]) -> "Target":
        """The target of a bundle, from its run.json: what a settled network's outputs stand for."""
        ...


class Target(Protocol):
    """A target fitted to a run's rows: what a network's outputs stand for."""

    kind: ClassVar[str]

    @property
    def size(self) -> int:
        """How many outputs a network has."""
        ...

    @property
    def words(self) -> str:
        """What there is to learn, after "rows": "in 8 classes"."""
        ...

    @property
    def about(self) -> dict[str, Any]:
        """What a bundle's run.json keeps of it."""
        ...

    @property
    def network(self) -> dict[str, Any]:
        """What a transformers config says of the outputs."""
        ...

    def encode(self, cells: Sequence[str]) -> np.ndarray:
        """Targets as a network learns them, one a row."""
        ...

    def loss(self, config: RunConfig, encoded: np.ndarray) -> "Loss":
        """What learning makes small, from outputs and encoded targets of a batch."""
        ...

    def weigh(self, config: RunConfig, encoded: np.ndarray) -> Weigh:
        """How much rows weigh together in the mean that `loss` is."""
        ...

    def measure(self, outputs: np.ndarray, encoded: np.ndarray) -> dict[str, float]:
        """The loss and the metrics of validation rows while learning."""
        ...

    def quality(self, measured: Mapping[str, float]) -> float:
        """What chooses the best weights; larger is better."""
        ...

    def fit_head(
        self,
        config: RunConfig,
        train: "Labelled",
        validation: "Labelled | None",
        *,
        with_bias: bool,
        seed: int,
        tell: Tell,
    ) -> "FittedHead":
        """The best linear layer on fixed vectors."""
        ...

    def without_offset(self) -> "Target":
        """The target for a last layer that has no bias."""
        ...

    def settle(self, module: "torch.nn.Module") -> "Target":
        """Make the network answer in the target's own unit, and give the target that its outputs then stand for."""
        ...

    def decode(self, outputs: np.ndarray, part: Part) -> Answers:
        """A network's outputs as answers for the rows of `part`."""
        ...

    def ranged(self, answers: Answers, choosing: Answers | None) -> Answers:
        """The answers with how far off each may be, judged by those to validation rows, where the kind has that."""
        ...

    def about_ranges(self, choosing: Answers | None) -> dict[str, Any]:
        """What a bundle's run.json keeps of how far off answers may be, so that it can say so anywhere."""
        ...
