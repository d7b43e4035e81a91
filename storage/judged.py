"""Ledger of evaluations: which test rows were judged on, kept when the run itself is deleted.

Whoever picks the best of many models, or looks again after adding rows, needs to know how often the rows were asked;
deleting the runs that did badly must not make the best of them look better.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Text, cast, func
from sqlmodel import Session, col, select

from core.data.rows.sketch import RowSketch
from core.evaluation.records import Evaluation
from storage.clock import now
from storage.database import Database
from storage.tables import JudgedRow, Moment, RunRow
from storage.troubles import steady

if TYPE_CHECKING:  # a process that asks nothing of the ledger needs no scipy
    from core.comparison.multiplicity import Asked, EvaluatedRows


def write_down(session: Session, run: RunRow, evaluation: Evaluation) -> None:
    """Adds the run's evaluation to the ledger, in the transaction that ends the run."""
    sketch = evaluation.sketch
    session.merge(
        JudgedRow(
            run_id=run.id,
            dataset_id=run.dataset_id,
            target=run.config.task.target,
            rows=sketch.rows if sketch else 0,
            smallest=list(sketch.smallest) if sketch else [],
            at=run.ended or now(),
        )
    )


class Ledger:
    """Repository of evaluations; people read it, the end of a run writes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def asked(self, run_id: str) -> "Asked":
        """How often the test rows of this run were asked, by it and any other model; once where it was not judged."""
        return self.asked_of([run_id])

    @steady
    def asked_of(self, run_ids: Iterable[str]) -> "Asked":
        """How often the test rows of these runs were asked: by the most models of any, and at the first look of any."""
        from core.comparison.multiplicity import Asked, asked

        with self._database.read() as session:
            own = [_judged(row) for row in session.exec(select(JudgedRow).where(col(JudgedRow.run_id).in_(run_ids)))]
            known = _known(session, {target for target, _ in own})
        each = [asked(one, _without(known[target], one)) for target, one in own]
        return Asked(max(one.models for one in each), min(one.look for one in each)) if each else Asked()


def _known(session: Session, targets: Collection[str]) -> "dict[str, list[EvaluatedRows]]":
    """All evaluations of these targets, by target; those made on the very same rows are one, at the earliest time."""
    from core.comparison.multiplicity import EvaluatedRows

    smallest = cast(col(JudgedRow.smallest), Text)
    alike = (JudgedRow.target, JudgedRow.dataset_id, JudgedRow.rows, smallest)
    earliest, models = func.min(JudgedRow.at, type_=Moment), func.count()
    found: dict[str, list[EvaluatedRows]] = {target: [] for target in targets}
    some = select(*alike, earliest, models).where(col(JudgedRow.target).in_(targets)).group_by(*alike)  # type: ignore[call-overload]
    for target, dataset, rows, hashes, at, number in session.exec(some):
        found[target].append(EvaluatedRows(at.timestamp(), dataset, _sketch(rows, json.loads(hashes)), number))
    return found


def _without(known: "Sequence[EvaluatedRows]", own: "EvaluatedRows") -> "list[EvaluatedRows]":
    """The others: all that is known, less this one."""
    same = [(one.dataset, one.sketch) == (own.dataset, own.sketch) for one in known]
    return [one._replace(models=one.models - is_own) for one, is_own in zip(known, same, strict=True)]


def _judged(row: JudgedRow) -> "tuple[str, EvaluatedRows]":
    from core.comparison.multiplicity import EvaluatedRows

    return row.target, EvaluatedRows(row.at.timestamp(), row.dataset_id, _sketch(row.rows, row.smallest))


def _sketch(rows: int, smallest: Sequence[str]) -> RowSketch | None:
    return RowSketch(rows=rows, smallest=tuple(smallest)) if smallest else None
