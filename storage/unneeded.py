"""What nobody needs any more: what a wish to prune may reach, and what it may not, asked of the database."""

from datetime import datetime, timedelta

from pydantic import Field
from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from storage.records import ENDED, Record
from storage.tables import AuditRow, DatasetRow, JobRow, RunRow, ShareRow, now

AUDIT_KEPT = timedelta(days=365)
"""Who did what stays at least so long, whatever else goes."""


class Wish(Record):
    """What may go."""

    older_than_days: float = Field(30.0, ge=0, le=36_500)
    keep_best: int | None = Field(None, ge=0)
    """None: no run goes. Otherwise, of each dataset's runs so many of the best stay, and all younger ones."""

    @property
    def before(self) -> datetime:
        """What ended or was written after this stays."""
        return now() - timedelta(days=self.older_than_days)


def ended(session: Session, before: datetime) -> list[RunRow]:
    """Runs whose end lies before this."""
    joined = select(RunRow).join(JobRow, col(JobRow.run_id) == col(RunRow.id))
    return list(session.exec(joined.where(col(JobRow.state).in_(ENDED), col(RunRow.ended) < before)))


def still_ended(session: Session, run_id: str, wish: Wish) -> RunRow | None:
    """The run, if nobody has taken it up since; nobody can until the transaction ends."""
    job = session.exec(select(JobRow).where(JobRow.run_id == run_id).with_for_update()).one_or_none()
    if job is None or job.state not in ENDED:
        return None
    run = session.get_one(RunRow, run_id)
    return run if run.ended and run.ended < wish.before else None


def going(session: Session, ended: list[RunRow], wish: Wish) -> list[RunRow]:
    """The runs that are not among the best of their dataset and that nobody needs."""
    if wish.keep_best is None:
        return []
    measured = session.exec(select(RunRow).where(col(RunRow.evaluation).is_not(None)))
    ranked = sorted(measured, key=lambda run: (-_quality(run), run.created))
    place: dict[str, int] = {}
    best = set()
    for run in ranked:
        place[run.dataset_id] = place.get(run.dataset_id, 0) + 1
        if place[run.dataset_id] <= wish.keep_best:
            best.add(run.id)
    needed = best | shared(session) | _searches(session)
    return [run for run in ended if run.id not in needed and not run.decision]


def _quality(run: RunRow) -> float:
    """What "best" goes by: the mean of the classes' F1 on held-out rows, else the share that was right."""
    metrics = run.evaluation.metrics
    found = metrics.get("f1_macro") or metrics.get("accuracy")
    return float(found.value) if found else -1.0


def shared(session: Session) -> set[str]:
    """The ids of runs that an open share shows."""
    open_shares = select(ShareRow).where(col(ShareRow.revoked).is_(None), col(ShareRow.expires) > now())
    return {run_id for share in session.exec(open_shares) for run_id in share.run_ids}


def _searches(session: Session) -> set[str]:
    """Searches that succeeded: nothing says which of them is best, so all stay."""
    joined = select(RunRow.id).join(JobRow, col(JobRow.run_id) == col(RunRow.id))
    return set(session.exec(joined.where(JobRow.state == "succeeded", col(RunRow.search).is_not(None))))


def named(session: Session) -> set[str]:
    """The hashes of files that datasets name."""
    rows = session.execute(select(DatasetRow.sha256, DatasetRow.original_sha256))
    return {str(sha256) for row in rows for sha256 in row if sha256}


def old_audit(session: Session, wish: Wish) -> int:
    """How many lines of the audit trail may go."""
    return session.exec(select(func.count()).select_from(AuditRow).where(col(AuditRow.at) < _audit_before(wish))).one()


def forget_audit(session: Session, wish: Wish) -> None:
    """Removes the lines of the audit trail that may go."""
    session.execute(delete(AuditRow).where(col(AuditRow.at) < _audit_before(wish)))


def _audit_before(wish: Wish) -> datetime:
    return min(wish.before, now() - AUDIT_KEPT)
