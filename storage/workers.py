"""Worker registry: heartbeats of the supervisors."""

import math
import time
from datetime import UTC, datetime

from sqlalchemy import delete
from sqlmodel import col, select

from storage import clock
from storage.database import Database
from storage.records import Worker
from storage.tables import WorkerRow
from storage.troubles import steady

ALIVE_S = 30.0
FORGOTTEN_S = 24 * 3600.0


class Workers:
    """Repository of workers: supervisors write heartbeats, pages read them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looked = -math.inf
        self._heard: dict[str, tuple[float, float]] = {}
        """Each worker's newest heartbeat, and when it came by this process's monotonic clock."""

    @steady
    def say(
        self, worker_id: str, *, host: str, pid: int, ready: bool, busy_with: str | None, device: str | None
    ) -> None:
        """Writes a heartbeat: the worker is alive now."""
        with self._database.write(alongside=True) as session:
            row = session.get(WorkerRow, worker_id) or WorkerRow(id=worker_id, host=host, pid=pid, seen=0.0)
            row.seen, row.ready, row.busy_with, row.device = clock.wall(), ready, busy_with, device
            session.add(row)

    @steady
    def leave(self, worker_id: str) -> None:
        """Deregisters a worker that shuts down, and those without a heartbeat for a day."""
        with self._database.write(alongside=True) as session:
            silent = col(WorkerRow.seen) < clock.wall() - FORGOTTEN_S
            session.execute(delete(WorkerRow).where((col(WorkerRow.id) == worker_id) | silent))

    @steady
    def list(self) -> list[Worker]:
        """All known workers, the newest first.

        One is alive whose heartbeat this object saw change; at its first look only, two clocks are compared.
        """
        with self._database.read() as session:
            rows = session.exec(select(WorkerRow).order_by(col(WorkerRow.started).desc())).all()
        moment, before = time.monotonic(), self._heard
        is_watching = moment - self._looked < ALIVE_S
        heard: dict[str, tuple[float, float]] = {}
        for row in rows:
            if row.id not in before or (not is_watching and before[row.id][0] != row.seen):
                heard[row.id] = row.seen, moment - abs(clock.wall() - row.seen)
            else:
                heard[row.id] = before[row.id] if before[row.id][0] == row.seen else (row.seen, moment)
        self._looked, self._heard = moment, heard
        return [
            Worker(
                **row.model_dump(exclude={"seen"}),
                seen=datetime.fromtimestamp(row.seen, UTC),
                alive=moment - heard[row.id][1] < ALIVE_S,
            )
            for row in rows
        ]
