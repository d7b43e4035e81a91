"""Attribution of one answer to the columns of a record: intervals, how far they add up, and what leaving out does."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from core.callbacks import Watch
from core.data.splits.parts import Part
from core.errors import DatasetError
from core.explanations.aims import Aim, aim_at
from core.explanations.alike import drawn
from core.explanations.explain import TAKEN, completeness_error, drawn_parts, named
from core.explanations.records import ColumnPush, FaithfulnessCheck, RecordExplanation
from core.explanations.table import TABLE_EXPLAINERS
from core.explanations.table.record import MixedRecord, ReadsRecords
from core.inputs.table.cells import opened

REFERENCES, FEWEST = 100, 25
"""Reference rows, and how many there are of a record of very many columns."""
WIDE = 100
FEWEST_COLUMNS = 5
"""Columns from which leaving some out is a test."""


def explain_record(
    model: ReadsRecords,
    cell: str,
    learned: Part,
    *,
    method: str = "shap",
    label: str | None = None,
    watch: Watch = lambda _done, _total: None,
) -> RecordExplanation:
    """Explains why `model` gives the record `cell` its answer, or its probability of the class `label`.

    `learned` are its training rows, of which some are drawn to compare with. Raises ConfigError for an unknown method
    or label, DatasetError where the record is empty or no training rows are left, and what `watch` raises.
    """
    explainer = named(method, TABLE_EXPLAINERS)
    if not cell:
        raise DatasetError("The record is empty, so none of its columns can have pushed the answer.", "Fill some in.")
    if not len(learned):
        raise DatasetError("There are no rows to compare with: the model learned from none that are left.")
    is_wide = len(opened(cell)) > WIDE
    record = MixedRecord(model, cell, drawn(learned, FEWEST if is_wide else REFERENCES).inputs)
    own, others = record.both()
    aim = aim_at(model.target, label, own[0])
    each = explainer.pushes(record, aim, watch)
    pushes, ends = each.mean(axis=0), margins(each)
    difference = float(aim.score(own)) - float(aim.score(others).mean())
    return RecordExplanation(
        method=method,
        kind=model.target.kind,
        label=aim.label,
        answer=aim.answer,
        value=float(aim.value(own)),
        blank=float(aim.value(others).mean()),
        difference=difference,
        error=completeness_error(pushes, difference),
        check=check(record, aim, pushes * aim.side(difference)),
        columns=tuple(
            ColumnPush(name=name, value=record.values[name], push=push, low=push - margin, high=push + margin)
            for name, push, margin in zip(record.columns, pushes.tolist(), ends.tolist(), strict=True)
        ),
        references=record.references,
    )


def margins(each: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half-widths of the 95% intervals of the means over reference rows (Student's t)."""
    rows = len(each)
    if rows < 2:  # one has no spread
        return np.zeros(each.shape[1])
    return np.asarray(t.ppf(0.975, rows - 1) * each.std(axis=0, ddof=1) / np.sqrt(rows))


def check(record: MixedRecord, aim: Aim, pushes: NDArray[np.float64], *, seed: int = 0) -> FaithfulnessCheck | None:
    """Deletion test: a fifth of the columns, the strongest or any, have other rows' values; see `explain.check`."""
    columns = len(pushes)
    if columns < FEWEST_COLUMNS:
        return None
    taken = int(columns * TAKEN)
    drawn_columns = drawn_parts(pushes, taken, seed)
    present = np.ones((len(drawn_columns), columns), bool)
    for variant, some in zip(present, drawn_columns, strict=True):
        variant[some] = False
    rows = record.references
    other = np.tile(np.arange(rows), len(present))
    outputs = record.outputs(np.repeat(present, rows, axis=0), other, lambda _done, _total: None)
    found = np.asarray(aim.value(outputs)).reshape(len(present), rows).mean(axis=1)
    return FaithfulnessCheck(words=taken, without_top=float(found[0]), without_random=float(found[1:].mean()))
