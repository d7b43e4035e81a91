"""Ledger of evaluations: which test rows were judged on, kept when the run itself is deleted.

Whoever picks the best of many models, or looks again after adding rows, needs to know how often the rows were asked;
deleting the runs that did badly must not make the best of them look better.
"""

from sqlmodel import Session, col, select

from core.comparison.multiplicity import Asked, EvaluatedRows, asked
from core.data.rows.sketch import RowSketch
from core.evaluation.records import Evaluation
from storage.database import Database
from storage.tables import JudgedRow, RunRow, now
from storage.troubles import steady


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

    @steady
    def asked(self, run_id: str) -> Asked:
        """How often the test rows of this run were asked, by it and any other model; once where it was not judged."""
        with self._database.read() as session:
            own = session.get(JudgedRow, run_id)
            if own is None:
                return Asked()
            alike = select(JudgedRow).where(JudgedRow.target == own.target, col(JudgedRow.run_id) != run_id)
            return asked(_judged(own), [_judged(one) for one in session.exec(alike)])


def _judged(row: JudgedRow) -> EvaluatedRows:
    sketch = RowSketch(rows=row.rows, smallest=tuple(row.smallest)) if row.smallest else None
    return EvaluatedRows(row.at.timestamp(), row.dataset_id, sketch)
