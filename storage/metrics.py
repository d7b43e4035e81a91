"""Metrics of runs as time series: written in batches, read downsampled."""

import math
from collections.abc import Iterable
from typing import Any

from sqlalchemy import JSON, bindparam, column, func, select
from sqlalchemy.dialects import sqlite
from sqlmodel import Session, col

from core.events import Measured
from storage import clock
from storage.database import Database
from storage.postgres import NUL_SHOWN
from storage.records import Series
from storage.tables import MetricRow, MetricSummaryRow
from storage.troubles import steady

_FLAGS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def put(session: Session, run_id: str, events: Iterable[Measured], points: int | None = None) -> None:
    """Upserts the measurements: a step measured again (by a resumed run) replaces what it said before.

    Of so many `points` only the first are kept, where that is given; the summaries are of all.
    """
    rows = [_row(run_id, event) for event in events]
    if not rows:
        return
    by_name: dict[str, dict[int, dict[str, Any]]] = {}
    for row in rows:
        by_name.setdefault(row["name"], {})[row["step"]] = row
    is_postgres = session.get_bind().dialect.name == "postgresql"
    keep = _keep_on_postgres if is_postgres else _keep_on_sqlite
    kept = {(row["name"], row["step"]): row for row in rows[:points]}  # a statement may change a row once
    if kept:
        keep(session, list(kept.values()))
    last_rows = {row["name"]: row for row in rows}
    summaries = [_summary(last_rows[name], list(steps.values())) for name, steps in sorted(by_name.items())]
    session.execute(_summarise(is_postgres=is_postgres), summaries)


def _upsert(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=["run_id", "name", "step"],
        set_={name: insert.excluded[name] for name in ("epoch", "value", "flag", "at")},
    )


_METRIC = MetricRow.__table__  # type: ignore[attr-defined]
_SQLITE_UPSERT = str(_upsert(sqlite.insert(_METRIC)).compile(dialect=sqlite.dialect()))


def _keep_on_sqlite(session: Session, rows: list[dict[str, Any]]) -> None:
    """Executes the precompiled upsert by the driver itself: there are many rows."""
    session.connection().exec_driver_sql(_SQLITE_UPSERT, [tuple(row.values()) for row in rows])


def _keep_on_postgres(session: Session, rows: list[dict[str, Any]]) -> None:
    """Bulk upsert: all rows as one JSON parameter, several times faster than a message a row."""
    from sqlalchemy.dialects import postgresql

    columns = [column(c.name, c.type) for c in _METRIC.c]
    sent = func.json_to_recordset(bindparam("rows", rows, JSON))
    unnested = sent.table_valued(*columns).render_derived(with_types=True)
    session.execute(_upsert(postgresql.insert(_METRIC).from_select([c.name for c in columns], select(unnested))))


def _summarise(*, is_postgres: bool) -> Any:
    insert: Any = sqlite.insert
    if is_postgres:
        from sqlalchemy.dialects import postgresql

        insert = postgresql.insert
    summary = insert(MetricSummaryRow)
    least, greatest = (func.least, func.greatest) if is_postgres else (func.min, func.max)
    old, new = MetricSummaryRow.__table__.c, summary.excluded  # type: ignore[attr-defined]
    return summary.on_conflict_do_update(
        index_elements=["run_id", "name"],
        set_={
            "last_step": new.last_step,
            "last": new.last,
            "least": least(func.coalesce(old.least, new.least), func.coalesce(new.least, old.least)),
            "greatest": greatest(func.coalesce(old.greatest, new.greatest), func.coalesce(new.greatest, old.greatest)),
        },
    )


def _row(run_id: str, event: Measured) -> dict[str, Any]:
    finite = math.isfinite(event.value)
    return {
        "run_id": run_id,
        "name": event.name.replace("\0", NUL_SHOWN),
        "step": event.step,
        "epoch": event.epoch,
        "value": event.value if finite else None,
        "flag": None if finite else str(event.value),
        "at": clock.wall(),
    }


def _summary(last: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    finite = [row["value"] for row in rows if row["value"] is not None]
    return {
        "run_id": last["run_id"],
        "name": last["name"],
        "last_step": last["step"],
        "last": last["value"],
        "least": min(finite, default=None),
        "greatest": max(finite, default=None),
    }


class Metrics:
    """Reads runs' metrics."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @steady
    def series(self, run_id: str, points: int = 2000) -> dict[str, Series]:
        """Every series of a run by name, downsampled to about `points` each; summaries are of all points."""
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
    import numpy as np

    from storage.series import thin

    values = np.array([_FLAGS[flag] if flag else value for _, _, _, value, flag, _ in rows], dtype=float)
    steps = np.array([row[1] for row in rows], dtype=np.int64)
    epochs = np.array([math.nan if row[2] is None else row[2] for row in rows], dtype=float)
    times = np.array([row[5] for row in rows], dtype=float)
    kept = thin(values, points)
    finite = values[np.isfinite(values)]
    least, greatest = (float(finite.min()), float(finite.max())) if len(finite) else (math.nan, math.nan)
    return Series(name, steps[kept], epochs[kept], values[kept], times[kept], float(values[-1]), least, greatest)
