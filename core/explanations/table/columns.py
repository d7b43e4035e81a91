"""Global explanation of a model for tables: which columns it goes by, and how its answers move with each of them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from core.answers import Answers
from core.callbacks import Watch
from core.config.tasks import CellKind
from core.data.splits.parts import Part
from core.errors import DatasetError
from core.evaluation.holm import holm
from core.evaluation.judge import YARDSTICKS
from core.explanations.alike import drawn
from core.explanations.records import ColumnImportance, ColumnShape, ModelColumns
from core.explanations.table.dependence import dependence
from core.explanations.table.importance import REPEATS, Loss, Record, importance, shuffled
from core.inputs.table.cells import opened
from core.targets import ClassTarget, Target

MOST_ROWS, FEWEST_ROWS = 1_000, 100
"""Test rows that are asked about; with fewer, an interval of the importance would say too much."""
LEVEL = 0.05
"""Risk that any column is said to matter which does not."""
MOST_SHAPES, MOST_LABELS, SHAPE_ROWS = 12, 8, 300
"""Columns whose shapes are worked out, classes in them, and rows that these are means of."""


class AnswersRecords(Protocol):
    """Model that answers records."""

    @property
    def target(self) -> Target:
        """What it answers."""
        ...

    def answer(self, part: Part, /) -> Answers:
        """Predictions for a part's rows."""
        ...

    def outputs(self, inputs: Sequence[str], /) -> NDArray[np.floating]:
        """Logits, or numbers, (rows, outputs)."""
        ...


def model_columns(
    model: AnswersRecords,
    judged: Part,
    kinds: Mapping[str, CellKind],
    *,
    seed: int = 0,
    watch: Watch = lambda _done, _total: None,
) -> ModelColumns:
    """Importance of each column of `kinds` for the answers to the `judged` rows, and the shapes of the weightiest.

    Raises DatasetError for fewer than FEWEST_ROWS rows, and what `watch` raises.
    """
    if len(judged) < FEWEST_ROWS:
        raise DatasetError(
            f"There are {len(judged)} test rows; which columns matter is not said from fewer than {FEWEST_ROWS}.",
            "Bring more rows, or look at single answers.",
        )
    rows = drawn(judged, MOST_ROWS)
    records = [opened(one) for one in rows.inputs]
    order = np.random.default_rng(seed).permutation(len(rows))
    steps = len(kinds) + min(len(kinds), MOST_SHAPES)
    own = _scores(model, rows)
    losses = {}
    for done, column in enumerate(kinds):
        watch(done, steps)
        losses[column] = _lost(model, rows, records, column, order, own)
    weighed = weigh(losses)
    shapes = []
    for done, one in enumerate(weighed[:MOST_SHAPES], start=len(kinds)):
        watch(done, steps)
        shapes.append(_shape(model, rows, one.name, kinds[one.name]))
    return ModelColumns(
        metric=YARDSTICKS[model.target.kind].headline,
        score=float(own.mean()),
        rows=len(rows),
        columns=weighed,
        shapes=tuple(one for one in shapes if one is not None),
    )


def weigh(losses: Mapping[str, Loss]) -> tuple[ColumnImportance, ...]:
    """Importance of each column, the weightiest first; which of them matter is said over all together (Holm)."""
    adjusted = holm([one.p_value for one in losses.values()])
    found = [
        ColumnImportance(name=name, loss=one.mean, low=one.low, high=one.high, matters=one.mean > 0 and p <= LEVEL)
        for (name, one), p in zip(losses.items(), adjusted.tolist(), strict=True)
    ]
    return tuple(sorted(found, key=lambda one: -one.loss))


def _scores(model: AnswersRecords, rows: Part) -> NDArray[np.float64]:
    """Headline metric of each row: whether it is right, or how far off it is."""
    yardstick = YARDSTICKS[model.target.kind]
    found = yardstick.by_row(model.answer(rows), yardstick.headline)
    assert found is not None  # noqa: S101  # a headline is something that each row has
    return found


def _lost(
    model: AnswersRecords,
    rows: Part,
    records: Sequence[Record],
    column: str,
    order: NDArray[np.intp],
    own: NDArray[np.float64],
) -> Loss:
    yardstick = YARDSTICKS[model.target.kind]
    cells = tuple(shuffled(records, column, order, REPEATS))
    asked = Part(tuple(map(str, range(len(cells)))), cells, rows.targets * REPEATS)
    found = _scores(model, asked).reshape(REPEATS, len(rows))
    sign = 1.0 if yardstick.metrics[yardstick.headline].higher_is_better else -1.0
    are_ones = yardstick.metrics[yardstick.headline].unit == "share"
    return importance(sign * (own - found), order, are_ones=are_ones)


def _shape(model: AnswersRecords, rows: Part, column: str, kind: CellKind) -> ColumnShape | None:
    some = drawn(rows, SHAPE_ROWS)
    records = [opened(one) for one in some.inputs]
    if not isinstance(model.target, ClassTarget):
        return dependence(records, column, kind, lambda cells: np.asarray(model.outputs(cells), float)[:, :1], ("",))
    labels = model.target.labels
    common = sorted(range(len(labels)), key=lambda place: -some.targets.count(labels[place]))[:MOST_LABELS]
    shown = sorted(common)

    def probabilities(cells: Sequence[str]) -> NDArray[np.float64]:
        outputs = torch.from_numpy(np.asarray(model.outputs(cells), float))
        return np.asarray(outputs.softmax(dim=1).numpy()[:, shown])

    return dependence(records, column, kind, probabilities, [labels[place] for place in shown])
