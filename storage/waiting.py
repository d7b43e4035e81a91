"""Queue diagnosis: why a queued run has not begun."""

from sqlalchemy import func, tuple_
from sqlmodel import Session, col, select

from storage.bounds import Bounds
from storage.database import Database
from storage.records import Wait
from storage.tables import JobRow
from storage.turns import AT_WORK
from storage.workers import Workers


def look(database: Database, workers: Workers, bounds: Bounds, run_id: str) -> Wait:
    """Diagnoses a queued run: the first thing that keeps it, and how many runs are before it at the most."""
    alive = [worker for worker in workers.list() if worker.alive]
    if not alive:
        return Wait(why="worker")
    if not bounds.has_free_disk():
        return Wait(why="disk")
    if not any(worker.ready or worker.busy_with for worker in alive):
        return Wait(why="warming")
    with database.read() as session:
        job = session.exec(select(JobRow).where(JobRow.run_id == run_id)).one()
        if bounds.limits.holds_for("running", job.asked_by):
            hers = _count(session, JobRow.asked_by == job.asked_by, col(JobRow.state).in_(AT_WORK))
            if hers >= bounds.limits.running:
                return Wait(why="own", ahead=hers)
        before = tuple_(col(JobRow.turn), col(JobRow.id)) < (job.turn, job.id)
        return Wait(why="turn", ahead=_count(session, JobRow.state == "queued", before))


def _count(session: Session, *conditions: object) -> int:
    return session.exec(select(func.count()).select_from(JobRow).where(*conditions)).one()  # type: ignore[arg-type]
