"""Quota checks: refuse more rows, more runs and a full disk before anything is written."""

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.errors import LimitReached
from storage.database import Database
from storage.limits import Limits
from storage.records import Use
from storage.rights import demands
from storage.tables import DatasetRow, JobRow, RunRow
from storage.turns import AT_WORK

GB = 1e9


class Bounds:
    """Enforcement of the limits against what is used."""

    def __init__(self, database: Database, limits: Limits, home: Path) -> None:
        self.limits = limits
        self._database = database
        self._home = home

    @property
    def _who(self) -> str:
        return self._database.actor.name

    def has_free_disk(self, more: int = 0) -> bool:
        """Whether the disk would stay above its floor with `more` bytes on it."""
        return shutil.disk_usage(self._home).free - more >= self.limits.min_free_gb * GB

    def take_in(self, session: Session, more: int = 0) -> None:
        """Checks disk and quota for `more` bytes of rows. Raises LimitReached where there is no room for them."""
        self._keep_disk_free(more)
        self._keep_person_within(session, more)

    def queue(self, session: Session) -> None:
        """Checks the quota of queued runs, and the disk, for one more run. Raises LimitReached.

        Asked in the transaction that queues it, so that many requests at once do not slip by together.
        """
        self._keep_disk_free(0)
        self._keep_person_within(session, 0)
        if not self.limits.holds_for("queued", self._who):
            return
        mine = select(func.count()).where(JobRow.asked_by == self._who, JobRow.state == "queued")
        if (waiting := session.exec(mine).one()) >= self.limits.queued:
            raise LimitReached(
                f"{waiting} of your runs wait already, and {self.limits.queued} may.",
                "Wait until one has begun, or stop one on the Runs page.",
            )

    def _keep_disk_free(self, more: int) -> None:
        if not self.has_free_disk(more):
            free = shutil.disk_usage(self._home).free / GB
            raise LimitReached(
                f"The disk is nearly full: {free:.1f} GB are free, and {self.limits.min_free_gb:g} GB stay free.",
                "'tuneboard prune --dry-run' and the Settings page show what could go.",
            )

    def _keep_person_within(self, session: Session, more: int) -> None:
        """Checks the disk quota; also in the transaction that writes, so that concurrent uploads count one another."""
        if not self.limits.holds_for("disk_gb", self._who):
            return
        kept = kept_by(session, self._who)
        if kept + more > self.limits.disk_gb * GB or (not more and kept >= self.limits.disk_gb * GB):
            asked = f", and this would add {more / GB:.2f} GB" if more else ""
            raise LimitReached(
                f"You keep {kept / GB:.2f} GB of the {self.limits.disk_gb:g} GB that you may{asked}.",
                "Delete datasets or runs that you no longer need.",
            )

    @demands("viewer")
    def use(self) -> tuple[Use, ...]:
        """Usage of each person, the greatest on disk first. Walks no folder."""
        size, original = col(DatasetRow.bytes), col(DatasetRow.original_bytes)
        with self._database.read() as session:
            datasets = _by(session, DatasetRow.created_by, func.count(), func.sum(size + original))
            runs = _by(session, RunRow.created_by, func.count(), func.sum(RunRow.bytes))
            queued = _by(session, JobRow.asked_by, func.count(), where=JobRow.state == "queued")
            running = _by(session, JobRow.asked_by, func.count(), where=col(JobRow.state).in_(AT_WORK))
        found = [
            Use(
                who=who,
                datasets=int(datasets.get(who, (0, 0))[0]),
                dataset_bytes=int(datasets.get(who, (0, 0))[1]),
                runs=int(runs.get(who, (0, 0))[0]),
                run_bytes=int(runs.get(who, (0, 0))[1]),
                queued=int(queued.get(who, (0,))[0]),
                running=int(running.get(who, (0,))[0]),
            )
            for who in {*datasets, *runs}
        ]
        return tuple(sorted(found, key=lambda one: (-one.bytes, one.who)))


def kept_by(session: Session, who: str) -> int:
    """Bytes of the datasets (rows, and the files they came from) and the runs that `who` made."""
    size, original = col(DatasetRow.bytes), col(DatasetRow.original_bytes)
    datasets = session.exec(select(func.sum(size + original)).where(DatasetRow.created_by == who)).one()
    runs = session.exec(select(func.sum(RunRow.bytes)).where(RunRow.created_by == who)).one()
    return int(datasets or 0) + int(runs or 0)


def _by(session: Session, who: Any, *measured: Any, where: Any = True) -> dict[str, tuple[Any, ...]]:
    statement = select(who, *measured).where(where).group_by(who)
    return {row[0]: tuple(row[1:]) for row in session.execute(statement)}
