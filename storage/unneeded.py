"""Retention policy: which runs, files and audit entries pruning may remove, by queries of the database."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import Field
from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from core.evaluation.records import Evaluation
from storage.clock import now
from storage.records import ENDED, Record
from storage.tables import AuditRow, DatasetRow, JobRow, LogRow, RunRow, ShareRow
from storage.whole import why_unreadable

AUDIT_KEPT = timedelta(days=365)
"""Least retention of the audit trail, whatever else goes."""


class PruneOptions(Record):
    """Options of pruning: minimum age, and how many of the best runs stay."""

    older_than_days: float = Field(30.0, ge=0, le=36_500)
    keep_best: int | None = Field(None, ge=0)
    """None: no run goes. Otherwise, of each dataset's runs so many of the best by each headline metric stay, and all
    younger ones."""

    @property
    def before(self) -> datetime:
        """Cutoff: what ended or was written after this stays."""
        return now() - timedelta(days=self.older_than_days)


class EndedRun(NamedTuple):
    """Ended run, and how many lines its log has."""

    id: str
    name: str
    lines: int


def ended(session: Session, before: datetime) -> list[EndedRun]:
    """Ended runs whose end lies before `before`."""
    runs = session.execute(_ended(select(RunRow.id, RunRow.name), before)).all()
    counted = _ended(select(LogRow.run_id, func.count()).join(RunRow, col(RunRow.id) == col(LogRow.run_id)), before)
    lines: dict[str, int] = dict(session.execute(counted.group_by(col(LogRow.run_id))).all())
    return [EndedRun(run_id, name, lines.get(run_id, 0)) for run_id, name in runs]


def _ended(asked: Any, before: datetime) -> Any:
    """The query of runs, of those that have ended before `before`."""
    joined = asked.join(JobRow, col(JobRow.run_id) == col(RunRow.id))
    return joined.where(col(JobRow.state).in_(ENDED), col(RunRow.ended) < before)


def still_ended(session: Session, run_id: str, options: PruneOptions) -> RunRow | None:
    """Run, locked until the transaction ends, if it is still ended and old enough; None if not."""
    job = session.exec(select(JobRow).where(JobRow.run_id == run_id).with_for_update()).one_or_none()
    if job is None or job.state not in ENDED:
        return None
    run = session.get_one(RunRow, run_id)
    return run if run.ended and run.ended < options.before else None


def removable(session: Session, options: PruneOptions) -> list[RunRow]:
    """Ended runs that may be removed: not among their dataset's best, referenced by nothing, and readable."""
    if options.keep_best is None:
        return []
    measured = session.exec(select(RunRow).where(col(RunRow.evaluation).is_not(None)))
    needed = _best(list(measured), options.keep_best) | shared(session) | _searches(session)
    old = session.exec(_ended(select(RunRow), options.before))
    return [run for run in old if run.id not in needed and not run.decision and not why_unreadable(run)]


def _best(runs: list[RunRow], keep: int) -> set[str]:
    """The ids of the best of each dataset by each headline metric, and of all that nobody here can rank."""
    from core.evaluation import goodness

    readable = [run for run in runs if isinstance(run.evaluation, Evaluation)]
    known = {run.id: goodness(run.evaluation) for run in readable}
    best = {run_id for run_id, good in known.items() if good is None}
    groups: dict[tuple[str, str], list[tuple[float, datetime, str]]] = defaultdict(list)
    for run in readable:
        if (good := known[run.id]) is not None:
            groups[run.dataset_id, run.evaluation.headline].append((-good, run.created, run.id))
    return best | {run_id for group in groups.values() for _, _, run_id in sorted(group)[:keep]}


def shared(session: Session) -> set[str]:
    """The ids of runs that an open share shows."""
    open_shares = select(ShareRow).where(col(ShareRow.revoked).is_(None), col(ShareRow.expires) > now())
    return {run_id for share in session.exec(open_shares) for run_id in share.run_ids}


def _searches(session: Session) -> set[str]:
    """Searches that succeeded: nothing says which of them is best, so all stay."""
    joined = select(RunRow.id).join(JobRow, col(JobRow.run_id) == col(RunRow.id))
    return set(session.exec(joined.where(JobRow.state == "succeeded", col(RunRow.search).is_not(None))))


def named(session: Session) -> set[str]:
    """Referenced hashes: of the files that datasets name."""
    rows = session.execute(select(DatasetRow.sha256, DatasetRow.original_sha256))
    return {str(sha256) for row in rows for sha256 in row if sha256}


def old_audit(session: Session, options: PruneOptions) -> int:
    """Number of audit entries that may go."""
    return session.exec(
        select(func.count()).select_from(AuditRow).where(col(AuditRow.at) < _audit_before(options))
    ).one()


def forget_audit(session: Session, options: PruneOptions) -> None:
    """Removes the audit entries that may go."""
    session.execute(delete(AuditRow).where(col(AuditRow.at) < _audit_before(options)))


def _audit_before(options: PruneOptions) -> datetime:
    return min(options.before, now() - AUDIT_KEPT)
