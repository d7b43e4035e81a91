"""Numbers that runs measure: written by the hundred, read thinned."""

import math
import time
from collections.abc import Iterable
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session, col

from core.events import Measured
from storage.database import Database
from storage.records import Series
from storage.series import thin
from storage.tables import MetricRow, MetricSummaryRow

_FLAGS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def put(session: Session, run_id: str, events: Iterable[Measured], points: int | None = None) -> None:
    """Keeps the measurements. A step measured again (a resumed run) replaces what it said before.

    Of so many `points` only the first are kept, where that is given; the summaries are of all.
    """
    rows = [_row(run_id, event) for event in events]
    if not rows:
        return
    metric = insert(MetricRow)
    keep_points = metric.on_conflict_do_update(
        index_elements=["run_id", "name", "step"],
        set_={name: metric.excluded[name] for name in ("epoch", "value", "flag", "at")},
    )
    if kept := rows[:points]:
        session.execute(keep_points, kept)
    by_name: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_name.setdefault(row["name"], []).append(row)
    summary = insert(MetricSummaryRow)
    table = MetricSummaryRow.__table__.c  # type: ignore[attr-defined]
    session.execute(
        summary.on_conflict_do_update(
            index_elements=["run_id", "name"],
            set_={
                "last_step": summary.excluded.last_step,
                "last": summary.excluded.last,
                "least": func.min(func.coalesce(table.least, summary.excluded.least), summary.excluded.least),
                "greatest": func.max(
                    func.coalesce(table.greatest, summary.excluded.greatest), summary.excluded.greatest
                ),
            },
        ),
        [_summary(run_id, name, its) for name, its in by_name.items()],
    )


def _row(run_id: str, event: Measured) -> dict[str, Any]:
    finite = math.isfinite(event.value)
    return {
        "run_id": run_id,
        "name": event.name,
        "step": event.step,
        "epoch": event.epoch,
        "value": event.value if finite else None,
        "flag": None if finite else str(event.value),
        "at": time.time(),
    }


def _summary(run_id: str, name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    finite = [row["value"] for row in rows if row["value"] is not None]
    return {
        "run_id": run_id,
        "name": name,
        "last_step": rows[-1]["step"],
        "last": rows[-1]["value"],
        "least": min(finite, default=None),
        "greatest": max(finite, default=None),
    }


class Metrics:
    """Reads what runs measured."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def series(self, run_id: str, points: int = 2000) -> dict[str, Series]:
        """Every series of a run by name, thinned to about `points` each; summaries are of all points."""
        wanted = select(
            col(MetricRow.name),
            col(MetricRow.step),
            col(MetricRow.epoch),
            col(MetricRow.value),
            col(MetricRow.flag),
            col(MetricRow.at),
        ).where(col(MetricRow.run_id) == run_id)
        with self._database.read() as session:
            rows = session.execute(wanted.order_by(col(MetricRow.name), col(MetricRow.step))).all()
        by_name: dict[str, list[Any]] = {}
        for row in rows:
            by_name.setdefault(row[0], []).append(row)
        return {name: _series(name, rows, points) for name, rows in by_name.items()}


def _series(name: str, rows: list[Any], points: int) -> Series:
    values = np.array([_FLAGS[flag] if flag else value for _, _, _, value, flag, _ in rows], dtype=float)
    steps = np.array([row[1] for row in rows], dtype=np.int64)
    epochs = np.array([math.nan if row[2] is None else row[2] for row in rows], dtype=float)
    times = np.array([row[5] for row in rows], dtype=float)
    kept = thin(values, points)
    finite = values[np.isfinite(values)]
    least, greatest = (float(finite.min()), float(finite.max())) if len(finite) else (math.nan, math.nan)
    return Series(name, steps[kept], epochs[kept], values[kept], times[kept], float(values[-1]), least, greatest)
