"""Classification target: cross-entropy, a probability for each class, macro F1 to choose the best weights."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from scipy.special import log_softmax, softmax

from core.answers import Answers, ClassAnswers
from core.config.run import RunConfig
from core.config.tasks import LearnsClass
from core.data.labels.order import in_order
from core.data.labels.signs import tidy
from core.data.rows.clean import mended_text
from core.data.rows.columns import plain
from core.data.sentences import counted, quoted
from core.data.splits.parts import Part
from core.errors import DatasetError
from core.evaluation.temperature import FEWEST_ROWS, temperature_of, with_temperature
from core.inputs.base import Check
from core.targets import class_checks, label_checks, part_checks
from core.targets.base import FittedHead, Tell, Weigh

if TYPE_CHECKING:
    import torch

    from core.targets.base import Loss
    from core.training.linear import Labelled


class ClassTargets:
    """Class targets; see `core.targets.base.Targets`."""

    name: ClassVar[str] = "class"
    lacking: ClassVar[str] = "an answer"
    checks: ClassVar[tuple[Check, ...]] = (
        class_checks.empty_targets,
        class_checks.one_class,
        label_checks.variants,
        label_checks.leading_zeros,
        label_checks.missing,
        label_checks.several,
        class_checks.not_classes,
        class_checks.small_classes,
        class_checks.classes_of_two,
        class_checks.classes_of_one_group,
        part_checks.one_class_learnt,
        part_checks.never_learnt,
        part_checks.unseen_in_validation,
        part_checks.one_class_judged,
        part_checks.never_judged,
        class_checks.imbalance,
        class_checks.fewer_than_asked,
    )
    tidying: ClassVar[Mapping[str, Callable[[str], str]]] = {"fix_encoding": mended_text, "normalise": tidy}

    def read(self, column: pd.Series) -> tuple[pd.Series, tuple[str, ...]]:
        """Class labels as they stand in the file."""
        return plain(column), ()

    def strata(self, cells: pd.Series, *, as_at_first: bool = False) -> pd.Series:
        """Class of each row."""
        return cells

    def drawn_by(self, cells: pd.Series) -> pd.Series:
        """Class of each row."""
        return cells

    def fit(self, cells: pd.Series, parts: pd.Series, learned: pd.Series) -> "ClassTarget":
        """Labels: every class of `learned`, sorted. Raises DatasetError where the training rows have fewer than two."""
        taught = sorted(set(cells[parts == "train"]))
        if len(taught) < 2:
            raise DatasetError(
                f"The rows to learn from have {counted(len(taught), 'class', 'classes')} ({quoted(taught) or 'none'}); "
                "at least 2 are needed.",
                "Check the target column, or split the rows in another way.",
            )
        sizes = learned.value_counts()
        labels = tuple(sorted(sizes.index))
        return ClassTarget(labels, tuple(int(sizes[label]) for label in labels))

    def chooses(self, cells: pd.Series, parts: pd.Series) -> pd.Series:
        """Mask of the rows whose class stands in train: no model of the training rows answers another."""
        return cells.isin(cells[parts == "train"])

    def remarks(self, cells: pd.Series, parts: pd.Series) -> tuple[str, ...]:
        """Note on unseen classes, which are in the test rows and not in the training rows."""
        unseen = in_order(set(cells) - set(cells[parts == "train"]))
        if not unseen:
            return ()
        words = f"{counted(len(unseen), 'class', 'classes')} ({quoted(unseen)})"
        return (f"{words} can be asked for but never learnt: no row of train has it; such rows count as wrong.",)

    def opened(self, about: Mapping[str, Any]) -> "ClassTarget":
        """Class labels in the order of the network's outputs."""
        labels = tuple(str(label) for label in about["labels"])
        return ClassTarget(labels, (0,) * len(labels))


@dataclass(frozen=True)
class ClassTarget:
    """Label set of a run, in the order of a network's outputs; see `core.targets.base.Target`.

    `rows` counts the training rows of each label, before a limit on labelled rows drew from them.
    """

    kind: ClassVar[str] = "class"

    labels: tuple[str, ...]
    rows: tuple[int, ...]

    @property
    def size(self) -> int:
        """An output for each class."""
        return len(self.labels)

    @property
    def words(self) -> str:
        """Phrase with the number of classes."""
        return f"in {len(self.labels)} classes"

    @property
    def about(self) -> dict[str, Any]:
        """Class labels, for run.json."""
        return {"labels": list(self.labels)}

    @property
    def network(self) -> dict[str, Any]:
        """Class labels as id2label and label2id, and the problem type."""
        return {
            "id2label": dict(enumerate(self.labels)),
            "label2id": {label: number for number, label in enumerate(self.labels)},
            "problem_type": "single_label_classification",
        }

    def encode(self, cells: Sequence[str]) -> np.ndarray:
        """The class number of each row, int64."""
        number = {label: i for i, label in enumerate(self.labels)}
        return np.fromiter(map(number.__getitem__, cells), np.int64, len(cells))

    def loss(self, config: RunConfig, encoded: np.ndarray) -> "Loss":
        """Cross-entropy, with class weights and label smoothing as configured."""
        from core.training.losses import cross_entropy

        weights = balanced_weights(encoded, self.size) if _settings(config).class_weights else None
        return cross_entropy(weights, _settings(config).label_smoothing)

    def weigh(self, config: RunConfig, encoded: np.ndarray) -> Weigh:
        """Number of rows, or the sum of their class weights where those are configured."""
        return partial(_weight, balanced_weights(encoded, self.size)) if _settings(config).class_weights else len

    def measure(self, outputs: np.ndarray, encoded: np.ndarray) -> dict[str, float]:
        """Log loss, accuracy and macro F1 over the classes that occur."""
        from sklearn.metrics import accuracy_score, f1_score

        answers = outputs.argmax(axis=1)
        chosen = log_softmax(outputs.astype(np.float64), axis=1)[np.arange(len(encoded)), encoded]
        return {
            "loss": float(-chosen.mean()),
            "accuracy": float(accuracy_score(encoded, answers)),
            "f1_macro": float(f1_score(encoded, answers, average="macro", zero_division=0.0)),
        }

    def quality(self, measured: Mapping[str, float]) -> float:
        """Macro F1 of the validation rows."""
        return measured["f1_macro"]

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
        """Multinomial logistic regression, calibrated by temperature scaling."""
        from core.training.linear import fit_head

        return fit_head(
            train,
            validation,
            classes=self.size,
            balanced=_settings(config).class_weights,
            with_bias=with_bias,
            seed=seed,
            tell=lambda accuracy, loss: tell({"accuracy": accuracy, "loss": loss}),
        )

    def without_offset(self) -> "ClassTarget":
        """The same: a class has no offset."""
        return self

    def settle(self, module: "torch.nn.Module") -> "ClassTarget":
        """The same: a classifier's outputs are its logits."""
        return self

    def calibrate(self, module: "torch.nn.Module", choosing: Answers) -> tuple[Answers, float | None]:
        """Temperature scaling (Guo et al. 2017), folded into the last layer: every probability is then after it."""
        import torch

        from core.training.heads import last_layer

        assert isinstance(choosing, ClassAnswers)  # noqa: S101  # the network answers in classes
        if len(choosing.targets) < FEWEST_ROWS:
            return choosing, None
        temperature, layer = temperature_of(choosing, cautious=True), last_layer(module)
        with torch.no_grad():
            layer.weight.div_(temperature)
            if layer.bias is not None:
                layer.bias.div_(temperature)
        return with_temperature(choosing, temperature), temperature

    def decode(self, outputs: np.ndarray, part: Part) -> ClassAnswers:
        """Softmax: a probability for each class, which sum to one in a row."""
        scores = softmax(outputs.astype(np.float64), axis=1).astype(np.float32)
        return ClassAnswers(row_ids=part.row_ids, targets=part.targets, labels=self.labels, scores=scores)

    def ranged(self, answers: Answers, choosing: Answers | None) -> Answers:
        """The same: a class's score says how sure it is."""
        return answers

    def about_intervals(self, choosing: Answers | None) -> dict[str, Any]:
        """Nothing."""
        return {}


def _settings(config: RunConfig) -> LearnsClass:
    assert isinstance(config.task, LearnsClass)  # noqa: S101  # its task says that it learns classes
    return config.task


def _weight(weights: np.ndarray, encoded: np.ndarray) -> float:
    return float(weights[encoded].sum())


def balanced_weights(encoded: np.ndarray, classes: int) -> np.ndarray:
    """Class weights as scikit-learn's "balanced", so that all classes count alike: rows / (classes * count)."""
    counts = np.bincount(encoded, minlength=classes)
    return (len(encoded) / (classes * np.maximum(counts, 1))).astype(np.float32)
