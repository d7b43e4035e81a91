"""Job queue with leases. A claim is one guarded UPDATE; every later write carries the lease's fencing token."""

import secrets
import time
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from core.evaluation.records import Evaluation
from core.events import Event
from core.failpoints import failpoint
from storage import heard, judged, whole
from storage.clock import now
from storage.database import Database
from storage.limits import Limits
from storage.records import Failure, Job
from storage.tables import JobRow, LogRow, RunRow
from storage.troubles import DatabaseUnreachable, steady
from storage.turns import has_too_many, next_waiting

LEASE_S = 60.0
"""Lease timeout: one not renewed for so long, by the observer's own clock, has lapsed. No two clocks are compared."""
EXPIRED = 0.0
"""Expiry of a lease that its holder let go: it has lapsed for everybody."""


Lease = tuple[str | None, float | None]
"""Fencing token, and the renewal that was seen last."""


class LeaseLost(Exception):
    """Lost lease: another worker may have this job now, so end its process and write nothing."""


class Jobs:
    """Repository of jobs: a supervisor claims, renews and ends them."""

    def __init__(self, database: Database, limits: Limits | None = None) -> None:
        self._database = database
        self._limits = limits or Limits()
        self._seen: dict[str, tuple[Lease, float]] = {}
        """Each run's lease as `sweep` saw it first, and when that was by this process's monotonic clock."""

    def claim(self, owner: str, lease_s: float = LEASE_S) -> Job | None:
        """Leases the job whose turn it is to `owner`, or None when there is none that may begin.

        One whose settings cannot be read fails here, with the reason; the next call looks at the next.
        `process` and `events_read` still speak of the attempt before, until `start`. On PostgreSQL, jobs that others
        are claiming at this moment are passed over, so nobody waits for anybody.
        """
        token = secrets.token_hex(16)
        try:
            return self._claim(owner, lease_s, token)
        except DatabaseUnreachable:
            return self._claimed(token)  # the answer was lost; the job may be ours all the same

    @steady
    def _claimed(self, token: str) -> Job | None:
        with self._database.read() as session:
            run_id = session.exec(select(JobRow.run_id).where(JobRow.token == token)).one_or_none()
            return None if run_id is None else _job(session, run_id)

    def _claim(self, owner: str, lease_s: float, token: str) -> Job | None:
        claim = (
            update(JobRow)
            .where(col(JobRow.id) == next_waiting(self._limits).scalar_subquery(), col(JobRow.state) == "queued")
            .values(
                state="leased",
                owner=owner,
                token=token,
                lease_until=_expiry(lease_s),
                attempts=col(JobRow.attempts) + 1,
                tries_left=col(JobRow.tries_left) - 1,
            )
            .returning(col(JobRow.run_id), col(JobRow.asked_by))
        )
        with self._database.write(alongside=True) as session:
            claimed = session.execute(claim).one_or_none()
            if claimed is None:
                return None
            if has_too_many(session, claimed.asked_by, self._limits):
                session.rollback()
                return None
            job = _job(session, claimed.run_id)
            if why := whole.why_unreadable(session.get_one(RunRow, job.run_id)):
                hint = "Resume it where a newer Tuneboard works, or delete it."
                self._end_in(session, job, "failed", error_message=why, error_hint=hint, bug_number=None)
                return None
            return job

    @steady
    def renew(self, job: Job, lease_s: float = LEASE_S) -> bool:
        """Renews the lease. Returns whether a stop was requested. Raises LeaseLost."""
        with self._database.write(alongside=True) as session:
            self._change(session, job, lease_until=_expiry(lease_s))
            return session.exec(select(JobRow.stop_asked).where(JobRow.run_id == job.run_id)).one()

    @steady
    def stop_asked(self, job: Job) -> bool:
        """Stop flag: whether a stop was requested."""
        with self._database.read() as session:
            return session.exec(select(JobRow.stop_asked).where(JobRow.run_id == job.run_id)).one()

    @steady
    def start(self, job: Job, process: str) -> None:
        """Marks the job as running in `process`. Raises LeaseLost."""
        with self._database.write(alongside=True) as session:
            self._change(session, job, state="running", process=process, began=job.attempts, events_read=0)
            run = session.get_one(RunRow, job.run_id)
            run.started = run.started or now()
            run.ended = run.error_message = run.error_hint = run.bug_number = None

    @steady
    def record(self, job: Job, events: list[Event], events_read: int) -> bool:
        """Stores a batch of events and the offset in the event file in one transaction.

        A batch below the stored offset is in storage already. Beyond the run's limits nothing more is kept, and its
        log says so. Returns whether somebody has asked the run to stop. Raises LeaseLost.
        """
        with self._database.write(alongside=True) as session:
            row = _held(session, job)
            if 0 < events_read <= row.events_read:
                return row.stop_asked
            row.events_read = events_read
            heard.keep(session, session.get_one(RunRow, job.run_id), events, self._limits)
            session.flush()
            failpoint("jobs.recording")
            return row.stop_asked

    @steady
    def succeed(self, job: Job, evaluation: Evaluation | None = None) -> None:
        """Marks the run as succeeded; a search has no evaluation of its own. Raises LeaseLost."""
        self._end(job, "succeeded", evaluation=evaluation)

    @steady
    def cancel(self, job: Job) -> None:
        """Marks the run as cancelled: it was asked to stop. Raises LeaseLost."""
        self._end(job, "cancelled")

    @steady
    def fail(self, job: Job, failure: Failure) -> None:
        """Marks the run as failed. Raises LeaseLost."""
        self._end(
            job,
            "failed",
            error_message=failure.message,
            error_hint=failure.hint,
            bug_number=failure.bug_number,
        )

    @steady
    def give_back(self, job: Job, why: str) -> str:
        """Requeues a job whose process died without a result, or fails it after its last try.

        Returns the state it is in now. Raises LeaseLost.
        """
        with self._database.write(alongside=True) as session:
            state = _state_after_loss(_held(session, job))
            self._change(session, job, state=state, owner=None, token=None, lease_until=None)
            failpoint("jobs.returning")
            _record_loss(session, job.run_id, state, why, job.attempts)
        return state

    @steady
    def release(self, job: Job) -> None:
        """Releases the lease at a graceful shutdown: the job is queued again, and no try is lost. Raises LeaseLost."""
        with self._database.write(alongside=True) as session:
            row = _held(session, job)
            state = "cancelled" if row.stop_asked else "queued"
            row.tries_left += 1
            self._change(session, job, state=state, owner=None, token=None, lease_until=None, stop_asked=False)
            if state == "cancelled":
                run = session.get_one(RunRow, job.run_id)
                run.ended, run.seconds_left = now(), None

    @steady
    def held_by(self, owner_prefix: str) -> list[Job]:
        """Jobs leased by owners whose id begins so, such as those of a dead supervisor of this machine."""
        with self._database.read() as session:
            rows = session.exec(
                select(JobRow.run_id).where(
                    col(JobRow.state).in_(("leased", "running")),
                    col(JobRow.owner).startswith(owner_prefix, autoescape=True),
                )
            ).all()
            return [_job(session, run_id) for run_id in rows]

    @steady
    def sweep(self) -> list[str]:
        """Reclaims jobs whose lease was not renewed for LEASE_S since this object saw it; returns the runs' ids."""
        self._database.demand("machine")
        lapsed = self._lapsed()
        if not lapsed:
            return []
        with self._database.write(alongside=True) as session:
            return [run_id for run_id, lease in lapsed.items() if _take_back(session, run_id, lease)]

    def _lapsed(self) -> dict[str, Lease]:
        """Leases that lapsed, by run."""
        held = col(JobRow.state).in_(("leased", "running"))
        with self._database.read() as session:
            rows = session.exec(select(JobRow.run_id, JobRow.token, JobRow.lease_until).where(held)).all()
        moment, before = time.monotonic(), self._seen
        leases: dict[str, Lease] = {run_id: (token, until) for run_id, token, until in rows}
        self._seen = {
            run_id: before[run_id] if run_id in before and before[run_id][0] == lease else (lease, moment)
            for run_id, lease in leases.items()
        }
        return {
            run_id: lease
            for run_id, lease in leases.items()
            if lease[1] == EXPIRED or moment - self._seen[run_id][1] >= LEASE_S
        }

    def _end(self, job: Job, state: str, **values: Any) -> None:
        with self._database.write(alongside=True) as session:
            self._end_in(session, job, state, **values)
            failpoint("jobs.ending")

    def _end_in(self, session: Session, job: Job, state: str, **values: Any) -> None:
        self._change(session, job, state=state, owner=None, token=None, lease_until=None, stop_asked=False)
        run = session.get_one(RunRow, job.run_id)
        run.ended, run.seconds_left = now(), None
        for name, value in values.items():
            setattr(run, name, value)
        if evaluation := values.get("evaluation"):
            judged.write_down(session, run, evaluation)
        session.flush()

    @staticmethod
    def _change(session: Session, job: Job, **values: Any) -> None:
        changed = session.execute(
            update(JobRow)
            .where(
                col(JobRow.run_id) == job.run_id,
                col(JobRow.token) == job.token,
                col(JobRow.state).in_(("leased", "running")),
            )
            .values(**values)
        )
        if cast("CursorResult[Any]", changed).rowcount != 1:
            raise LeaseLost(job.run_id)


def _held(session: Session, job: Job) -> JobRow:
    """Job's row, locked until the end of this transaction. Raises LeaseLost."""
    mine = select(JobRow).where(
        JobRow.run_id == job.run_id, JobRow.token == job.token, col(JobRow.state).in_(("leased", "running"))
    )
    row = session.exec(mine.with_for_update()).one_or_none()
    if row is None:
        raise LeaseLost(job.run_id)
    return row


def _job(session: Session, run_id: str) -> Job:
    row = session.exec(select(JobRow).where(JobRow.run_id == run_id)).one()
    run = session.get_one(RunRow, run_id)
    return Job(
        run_id=run_id,
        owner=row.owner or "",
        token=row.token or "",
        attempts=row.attempts,
        **whole.asked(run),
        began=row.began,
        process=row.process,
        events_read=row.events_read,
    )


def _expiry(lease_s: float) -> float:
    return time.time() + lease_s if lease_s > 0 else EXPIRED


def _take_back(session: Session, run_id: str, lease: Lease) -> bool:
    """Reclaims the job unless its lease was renewed, or it ended, since it was looked at."""
    unchanged = (
        JobRow.run_id == run_id,
        JobRow.token == lease[0],
        JobRow.lease_until == lease[1],
        col(JobRow.state).in_(("leased", "running")),
    )
    row = session.exec(select(JobRow).where(*unchanged).with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return False
    row.state = _state_after_loss(row)
    row.owner = row.token = row.lease_until = None
    _record_loss(session, run_id, row.state, "its worker stopped answering", row.attempts)
    return True


def _state_after_loss(row: JobRow) -> str:
    if row.stop_asked:
        return "cancelled"
    return "queued" if row.tries_left > 0 else "failed"


def _record_loss(session: Session, run_id: str, state: str, why: str, attempts: int) -> None:
    run = session.get_one(RunRow, run_id)
    again = "It goes on from its last checkpoint." if state == "queued" else ""
    session.add(LogRow(run_id=run_id, at=time.time(), level="warning", text=f"Attempt {attempts}: {why}. {again}"))
    if state != "queued":
        run.ended, run.seconds_left = now(), None
    if state == "failed":
        run.error_message = f"The run was lost {attempts} times; the last time, {why}."
        run.error_hint = "Resume it, or choose a smaller model, batch or text length if memory ran out."
