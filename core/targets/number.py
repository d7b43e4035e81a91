"""Regression target: squared, absolute or Huber loss on standardised numbers; the smallest error chooses weights."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from core.answers import Answers, NumberAnswers
from core.config.run import RunConfig
from core.config.tasks import LearnsNumber
from core.data.rows.numbers import read_numbers
from core.data.rows.values import number_text
from core.data.splits.parts import Part
from core.errors import DatasetError
from core.evaluation.conformal import PredictionIntervals, learn_intervals
from core.inputs.base import Check
from core.targets import number_checks
from core.targets.base import FittedHead, Tell, Weigh

if TYPE_CHECKING:
    import torch

    from core.targets.base import Loss
    from core.training.linear import Labelled

STRATA = 4
"""Few, for a number that comes or changes moves the edges between them, and rows with them."""
FIRST_STRATA = 10


class NumberTargets:
    """Number targets; see `core.targets.base.Targets`."""

    name: ClassVar[str] = "number"
    lacking: ClassVar[str] = "an answer that is a number"
    checks: ClassVar[tuple[Check, ...]] = (
        number_checks.no_numbers,
        number_checks.unreadable_numbers,
        number_checks.one_number,
        number_checks.number_or_class,
        number_checks.far_numbers,
        number_checks.no_intervals,
    )
    tidying: ClassVar[Mapping[str, Callable[[str], str]]] = {}

    def read(self, column: pd.Series) -> tuple[pd.Series, tuple[str, ...]]:
        """Shortest text of each number, blank where a cell holds none; and notes on how cells were read."""
        found = read_numbers(column)
        return pd.Series([number_text(float(value)) or "" for value in found.values], dtype=object), found.notes

    def strata(self, cells: pd.Series, *, as_at_first: bool = False) -> pd.Series:
        """Quartile of each number (at first decile), so that every part has small and large ones."""
        numbers = pd.to_numeric(cells, errors="coerce").astype(float)
        if not len(numbers):
            return cells
        edges = np.unique(np.quantile(numbers, np.linspace(0, 1, (FIRST_STRATA if as_at_first else STRATA) + 1)[1:-1]))
        return pd.Series(np.searchsorted(edges, numbers), index=cells.index).astype(str)

    def drawn_by(self, cells: pd.Series) -> pd.Series:
        """One group: a limit on labelled rows is one for all."""
        return pd.Series("", index=cells.index, dtype=object)

    def fit(self, cells: pd.Series, parts: pd.Series, learned: pd.Series) -> "NumberTarget":
        """Mean and spread of the training rows. Raises DatasetError where all have one number."""
        taught = cells[parts == "train"].to_numpy(np.float64)
        if len(np.unique(taught)) < 2:
            only = f"only {number_text(float(taught[0]))}" if len(taught) else "none"
            raise DatasetError(
                f"The rows to learn from need at least two different numbers, and have {only}.",
                "Check the target column, or split the rows in another way.",
            )
        return NumberTarget(float(taught.mean()), float(taught.std()))

    def chooses(self, cells: pd.Series, parts: pd.Series) -> pd.Series:
        """All rows: a model can give any number."""
        return pd.Series(data=True, index=cells.index)

    def remarks(self, cells: pd.Series, parts: pd.Series) -> tuple[str, ...]:
        """Note on test numbers outside the range of the training rows (extrapolation)."""
        numbers = cells.astype(float)
        taught, asked = numbers[parts == "train"], numbers[parts == "test"]
        beyond = int(((asked < taught.min()) | (asked > taught.max())).sum())
        if not beyond:
            return ()
        return (
            f"{beyond:,} of {len(asked):,} test rows have a number outside of those that are learned from "
            f"({number_text(float(taught.min()))} to {number_text(float(taught.max()))}).",
        )

    def opened(self, about: Mapping[str, Any]) -> "NumberTarget":
        """Target of a settled network, which answers in the target's own unit: mean 0, spread 1."""
        return NumberTarget(0.0, 1.0)


@dataclass(frozen=True)
class NumberTarget:
    """Fitted regression target, standardised while a network learns it; see `core.targets.base.Target`."""

    kind: ClassVar[str] = "number"

    mean: float
    spread: float

    @property
    def size(self) -> int:
        """One output."""
        return 1

    @property
    def words(self) -> str:
        """Phrase with the mean of the numbers."""
        return f"with numbers around {number_text(float(f'{self.mean:.4g}'))}"

    @property
    def about(self) -> dict[str, Any]:
        """Mean and standard deviation of the training rows, as run.json holds them."""
        return {"target": {"mean": self.mean, "spread": self.spread}}

    @property
    def network(self) -> dict[str, Any]:
        """Regression with one output."""
        return {"num_labels": 1, "problem_type": "regression"}

    def encode(self, cells: Sequence[str]) -> np.ndarray:
        """Standardised numbers, float32."""
        numbers = np.array(cells, np.float64)
        return ((numbers - self.mean) / self.spread).astype(np.float32)

    def loss(self, config: RunConfig, encoded: np.ndarray) -> "Loss":
        """Regression loss as configured, on standardised numbers."""
        from core.training.losses import regression

        return regression(_settings(config).loss)

    def weigh(self, config: RunConfig, encoded: np.ndarray) -> Weigh:
        """Number of rows: each weighs 1."""
        return len

    def measure(self, outputs: np.ndarray, encoded: np.ndarray) -> dict[str, float]:
        """Mean squared error of the standardised numbers, and mean absolute error in the target's unit."""
        errors = outputs[:, 0].astype(np.float64) - encoded
        return {"loss": float(np.square(errors).mean()), "mae": float(np.abs(errors).mean()) * self.spread}

    def quality(self, measured: Mapping[str, float]) -> float:
        """Negative mean absolute error."""
        return -measured["mae"]

    def fit_head(
        self,
        config: RunConfig,
        train: "Labelled",
        validation: "Labelled | None",
        *,
        with_bias: bool,
        seed: int,
        tell: Tell,
    ) -> FittedHead:
        """Ridge regression."""
        from core.training.ridge import fit_ridge

        return fit_ridge(
            train,
            validation,
            loss=_settings(config).loss,
            with_bias=with_bias,
            tell=lambda error, squared: tell({"mae": error * self.spread, "loss": squared}),
        )

    def without_offset(self) -> "NumberTarget":
        """Target without centring, for a last layer without bias: the layers before learn the mean."""
        return replace(self, mean=0.0)

    def settle(self, module: "torch.nn.Module") -> "NumberTarget":
        """Folds spread and mean into the last layer, so that the network answers in the target's own unit."""
        import torch

        from core.training.heads import last_layer

        layer = last_layer(module)
        with torch.no_grad():
            layer.weight.mul_(self.spread)
            if layer.bias is not None:
                layer.bias.mul_(self.spread).add_(self.mean)
        return NumberTarget(0.0, 1.0)

    def calibrate(self, module: "torch.nn.Module", choosing: Answers) -> tuple[Answers, float | None]:
        """The same: a number has no confidence; see `ranged`."""
        return choosing, None

    def decode(self, outputs: np.ndarray, part: Part) -> NumberAnswers:
        """Numbers in the target's own unit."""
        values = outputs[:, 0].astype(np.float64) * self.spread + self.mean
        targets = np.array([float(cell) if cell else 0.0 for cell in part.targets], np.float64)
        return NumberAnswers(part.row_ids, targets, values)

    def ranged(self, answers: Answers, choosing: Answers | None) -> Answers:
        """Answers with 90% prediction intervals, by split conformal prediction on the validation rows."""
        assert isinstance(answers, NumberAnswers)  # noqa: S101
        intervals = _intervals(choosing)
        return intervals.onto(answers) if intervals else answers

    def about_intervals(self, choosing: Answers | None) -> dict[str, Any]:
        """The fields of `core.evaluation.conformal.PredictionIntervals`; nothing with too few validation rows."""
        intervals = _intervals(choosing)
        return {"ranges": intervals.model_dump(mode="json")} if intervals else {}


def _intervals(choosing: Answers | None) -> PredictionIntervals | None:
    return learn_intervals(choosing) if isinstance(choosing, NumberAnswers) else None


def _settings(config: RunConfig) -> LearnsNumber:
    assert isinstance(config.task, LearnsNumber)  # noqa: S101  # its task says that it learns numbers
    return config.task
