"""Fair queueing (start-time, over people), so that one account's thousand jobs don't hold up another's.

Goyal, Vin and Cheng, "Start-Time Fair Queuing", SIGCOMM 1996, with every person's weight and every job's length 1.
A job's turn is never changed while it waits and newer turns only grow, so each job is reached.
"""

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import Session, col

from storage.limits import Limits
from storage.tables import TRIES, JobRow

AT_WORK = ("leased", "running")


def next_turn(session: Session, who: str) -> int:
    """Start tag (turn) of a job that `who` asks for now."""
    begun = select(col(JobRow.turn)).where(col(JobRow.tries_left) < TRIES).order_by(col(JobRow.turn).desc()).limit(1)
    mine = select(col(JobRow.turn)).where(col(JobRow.asked_by) == who).order_by(col(JobRow.turn).desc()).limit(1)
    return after(session.scalars(begun).first(), session.scalars(mine).first())


def after(begun: int | None, last: int | None) -> int:
    """Start tag one after the person's `last`, and never before the newest that has `begun`.

    So who comes later catches up on nothing that she never asked for. None: there is no such turn.
    """
    return max(begun or 0, 0 if last is None else last + 1)


def next_waiting(limits: Limits) -> Select[int | None]:
    """Query of the next job's id, of people who have not as many at work as they may.

    A row that another claim has locked is skipped, where the database can tell.
    """
    waiting = select(col(JobRow.id)).where(col(JobRow.state) == "queued").order_by(col(JobRow.turn), col(JobRow.id))
    if limits.running:
        waiting = waiting.where(col(JobRow.asked_by).not_in(_busy(limits)))
    return waiting.limit(1).with_for_update(skip_locked=True)


def has_too_many(session: Session, who: str, limits: Limits) -> bool:
    """Whether more jobs of `who` are at work than may be.

    Two concurrent claims each see only what is committed, so where the database lets them run side by side, a claim
    asks this under the person's advisory lock before it commits.
    """
    if not limits.holds_for("running", who):
        return False
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"claim {who}", 0))))
    at_work = select(func.count()).where(col(JobRow.asked_by) == who, col(JobRow.state).in_(AT_WORK))
    return session.scalars(at_work).one() > limits.running


def _busy(limits: Limits) -> Select[str]:
    """People who have as many jobs at work as they may."""
    bound: list[ColumnElement[bool]] = [] if limits.holds_for("running", "") else [col(JobRow.asked_by) != ""]
    return (
        select(col(JobRow.asked_by))
        .where(col(JobRow.state).in_(AT_WORK), *bound)
        .group_by(col(JobRow.asked_by))
        .having(func.count() >= limits.running)
    )
