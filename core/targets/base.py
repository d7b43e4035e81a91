"""Protocols of a kind of target (a class, a number) and of a target fitted to the rows of a run."""

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
"""Sum of the sample weights of rows with these encoded targets, the denominator of the mean loss."""
Tell = Callable[[dict[str, float]], None]
"""Callback with the validation metrics of one hyperparameter candidate."""


class FittedHead(Protocol):
    """Fitted linear layer: weight (outputs, width) and bias (outputs,), float32."""

    @property
    def weight(self) -> np.ndarray:
        """Weight matrix, a row for each output."""
        ...

    @property
    def bias(self) -> np.ndarray:
        """Bias vector, a number for each output."""
        ...


class Targets(Protocol):
    """One kind of target, before any row is seen."""

    name: ClassVar[str]
    """The kind of the answers: "class", "number"."""
    lacking: ClassVar[str]
    """Phrase for what a row without a target lacks: "an answer"."""
    checks: ClassVar[tuple[Check, ...]]
    tidying: ClassVar[Mapping[str, Callable[[str], str]]]
    """Cell function of each step of `Preparation`; a step that is missing leaves this kind alone."""

    def read(self, column: pd.Series) -> tuple[pd.Series, tuple[str, ...]]:
        """Parses cells to plain strings, blank where there is no target, and gives notes on how they were read."""
        ...

    def strata(self, cells: pd.Series, *, as_at_first: bool = False) -> pd.Series:
        """Stratum of each target, for stratified splits; `as_at_first` for those that an earlier version made."""
        ...

    def drawn_by(self, cells: pd.Series) -> pd.Series:
        """Group of each target; a limit on labelled rows draws alike many of each."""
        ...

    def fit(self, cells: pd.Series, parts: pd.Series, learned: pd.Series) -> "Target":
        """Fits the target to these rows; `learned` are the training cells before a limit on labelled rows.

        Raises DatasetError where there is nothing to learn.
        """
        ...

    def chooses(self, cells: pd.Series, parts: pd.Series) -> pd.Series:
        """Mask of the rows whose target a model of the training rows can give; others are no use as validation rows."""
        ...

    def remarks(self, cells: pd.Series, parts: pd.Series) -> tuple[str, ...]:
        """Notes on what the split does to the targets."""
        ...

    def opened(self, about: Mapping[str, Any]) -> "Target":
        """The target of a bundle, from its run.json: what a settled network's outputs stand for."""
        ...


class Target(Protocol):
    """A target fitted to a run's rows: what a network's outputs stand for."""

    kind: ClassVar[str]

    @property
    def size(self) -> int:
        """Number of the network's outputs."""
        ...

    @property
    def words(self) -> str:
        """Phrase for what there is to learn, after "rows": "in 8 classes"."""
        ...

    @property
    def about(self) -> dict[str, Any]:
        """Entries of a bundle's run.json."""
        ...

    @property
    def network(self) -> dict[str, Any]:
        """Entries of a transformers config: labels or regression."""
        ...

    def encode(self, cells: Sequence[str]) -> np.ndarray:
        """Encodes targets as a network learns them, one a row."""
        ...

    def loss(self, config: RunConfig, encoded: np.ndarray) -> "Loss":
        """Loss function of outputs and encoded targets of a batch."""
        ...

    def weigh(self, config: RunConfig, encoded: np.ndarray) -> Weigh:
        """Sum of sample weights, the denominator of the mean that `loss` is."""
        ...

    def measure(self, outputs: np.ndarray, encoded: np.ndarray) -> dict[str, float]:
        """Validation loss and metrics, while learning."""
        ...

    def quality(self, measured: Mapping[str, float]) -> float:
        """Validation score that chooses the best weights; larger is better."""
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
        """Fits the best linear layer on frozen embeddings; `tell` hears each candidate's metrics."""
        ...

    def without_offset(self) -> "Target":
        """The target for a last layer that has no bias."""
        ...

    def settle(self, module: "torch.nn.Module") -> "Target":
        """Folds the target's scaling into the last layer, and gives the target that the outputs then stand for."""
        ...

    def calibrate(self, module: "torch.nn.Module", choosing: Answers) -> tuple[Answers, float | None]:
        """Folds the temperature that answers to validation rows ask for into the last layer, where the kind has one.

        Gives those answers after it, and the temperature; None where none was fitted.
        """
        ...

    def decode(self, outputs: np.ndarray, part: Part) -> Answers:
        """Decodes a network's outputs into answers for the rows of `part`."""
        ...

    def ranged(self, answers: Answers, choosing: Answers | None) -> Answers:
        """Answers with prediction intervals, calibrated on those for validation rows, where the kind has them."""
        ...

    def about_intervals(self, choosing: Answers | None) -> dict[str, Any]:
        """What a bundle's run.json keeps of how far off answers may be, so that it can say so anywhere."""
        ...
