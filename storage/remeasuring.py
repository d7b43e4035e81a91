"""Remeasuring: evaluations that an earlier version wrote get today's intervals, from the predictions that were kept."""

import logging

from sqlalchemy import Text, cast
from sqlmodel import col, select

from core.evaluation.records import REVISION, Evaluation
from storage.database import Database
from storage.rights import demands
from storage.runs import Runs
from storage.tables import RunRow
from storage.troubles import StoreTrouble, steady

log = logging.getLogger(__name__)


class Remeasuring:
    """Brings the evaluations of earlier versions up to date, one at a time; a worker does it when it is idle."""

    def __init__(self, database: Database, runs: Runs) -> None:
        self._database = database
        self._runs = runs
        self._given_up: set[str] = set()

    @demands("machine")
    @steady
    def one(self) -> str | None:
        """Remeasures one run, the newest first, and returns its id; None when there is none left.

        A run whose predictions are gone or cannot be read keeps what was measured then.
        """
        old = (
            select(RunRow.id)
            .where(
                col(RunRow.evaluation).is_not(None),
                cast(RunRow.evaluation, Text).not_like(f'%"revision":{REVISION}%'),
                col(RunRow.id).not_in(self._given_up),
            )
            .order_by(col(RunRow.created).desc())
            .limit(1)
        )
        with self._database.read() as session:
            run_id = session.exec(old).first()
        if run_id is None:
            return None
        try:
            found = self._remeasured(run_id)
        except StoreTrouble:
            raise  # the database, not this run: the worker waits for it
        except Exception as error:  # whatever its files hold, no worker ends for an old run
            log.warning("run %s keeps its old intervals: %s", run_id, type(error).__name__)
            found = None
        if found is None:
            self._given_up.add(run_id)
            return run_id
        with self._database.write() as session:
            row = session.get(RunRow, run_id)
            if row is not None:
                row.evaluation = found
        return run_id

    def _remeasured(self, run_id: str) -> Evaluation | None:
        from core.evaluation.judge import remeasured

        run = self._runs.get(run_id)
        if run.unreadable or run.evaluation is None:
            return None
        others = {who: self._runs.predictions(run_id, who) for who in run.evaluation.baselines}
        return remeasured(run.evaluation, self._runs.predictions(run_id), others)
